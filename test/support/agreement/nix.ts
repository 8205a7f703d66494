import path from "node:path";
import type { Lab } from "../lab.ts";

/** What Nix does with a path in a cache. */
export interface NixVerdict {
  /** `nix store verify --store CACHE --no-contents --sigs-needed 1`: its exit code. */
  readonly verify: number;
  /** Whether `nix copy --from CACHE` takes it. */
  readonly copies: boolean;
  /** The error if it does not. */
  readonly why?: string | undefined;
}

/**
 * Asks Nix about a path in a cache, which has two addresses, since Nix remembers answers by address.
 *
 * @param known what is recorded of it: only `nix copy`, which counts, is run again.
 */
export async function askNix(
  lab: Lab,
  storePath: string,
  urls: readonly [verify: string, copy: string],
  keys: readonly string[],
  netrc: string,
  known: NixVerdict | undefined,
): Promise<NixVerdict> {
  const options = Object.entries({
    "trusted-public-keys": keys.join(" "),
    "netrc-file": netrc,
    "download-attempts": "1",
    substitute: "false",
    "fsync-metadata": "false",
  }).flatMap(([name, value]) => ["--option", name, value]);
  const nix = (...args: readonly string[]) =>
    lab.nix("nix", ["--extra-experimental-features", "nix-command", ...args, ...options]);
  const verify = ["store", "verify", "--no-contents", "--sigs-needed", "1", "--store", urls[0], storePath];
  const target = path.join(lab.dir, "targets", new URL(urls[1]).pathname);
  const verified = known?.verify ?? (await nix(...verify)).code;
  const copied = await nix("copy", "--from", urls[1], "--to", `local?root=${target}`, storePath);
  return {
    verify: verified,
    copies: copied.code === 0,
    ...(copied.code !== 0 && { why: errorIn(copied.stderr, lab) }),
  };
}

/** The last error, without what differs from one laboratory to the next. */
function errorIn(stderr: string, lab: Lab): string {
  const error =
    stderr
      .trim()
      .split("\n")
      .findLast(line => line.includes("error:")) ?? stderr;
  return error
    .replaceAll(lab.dir.slice(1), "lab")
    .replace(/127\.0\.0\.1:\d+\/\d+/, "cache")
    .replace(/[0-9a-df-np-sv-z]{32}/g, "hash")
    .replace(/[^\x20-\x7e]|\[[0-9;]*m/g, "")
    .trim();
}
