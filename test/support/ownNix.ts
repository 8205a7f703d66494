import fs from "node:fs";
import path from "node:path";

/** The folders of a machine's own Nix that change with any operation. */
const folders = [
  "/nix",
  "/nix/store",
  "/nix/var",
  "/nix/var/nix",
  "/nix/var/nix/db",
  "/nix/var/nix/gcroots",
  "/nix/var/nix/gcroots/auto",
  "/nix/var/nix/profiles",
  "/nix/var/nix/temproots",
  "/nix/var/log/nix",
];

/** What the machine's own Nix looks like from outside, if it has one: two that are equal had nothing done between them. */
export function ownNix(): readonly string[] {
  return folders.flatMap(folder => [describe(folder), ...entriesOf(folder)]);
}

function describe(file: string): string {
  const found = fs.lstatSync(file, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? `${file}: none` : `${file}: ${found.ino} ${found.mtimeNs}`;
}

/** Not the paths in the store, of which there are many, and which cannot be added without changing its folder. */
function entriesOf(folder: string): string[] {
  if (folder === "/nix/store" || !fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .toSorted()
    .map(name => describe(path.join(folder, name)));
}
