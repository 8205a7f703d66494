import { escapeMarkdown } from "../../../server/src/common/markdown.ts";

/** One line of a tooltip: a label, and its value as Markdown. Lines with an undefined value are omitted. */
export type Fact = readonly [name: string, value: string | undefined];

/** A tooltip: a heading, then one line per fact. */
export function factsMarkdown(heading: string, facts: readonly Fact[]): string {
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [`${escapeMarkdown(name)}: ${value}`]));
  return [heading, lines.join("  \n")].filter(part => part !== "").join("\n\n");
}
