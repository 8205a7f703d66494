/** Foreign text as Markdown that shows it as it is: no link, image or HTML comes of it. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-=.:!|<>~&]/g, "\\$&").replaceAll(/\s+/g, " ");
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

/** Markdown of ours as plain text: for a client that shows no Markdown. */
export function withoutMarkdown(text: string): string {
  return text
    .replaceAll(/\*\*([^\n*]*)\*\*/g, "$1")
    .replaceAll(/(?<!\\)\[((?:[^\]\\\n]|\\.)*)\]\([^)\n]*\)/g, "$1")
    .replaceAll(/(`+) ?([^`\n]+?) ?\1/g, "$2")
    .replaceAll(/\\([\\`*_{}[\]()#+\-=.:!|<>~&])/g, "$1");
}

/** The length of the longest run of backticks in a text, at least `least`. */
function longestRun(text: string, least: number): number {
  let longest = least;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
