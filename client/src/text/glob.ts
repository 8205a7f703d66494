/** The glob of setting `morph.networkFiles` that stands for one path: `[*]` is a star that is no wildcard. */
export function globOf(relativePath: string): string {
  return relativePath.replaceAll(/[*?{[]/g, "[$&]");
}
