import fs from "node:fs";
import path from "node:path";
import { tools } from "../../scripts/setup/tools.mjs";
import { fixturesDir } from "./fixtures.ts";

/** Puts the miniature nixpkgs into a folder, with a busybox for every system that set-up brought one for. */
export function installNixpkgs(folder: string): void {
  fs.cpSync(path.join(fixturesDir, "nixpkgs"), folder, { recursive: true });
  for (const [system, busybox] of Object.entries(tools.busybox)) {
    if (!fs.existsSync(busybox)) throw new Error(`No busybox for ${system}: run \`npm run setup\` first.`);
    const bin = path.join(folder, "bootstrap", system, "bin");
    fs.mkdirSync(bin, { recursive: true });
    fs.copyFileSync(busybox, path.join(bin, "busybox"));
    fs.symlinkSync("busybox", path.join(bin, "sh"));
  }
}
