/**
 * The line of a log that a failure quotes, counted from 0: the last one that contains it, because a retry prints the same again. In
 * the log of a whole build, the name of the derivation or `error:` precedes it.
 *
 * @param quote the line, perhaps only its start.
 */
export function quotedLineIn(lines: readonly string[], quote: string): number | undefined {
  const wanted = quote.trim();
  if (wanted === "") return undefined;
  const index = lines.findLastIndex(line => line.includes(wanted));
  return index === -1 ? undefined : index;
}
