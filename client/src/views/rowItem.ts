import type { Location } from "vscode-languageserver-types";
import type { FailureAddress } from "../failures/failureAddress.ts";
import type { LogAddress } from "../logs/logAddress.ts";
import type { CommandId, InternalCommandId, ItemWord } from "../manifest.ts";
import type { SignatureAddress } from "../signatures/signatureAddress.ts";
import type { Icon } from "../util/icon.ts";

/** How a tree view shows a row. `treeItem` converts it to VS Code's type. */
export interface RowItem {
  /** Unique in the view, so that VS Code recognizes the row; if absent, its label and position are used. */
  readonly id?: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: Icon;
  /** Whether the row has children, and whether it is initially expanded. */
  readonly below: "none" | "closed" | "open";
  /** The kind of the row, then what it supports: the menus of the manifest match these words. */
  readonly words: readonly [kind: string, ...can: ItemWord[]];
  /** Changes when the child rows have to be requested again, even if the row looks the same. */
  readonly version?: string;
  /** The action of a click. */
  readonly click?: Click;
  /** Plain text or Markdown. An expensive tooltip is created later (`RowKind.tooltip`). */
  readonly tooltip?: string | Markdown;
  /** The text for screen readers; absent: the label. */
  readonly spoken?: string;
}

export interface Markdown {
  readonly markdown: string;
}

/** A command of ours or of VS Code that needs no arguments. */
type RowCommandId = InternalCommandId | CommandId | "workbench.trust.manage";

export type Click =
  | { readonly kind: "log"; readonly log: LogAddress }
  | { readonly kind: "failure"; readonly failure: FailureAddress }
  | { readonly kind: "signatures"; readonly report: SignatureAddress }
  /** A command that acts on the selected row, or on none. It has no arguments: VS Code keeps those only until the row is refreshed. */
  | { readonly kind: "selection"; readonly title: string; readonly id: RowCommandId }
  | { readonly kind: "location"; readonly location: Location };

/**
 * The implementation of one kind of row: a file, and a line in the table of its view.
 * @typeParam R a row of the kind.
 * @typeParam C the data that the rows of the view are created from.
 * @typeParam B its child rows.
 */
export interface RowKind<R, C, B = never> {
  /** The current appearance of a row; undefined if its content is gone. */
  item(row: R, context: C): RowItem | undefined;
  /** The tooltip, as Markdown, created when the mouse rests on the row. */
  tooltip?(row: R, context: C): string | undefined;
  /** Its child rows. A kind with neither this nor `ask` has none. */
  children?(row: R, context: C): readonly B[];
  /** Its child rows, if they have to be requested from the server. */
  ask?(row: R, context: C): Promise<readonly B[]>;
}

/** A row's appearance without its tooltip: equal for rows that look the same. */
export function look(item: RowItem | undefined): string {
  if (item === undefined) return "";
  const { label, description, icon, below, words, version } = item;
  return JSON.stringify([label, description, icon.id, icon.colour, below, words, version]);
}
