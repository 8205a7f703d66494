import { withColoursOnly } from "../../nix/events/events.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const renditions = /\u001b\[[\d:;]*m/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const reset = /^\u001b\[[0;]*m$/;

/**
 * A printed text with its colours and no other escape sequence. Each line that leaves a colour on ends with a reset: the next line
 * of a log may be another derivation's. As in Nix's own output no colour goes on into the next line.
 */
export function colouredLines(text: string): string {
  const kept = withColoursOnly(text);
  return kept.includes("\u001b") ? kept.split("\n").map(closed).join("\n") : kept;
}

function closed(line: string): string {
  const last = line.match(renditions)?.at(-1);
  return last === undefined || reset.test(last) ? line : `${line}\u001b[0m`;
}
