// The texts of client and server for translators, as VS Code reads them: dist/l10n/bundle.l10n.json. A translation into German goes into
// l10n/bundle.l10n.de.json, one of the manifest into package.nls.de.json.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { getL10nJson } from "@vscode/l10n-dev";
import { root } from "./paths.mjs";

/** Where VS Code looks for translations: the manifest's `l10n`. */
const shipped = path.join(root, "dist/l10n");

/** Translations that are kept in the project: none yet. */
const translated = path.join(root, "l10n");

/** The files whose texts are shown: path below the project -> content. */
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
 * English text -> the same, of all files. They are given to the exporter as one, which takes a second instead of half a minute: it
 * compiles its query once for each import that it finds. It looks only where `l10n` is imported, which a `Localiser` is not.
 *
 * @param files path -> content.
 */
export async function exportTexts(files = sources()) {
  const bodies = [...files.values()].map(text => text.replaceAll(/(?<=\sfrom )"(?:vscode|@vscode\/l10n)"/g, '"seen"'));
  const contents = ['import { l10n } from "vscode";', ...bodies].join("\n");
  const texts = await getL10nJson([{ extension: ".ts", contents }]);
  return Object.fromEntries(Object.entries(texts).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Writes the texts, and what there is of their translations, to where VS Code looks for them. */
export async function writeTexts() {
  fs.mkdirSync(shipped, { recursive: true });
  fs.writeFileSync(path.join(shipped, "bundle.l10n.json"), `${JSON.stringify(await exportTexts(), undefined, 2)}\n`);
  if (fs.existsSync(translated)) fs.cpSync(translated, shipped, { recursive: true });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writeTexts();
