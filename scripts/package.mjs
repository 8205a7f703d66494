// Builds the VSIX, which is the same for every platform, and prints its size.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { buildAll } from "./build.mjs";
import { writeTexts } from "./l10n.mjs";
import { root } from "./paths.mjs";
import { bin, must } from "./run.mjs";

const { name, version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

/** The path of the VSIX that `makePackage` creates. */
export const vsix = path.join(root, `${name}-${version}.vsix`);

/** The manifest has no repository yet, so vsce cannot make the README's links absolute. */
const unpublished = ["--allow-missing-repository", "--no-rewrite-relative-links"];

/** The time of every file in the VSIX (s): 1980, the first that a ZIP archive can have. */
const oldest = String(Date.UTC(1980, 0, 1) / 1000);

/** Builds and packages the extension. Returns the size of the VSIX in bytes. */
export async function makePackage() {
  await buildAll();
  await writeTexts();
  await packInto(vsix);
  return fs.statSync(vsix).size;
}

/** Packs what is built. The same files give the same bytes, whenever and wherever they are packed. */
export async function packInto(file) {
  const env = { ...process.env, SOURCE_DATE_EPOCH: oldest, TZ: "UTC", LC_ALL: "C" };
  await must(bin("vsce"), ["package", "--no-dependencies", ...unpublished, "--out", file], { env });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const size = await makePackage();
  console.log(`${path.basename(vsix)}: ${(size / 1e6).toFixed(2)} MB`);
}
