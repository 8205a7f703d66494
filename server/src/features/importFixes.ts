import path from "node:path";
import * as l10n from "@vscode/l10n";
import { type CodeAction, CodeActionKind, type Diagnostic, type WorkspaceEdit } from "vscode-languageserver-types";
import { nearest } from "../options/nearest.ts";
import type { NixDocument } from "../syntax/document.ts";

/** A path of a text that names a missing file or folder. */
export interface MissingImport {
  readonly diagnostic: Diagnostic;
  /** As it is written: `./hosts/web.nix`. */
  readonly literal: string;
  /** Its folder, relative to the document: `./hosts/`. */
  readonly folder: string;
}

/** The missing imports among the diagnostics that a client sends back, as the text has them now. */
export function missingImports(document: NixDocument, diagnostics: readonly Diagnostic[]): MissingImport[] {
  return diagnostics.flatMap(diagnostic => {
    if (diagnostic.code !== "missing-import") return [];
    const { start, end } = diagnostic.range;
    const literal = document.text.slice(document.offsetAt(start), document.offsetAt(end));
    if (!/^[\w.+-][\w./+-]*\/[\w.+-]+$|^\.\.?\/[\w.+-]+$/.test(literal)) return [];
    return [{ diagnostic, literal, folder: literal.slice(0, literal.lastIndexOf("/") + 1) }];
  });
}

/** What the fixes of a missing import depend on. */
export interface ImportFacts {
  /** The names of the modules in its folder: Nix files, and folders with a `default.nix`. */
  readonly modules: readonly string[];
  /** The URI of a path of the document; undefined: the client cannot create files. */
  readonly uriOf: ((literal: string) => string | undefined) | undefined;
}

const emptyModule = "{ config, lib, pkgs, ... }:\n\n{\n}\n";

/** The fixes of a missing import: the module with the most similar name, and a new one. */
export function importFixes(
  document: NixDocument,
  missing: MissingImport,
  { modules, uriOf }: ImportFacts,
): CodeAction[] {
  const { diagnostic, literal, folder } = missing;
  const name = nearest(path.posix.basename(literal), modules);
  const created = literal.endsWith(".nix")
    ? literal
    : path.posix.join(literal, "default.nix").replace(/^(?![./])/, "./");
  const uri = uriOf?.(created);
  const fix = { kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
  return [
    ...(name === undefined ? [] : [renamed(document, missing, `${folder}${name}`, fix)]),
    ...(uri === undefined ? [] : [{ ...fix, title: l10n.t("Create {0}", created), edit: creation(uri) }]),
  ];
}

function renamed(
  document: NixDocument,
  { diagnostic }: MissingImport,
  newText: string,
  fix: Partial<CodeAction>,
): CodeAction {
  const edit = { changes: { [document.uri]: [{ range: diagnostic.range, newText }] } };
  return { ...fix, title: l10n.t("Change to {0}", newText), edit, isPreferred: true };
}

/** A new file with a module that sets nothing. One that was created in the meantime is left as it is. */
function creation(uri: string): WorkspaceEdit {
  const start = { line: 0, character: 0 };
  return {
    documentChanges: [
      { kind: "create", uri, options: { ignoreIfExists: true } },
      { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText: emptyModule }] },
    ],
  };
}
