import * as l10n from "@vscode/l10n";
import type { DocumentLink } from "vscode-languageserver-types";
import type { NixDocument } from "../syntax/document.ts";
import { plainPaths } from "./names/target.ts";

/**
 * The URI of the file that a path literal of a document refers to, for a folder its `default.nix`; undefined if there is none.
 */
export type ResolvePath = (path: string) => string | undefined;

/** The path literals of a document as links to their files. */
export function documentLinks(document: NixDocument, resolve: ResolvePath): DocumentLink[] {
  return plainPaths(document).flatMap(node => {
    const target = resolve(node.text);
    return target === undefined ? [] : [{ range: document.rangeOf(node), target, tooltip: l10n.t("Open file") }];
  });
}
