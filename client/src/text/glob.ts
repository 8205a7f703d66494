/** The glob for setting `morph.networkFiles` that matches exactly one path: `[*]` is a literal star. */
export function globOf(relativePath: string): string {
  return relativePath.replaceAll(/[*?{[]/g, "[$&]");
}
