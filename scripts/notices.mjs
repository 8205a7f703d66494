// dist/ThirdPartyNotices.txt: the packages whose code is in the VSIX, with their licences, as these require.
import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

/** Packages of which files are shipped that are not in a bundle: the grammar, which is compiled. */
const compiled = ["tree-sitter-nix"];

/**
 * The folder of the package that a file of a bundle is from; undefined: it is ours.
 *
 * @param file relative to the project's folder, as in esbuild's metafile.
 */
export function packageFolder(file) {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  return folder;
}

/** The text for packages, by name. @param metafiles esbuild's, of all bundles. @throws when a package does not name its licence. */
export function notices(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(output => Object.keys(output.inputs)),
  );
  const bundled = inputs.flatMap(file => packageFolder(file) ?? []);
  const folders = new Set([...bundled, ...compiled.map(name => `node_modules/${name}`)]);
  const parts = [...folders].map(noticeOf).sort(([a], [b]) => (a < b ? -1 : 1));
  const heading = "This extension contains code of the following packages.";
  return `${[heading, ...parts.map(([, text]) => text)].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

function noticeOf(folder) {
  const absolute = path.join(root, folder);
  const { name, version, license, author } = JSON.parse(fs.readFileSync(path.join(absolute, "package.json"), "utf8"));
  const texts = fs
    .readdirSync(absolute)
    .filter(file => /^(?:licen[cs]e|notice|copying)(?:[.-]|$)/i.test(file))
    .sort()
    .map(file => fs.readFileSync(path.join(absolute, file), "utf8").replaceAll("\r\n", "\n").trim());
  if (license === undefined) throw new Error(`${name} ${version} does not say under which licence it is`);
  if (texts.length === 0) texts.push(`By ${author?.name ?? author}. The package has no file with the licence.`);
  return [name, [`${name} ${version} (${license})`, ...texts].join("\n\n")];
}
