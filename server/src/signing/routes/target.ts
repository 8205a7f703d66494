import path from "node:path";
import { isTrustedUser } from "../../nix/access.ts";
import type { MachineTrust, RouteVerdict } from "../../protocol.ts";
import { type Interruptible, runToEnd } from "../../util/steps.ts";
import type { CheckedClosure } from "../check/check.ts";
import { readTrustedKeys, type TrustedKeys } from "../keys.ts";
import type { PathInfo } from "../pathInfo.ts";
import { availabilityOf } from "../plan/availability.ts";
import type { Availability } from "../plan/walk.ts";
import { checkSignatures } from "../signature.ts";
import { type Acceptance, type RoutedPath, routeVerdicts } from "./routes.ts";

/** The machine that a closure is for. */
export interface RouteMachine {
  readonly machine: string;
  readonly trust: MachineTrust;
  /** The variable `SSH_USER`, with which Morph logs in if the machine names no user. */
  readonly sshUser?: string | undefined;
}

/** Whether a machine accepts a closure, by how it gets there. */
export function routesTo(machine: RouteMachine, checked: CheckedClosure): readonly RouteVerdict[] {
  return runToEnd(routeSteps(machine, checked));
}

/** The same in steps: each path may have signatures to verify. */
export function* routeSteps(
  { machine, trust, sshUser }: RouteMachine,
  { closure, caches, keys }: CheckedClosure,
): Interruptible<readonly RouteVerdict[]> {
  const theirs = withVerified(readTrustedKeys(trust.keys), keys);
  const known = caches.filter(({ state }) => trust.caches.some(url => isSameCache(url, state.url)));
  // One that was not asked may have it.
  const isEachKnown = trust.caches.every(url => caches.some(({ state }) => isSameCache(url, state.url)));
  const paths: RoutedPath[] = [];
  for (const info of closure) {
    const storeDir = path.posix.dirname(info.path);
    const there = acceptance(availabilityOf(info.path, storeDir, known, theirs, trust.requiresSignatures));
    paths.push({
      path: info.path,
      copied: isAccepted(info, theirs) ? "yes" : "no",
      substituted: there === "no" && !isEachKnown ? "unknown" : there,
      fetched: acceptance(availabilityOf(info.path, storeDir, caches, keys)),
    });
    yield;
  }
  const login = [trust.login, sshUser].find(user => user !== undefined && user !== "");
  const { requiresSignatures, substitutes } = trust;
  return routeVerdicts(paths, { machine, login, trusts: trusts(login, trust.users), requiresSignatures, substitutes });
}

/** Keys that are also ours, as ours: what they have verified is known. */
function withVerified(theirs: TrustedKeys, ours: TrustedKeys): TrustedKeys {
  const byName = [...theirs.byName].map(([name, key]) => {
    const own = ours.byName.get(name);
    return [name, own?.key.equals(key.key) === true ? own : key] as const;
  });
  return { ...theirs, byName: new Map(byName) };
}

/** Whether a machine trusts a user. It always trusts root, who needs no daemon. The groups of a user there are not known. */
function trusts(user: string | undefined, trustedUsers: readonly string[]): Acceptance {
  if (trustedUsers.includes("*")) return "yes";
  if (user === undefined) return "unknown";
  if (user === "root" || isTrustedUser({ name: user, groups: [], trustedUsers })) return "yes";
  return trustedUsers.some(each => each.startsWith("@")) ? "unknown" : "no";
}

function isAccepted(info: PathInfo, keys: TrustedKeys): boolean {
  const { status } = checkSignatures(info, keys);
  return status === "trusted" || status === "contentAddressed";
}

function acceptance({ kind }: Availability): Acceptance {
  return kind === "accepted" ? "yes" : kind === "unknown" ? "unknown" : "no";
}

/** A final slash or parameters do not make another cache. */
function isSameCache(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(url: string): string {
  return url.replace(/\?.*$/, "").replace(/\/+$/, "");
}
