/** Escapes untrusted text for Markdown: it is shown literally, without links, images or HTML. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-=.:!|<>~&]/g, "\\$&").replaceAll(/\s+/g, " ");
}

/** Untrusted text as inline code. */
export function inlineCode(text: string): string {
  const longest = longestRun(text, 0);
  const fence = "`".repeat(longest + 1);
  const padding = longest === 0 ? "" : " ";
  return `${fence}${padding}${text.replaceAll(/\s+/g, " ")}${padding}${fence}`;
}

/** Untrusted lines as a code block. @param language that of its colours; by default, an editor uses that of its document. */
export function codeBlock(text: string, language = ""): string {
  const longest = longestRun(text, 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Converts our own Markdown to plain text, for a client without Markdown support. */
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
