// Exports the texts of client and server for translators in VS Code's format: dist/l10n/bundle.l10n.json. A German translation is
// l10n/bundle.l10n.de.json, that of the manifest package.nls.de.json.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { getL10nJson } from "@vscode/l10n-dev";
import { root } from "./paths.mjs";

/** Where VS Code looks for translations: the manifest's `l10n`. */
const shipped = path.join(root, "dist/l10n");

/** The project's translations: none yet. */
const translated = path.join(root, "l10n");

/** The sources of displayed texts: path relative to the project -> content. */
export function sources() {
  const files = ["client/src", "server/src"].flatMap(folder =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter(name => name.endsWith(".ts"))
      .map(name => path.join(folder, name)),
  );
  return new Map(files.map(file => [file, fs.readFileSync(path.join(root, file), "utf8")]));
}

/**
 * English text -> the same, of all files. They are passed to the exporter as one, which takes a second instead of half a minute: it
 * compiles its query again for each import. It only searches files that import `l10n`, which those with a `Localiser` do not.
 *
 * @param files path -> content.
 */
export async function exportTexts(files = sources()) {
  const bodies = [...files.values()].map(text => text.replaceAll(/(?<=\sfrom )"(?:vscode|@vscode\/l10n)"/g, '"seen"'));
  const contents = ['import { l10n } from "vscode";', ...bodies].join("\n");
  const texts = await getL10nJson([{ extension: ".ts", contents }]);
  return Object.fromEntries(Object.entries(texts).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Writes the texts and their translations to where VS Code looks for them. */
export async function writeTexts() {
  fs.mkdirSync(shipped, { recursive: true });
  fs.writeFileSync(path.join(shipped, "bundle.l10n.json"), `${JSON.stringify(await exportTexts(), undefined, 2)}\n`);
  if (fs.existsSync(translated)) fs.cpSync(translated, shipped, { recursive: true });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writeTexts();
