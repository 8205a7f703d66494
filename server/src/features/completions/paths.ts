import * as l10n from "@vscode/l10n";
import {
  type Command,
  type CompletionItem,
  CompletionItemKind,
  type Position,
  type Range,
} from "vscode-languageserver-types";
import type { NixDocument } from "../../syntax/document.ts";
import type { Cursor } from "../names/cursor.ts";

/** A path that is being typed. */
export interface TypedPath {
  /** Its folder as it is written, relative to the document: `./hosts/`. */
  readonly folder: string;
  /** What is replaced: the typed part of the path. */
  readonly range: Range;
  /** Whether names that begin with a dot are wanted. */
  readonly isHidden: boolean;
}

/** A file or folder that a path can name. */
export interface FolderEntry {
  readonly name: string;
  /** `module`: a folder with a `default.nix`. */
  readonly kind: "file" | "folder" | "module";
}

/** A path literal up to the cursor that begins as those of files beside the document do. */
const typedPath = /(?<![\w.+\-/"])(\.{1,2}|\.{1,2}(?:\/[\w.+-]*)+)$/;

/** The most text before the cursor that may belong to a path (UTF-16 units). */
const maxPath = 1000;

/** The path at the cursor: one that is being typed, or where a module is expected and nothing is typed yet. */
export function pathAtCursor(document: NixDocument, position: Position, cursor: Cursor): TypedPath | undefined {
  if (cursor.place !== "value" || cursor.inString) return undefined;
  const offset = document.offsetAt(position);
  const written = typedPath.exec(document.text.slice(Math.max(0, offset - maxPath), offset))?.[0];
  if (written === undefined && !(cursor.typed === "" && isModule(cursor))) return undefined;
  const path = written ?? "";
  const range = { start: document.rangeAt(offset - path.length, offset).start, end: position };
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : path === ".." ? "../" : "./";
  return { folder, range, isHidden: /\/\.[^/]*$/.test(path) };
}

/** An element of `imports`, the argument of `import`. */
function isModule({ path, before }: Cursor): boolean {
  if (before.at(-1) === "import") return true;
  return path.at(-1) === "*" && /^(?:imports|require)$/.test(path.at(-2) ?? "");
}

/** Names that a path literal can have without quotes or escapes. */
const plainName = /^[\w.+-]+$/;

/**
 * The files and folders that a typed path can continue with: modules first, then folders that contain them.
 *
 * @param self the document's own name in that folder, which cannot import itself; undefined if it is in another one.
 * @param proceed the client's command that offers what is in a folder as soon as the folder is chosen.
 */
export function pathItems(
  { folder, range, isHidden }: TypedPath,
  entries: readonly FolderEntry[],
  self?: string,
  proceed?: Command,
): CompletionItem[] {
  const rank = ({ kind }: FolderEntry) => (kind === "folder" ? 1 : 0);
  return entries
    .filter(({ name }) => plainName.test(name) && name !== self && (isHidden || !name.startsWith(".")))
    .toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
    .map(({ name, kind }, index) => {
      const newText = `${folder}${name}${kind === "folder" ? "/" : ""}`;
      return {
        label: newText,
        kind: kind === "file" ? CompletionItemKind.File : CompletionItemKind.Folder,
        detail: detailOf(kind),
        sortText: String(index).padStart(4, "0"),
        filterText: newText,
        textEdit: { range, newText },
        ...(kind === "folder" && proceed !== undefined && { command: proceed }),
      };
    });
}

function detailOf(kind: FolderEntry["kind"]): string {
  switch (kind) {
    case "file":
      return l10n.t("module");
    case "module":
      return l10n.t("folder with default.nix");
    case "folder":
      return l10n.t("folder");
  }
}
