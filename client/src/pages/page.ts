import type { Command, Location } from "vscode-languageserver-types";
import type { Localiser } from "../../../server/src/common/localiser.ts";

/** What a line of a page does when it is clicked, or when Enter is pressed in it. */
export type PageAction =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "location"; readonly location: Location };

export interface PageLine {
  readonly text: string;
  readonly action?: PageAction | undefined;
}

/** A line that does something. */
export interface ActionLine extends PageLine {
  readonly action: PageAction;
}

/** A document of ours: plain lines, so that searching, copying and screen readers work as in any text. */
export interface Page {
  readonly lines: readonly PageLine[];
  /** What the page as a whole offers, also shown above its first line. */
  readonly actions: readonly ActionLine[];
}

/** How a page names things outside of it. */
export interface PageNames {
  readonly l10n: Localiser;
  /** The path of a file relative to the workspace. */
  readonly pathOf: (uri: string) => string;
  /** A time of the protocol in the user's format. */
  readonly timeOf: (time: string) => string;
}

/** What precedes the lines of a section: those that do something, and the others. */
const [arrow, indent] = ["→ ", "  "];

/** A heading with its lines below it, indented. Nothing if there are none. */
export function section(title: string, lines: readonly PageLine[]): readonly PageLine[] {
  if (lines.length === 0) return [];
  const indented = lines.map(line => ({ ...line, text: (line.action === undefined ? indent : arrow) + line.text }));
  return [plain(""), plain(title), ...indented];
}

/** The section with the actions of a page. */
export function actionSection(actions: readonly ActionLine[], l10n: Localiser): readonly PageLine[] {
  return section(l10n.t("Actions (click a line, or press Enter in it)"), actions);
}

export function plain(text: string): PageLine {
  return { text };
}

/** A line that runs a command, with its title. */
export function run(command: Command): ActionLine {
  return { text: command.title, action: { kind: "command", command } };
}

export function toPlace(location: Location): PageAction {
  return { kind: "location", location };
}
