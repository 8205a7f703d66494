/** Text of a file or of Nix as Markdown that shows it as it is, and makes no link, image or HTML of it. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, "\\$&");
}
