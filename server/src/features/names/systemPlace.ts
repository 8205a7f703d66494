import type { AttributePath } from "../../syntax/attributePath.ts";

const platforms: ReadonlySet<string | undefined> = new Set([
  "hostPlatform",
  "buildPlatform",
  "localSystem",
  "crossSystem",
]);

/** Whether a value is a system: `nixpkgs.hostPlatform`, and an attribute `system` of anything but the file itself. */
export function isSystem(path: AttributePath): boolean {
  if (path.at(-1) === "system") return path.length > 1;
  return platforms.has(path.at(-1)) && path.at(-2) === "nixpkgs";
}
