import type { Location } from "vscode-languageserver-types";
import type { LogAddress } from "../logs/logAddress.ts";
import type { CommandId, ItemWord } from "../manifest.ts";
import type { Icon } from "../util/icon.ts";

/** What a tree view shows of a row. `treeItem` makes VS Code's own of it. */
export interface RowItem {
  /** Unique in the view, so that VS Code knows the row again; absent: by its label and its place. */
  readonly id?: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: Icon;
  /** Whether there are rows below, and whether they are seen at first. */
  readonly below: "none" | "closed" | "open";
  /** The kind of the row, then what it can do: the menus of the manifest match these words. */
  readonly words: readonly [kind: string, ...can: ItemWord[]];
  /** What a click does. */
  readonly click?: Click;
  /** As it is, or Markdown. One that costs something is made later (`RowKind.tooltip`). */
  readonly tooltip?: string | Markdown;
  /** What a screen reader says; absent: the label. */
  readonly spoken?: string;
}

export interface Markdown {
  readonly markdown: string;
}

export type Click =
  | { readonly kind: "log"; readonly log: LogAddress }
  | { readonly kind: "location"; readonly location: Location }
  | { readonly kind: "command"; readonly title: string; readonly id: CommandId; readonly argument: unknown };

/**
 * All that a view does with one kind of row. A kind is a file, and a line in the table of its view.
 * @typeParam R a row of the kind.
 * @typeParam C what the rows of the view are made from.
 * @typeParam B the rows that are below it.
 */
export interface RowKind<R, C, B = never> {
  /** How a row looks now; undefined: what it shows is gone. */
  item(row: R, context: C): RowItem | undefined;
  /** The tooltip, as Markdown, made when the mouse rests on the row. */
  tooltip?(row: R, context: C): string | undefined;
  /** The rows below it. A kind that has neither this nor `ask` has none. */
  children?(row: R, context: C): readonly B[];
  /** The rows below it, of which only the server knows. */
  ask?(row: R, context: C): Promise<readonly B[]>;
}

/** What can be seen of a row, besides its tooltip: equal for what looks alike. */
export function look(item: RowItem | undefined): string {
  if (item === undefined) return "";
  const { label, description, icon, below, words } = item;
  return JSON.stringify([label, description, icon.id, icon.colour, below, words]);
}
