import type { Nix } from "./nix.ts";

/** Nix's version as it prints it: `2.8.0`, `2.93.1` for Lix; undefined if Nix is missing. */
export async function nixVersion(nix: Nix): Promise<string | undefined> {
  const end = await nix.run("nix-instantiate", ["--version"]);
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  return /(\d+\.\d+\S*)\s*$/.exec(end.stdout)?.[1] ?? end.stdout.trim();
}

/** Whether a version is at least `major.minor.patch`. */
export function isAtLeast(version: string, major: number, minor: number, patch = 0): boolean {
  // A minor version may be followed by `pre20240228_abcdef`.
  const [ownMajor = 0, ownMinor = 0, ownPatch = 0] = version.split(".").map(part => Number.parseInt(part, 10));
  if (ownMajor !== major) return ownMajor > major;
  return ownMinor === minor ? ownPatch >= patch : ownMinor > minor;
}
