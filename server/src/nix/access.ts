import { access, constants } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { NixAccess } from "../protocol.ts";
import type { NixConfig } from "./config.ts";
import { type Nix, newStyle } from "./nix.ts";
import { isAtLeast } from "./version.ts";

/** What decides how Nix opens its store (`src/libstore/store-api.cc`, `auto`). */
export interface StoreFacts {
  /** Setting `store`. */
  readonly store: string;
  /** Whether our user may write to Nix's state: then `auto` needs no daemon. */
  readonly isStateWritable: boolean;
  /** Whether a daemon listens. */
  readonly hasSocket: boolean;
}

/** A user as the daemon sees them, and whom it trusts. */
export interface UserFacts {
  readonly name: string;
  readonly groups: readonly string[];
  /** Setting `trusted-users`. */
  readonly trustedUsers: readonly string[];
}

/** Whether another process opens the store, and with it the connections to builders: a daemon, or a remote store's. */
export function usesDaemon({ store, isStateWritable, hasSocket }: StoreFacts): boolean {
  if (/^(?:daemon|unix:|ssh)/.test(store)) return true;
  return /^(?:auto)?(?:\?|$)/.test(store) && !isStateWritable && hasSocket;
}

/** Whether a daemon with these `trusted-users` trusts a user (`src/nix/unix/daemon.cc`, `matchUser`). */
export function isTrustedUser({ name, groups, trustedUsers }: UserFacts): boolean {
  return trustedUsers.some(
    each => each === "*" || each === name || (each.startsWith("@") && groups.includes(each.slice(1))),
  );
}

/**
 * How our user's Nix opens its store. Without a daemon nothing is run. With one, Nix says whether we are trusted (2.15 and later, if
 * the daemon is, too); else `trusted-users` decides.
 */
export async function readAccess(nix: Nix, config: NixConfig): Promise<NixAccess> {
  const state = nix.env.NIX_STATE_DIR ?? "/nix/var/nix";
  const socket = nix.env.NIX_DAEMON_SOCKET_PATH ?? path.join(state, "daemon-socket/socket");
  const [isStateWritable, hasSocket] = await Promise.all([can(state, constants.W_OK), can(socket, constants.F_OK)]);
  if (!usesDaemon({ store: config.store, isStateWritable, hasSocket })) return { daemon: false, trusted: true };
  const trusted = (await saidTrust(nix, config.version)) ?? (await inTrustedUsers(nix, config));
  return { daemon: true, trusted };
}

/** Whether Nix says that the store trusts us: `{ "trusted": true }`, or 1 up to 2.19. Undefined: it does not say. */
async function saidTrust(nix: Nix, version: string): Promise<boolean | undefined> {
  if (!isAtLeast(version, 2, 15)) return undefined;
  const isRenamed = isAtLeast(version, 2, 20) && !isAtLeast(version, 2, 90);
  const command = [...newStyle, "store", isRenamed ? "info" : "ping", "--json"];
  const end = await nix.run("nix", command, { timeout: pingTimeout });
  return end.kind === "exited" && end.code === 0 ? trustIn(end.stdout) : undefined;
}

/** How long the daemon may take to answer (ms). */
const pingTimeout = 5000;

/** Reads the JSON of `nix store info`. */
export function trustIn(json: string): boolean | undefined {
  try {
    const { trusted } = JSON.parse(json) as { trusted?: unknown };
    return trusted === undefined || trusted === null ? undefined : Boolean(trusted);
  } catch {
    return undefined;
  }
}

async function inTrustedUsers(nix: Nix, { trustedUsers, store }: NixConfig): Promise<boolean | undefined> {
  // The users of another machine are not in our nix.conf.
  if (store.startsWith("ssh")) return undefined;
  const end = await nix.runFile("id", ["-Gn"], { timeout: pingTimeout });
  const groups = end.kind === "exited" && end.code === 0 ? end.stdout.trim().split(/\s+/) : [];
  return isTrustedUser({ name: userName(), groups, trustedUsers });
}

/** Empty for a user without a name. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "";
  }
}

function can(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
