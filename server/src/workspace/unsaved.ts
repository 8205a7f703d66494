import path from "node:path";
import * as l10n from "@vscode/l10n";
import { URI } from "vscode-uri";
import { errorProblem } from "../outcome.ts";
import type { Problem } from "../protocol.ts";
import { readBounded } from "../storage/regularFile.ts";
import type { NixDocument } from "../syntax/document.ts";
import { pathOf } from "./paths.ts";

/**
 * Nix reads from disk: returns the problem `unsaved` if an open network, or an open file that it imports, differs from its
 * file.
 *
 * @param open returns the open document with a URI.
 */
export async function unsavedProblem(
  network: string,
  open: (uri: string) => NixDocument | undefined,
): Promise<Problem | undefined> {
  const document = open(network);
  if (document === undefined) return undefined;
  for (const candidate of [document, ...importedBy(document, open)]) {
    const file = pathOf(candidate.uri);
    // A larger file has a different text: invalid UTF-8 takes even more bytes in the document.
    const saved = file === undefined ? undefined : await readBounded(file, Buffer.byteLength(candidate.text));
    if (saved?.toString("utf8") !== candidate.text)
      return errorProblem(
        "unsaved",
        l10n.t(
          "{0} has unsaved changes. Save it first: Nix reads files from disk.",
          path.basename(file ?? candidate.uri),
        ),
      );
  }
  return undefined;
}

/** The open documents that a document refers to by path; a folder stands for its `default.nix`. */
function importedBy(document: NixDocument, open: (uri: string) => NixDocument | undefined): NixDocument[] {
  const folder = path.dirname(pathOf(document.uri) ?? "/");
  return document.root
    .descendantsOfType("path_expression")
    .map(node => path.resolve(folder, node.text))
    .flatMap(file => [file, path.join(file, "default.nix")])
    .flatMap(file => open(URI.file(file).toString()) ?? []);
}
