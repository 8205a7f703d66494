import { CompletionItemKind } from "vscode-languageserver-types";
import { stringText } from "../../syntax/quoting.ts";
import type { Cursor } from "../names/cursor.ts";

/** A suggestion at the cursor. */
export interface Word {
  readonly label: string;
  readonly newText: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  readonly documentation?: string;
  /** `newText` is a snippet of LSP, with places to fill in. */
  readonly isSnippet?: boolean;
}

/** A string, with quotes unless they exist already. */
export function literal({ inString }: Cursor, value: string): Word {
  const text = stringText(value);
  return { label: value, newText: inString ? text.slice(1, -1) : text, kind: CompletionItemKind.Value };
}
