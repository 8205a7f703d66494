/** Foreign text as Markdown that shows it as it is: no link, image or HTML comes of it. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&]/g, "\\$&").replaceAll(/\s+/g, " ");
}

/** Foreign text as inline code. */
export function inlineCode(text: string): string {
  const longest = longestRun(text, 0);
  const fence = "`".repeat(longest + 1);
  const padding = longest === 0 ? "" : " ";
  return `${fence}${padding}${text.replaceAll(/\s+/g, " ")}${padding}${fence}`;
}

/** Foreign lines as a block of code. */
export function codeBlock(text: string): string {
  const longest = longestRun(text, 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** One line of a tooltip: what it is, and its value as Markdown. Absent values make no line. */
export type Fact = readonly [name: string, value: string | undefined];

/** A tooltip: a heading, then one line a fact. */
export function factsMarkdown(heading: string, facts: readonly Fact[]): string {
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [`${escapeMarkdown(name)}: ${value}`]));
  return [heading, lines.join("  \n")].filter(part => part !== "").join("\n\n");
}

/** The length of the longest run of backticks in a text, at least `least`. */
function longestRun(text: string, least: number): number {
  let longest = least;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
