import { mutated } from "./junk.ts";
import type { Random } from "./random.ts";

/** One in this many lines of a stream is mutated. */
const share = 3;

const prefix = "@nix ";

/** Numbers that Nix's own counts, types, ids and levels are not. */
const oddNumbers = ["-1", "0.5", "1e15", "9007199254740993", "18446744073709551616", "1e999", "4294967296", "1e-7"];

/** The end of a progress line. */
const tick = '"type":105}';

/**
 * Mutates at most `limit` lines of a stream. With `keepsTicks`, every progress line keeps its text and position, and none
 * is added. Returns the stream and the number of mutated lines.
 */
export function mutateLines(
  stream: Buffer,
  random: Random,
  limit: number,
  keepsTicks: boolean,
): { readonly bytes: Buffer; readonly count: number } {
  const lines = stream.toString("latin1").split("\n");
  const isKept = (line: string) => keepsTicks && line.endsWith(tick);
  const others = ["", ...lines.filter(line => !isKept(line))] as const;
  let count = 0;
  const result = lines.map(line => {
    if (count >= limit || !random.isOneIn(share) || isKept(line)) return `${line}\n`;
    count++;
    return mutateLine(line, others, random);
  });
  // A stream that has no line left would never come to an end of all trials.
  return { bytes: Buffer.from(result.join(""), "latin1"), count: Math.max(1, count) };
}

/** A line, with its line end as far as it keeps one. @param others lines that may be put beside it. */
function mutateLine(line: string, others: readonly [string, ...string[]], random: Random): string {
  const place = random.below(line.length + 1);
  switch (random.below(14)) {
    case 0:
      return "";
    case 1:
      return `${line}\n${line}\n`;
    case 2:
      // Cut by a full disk: the next line stands on the same.
      return line.slice(0, place);
    case 3:
      return `${line.slice(0, place)}${random.pick(others)}\n`;
    case 4:
      return `${line.slice(0, place)}${String.fromCharCode(random.below(256))}${line.slice(place + 1)}\n`;
    case 5:
      return `${random.pick(others)}\n${line}\n`;
    case 6:
      return `${line.slice(0, place)}${random.pick(["\0\0\0", "\r", "\x1b[31m", "\\ud800", '"', "\xff\xfe"])}${line.slice(place)}\n`;
    case 7:
      return `${prefix}{${random.pick(["", '"action":"start"', "}", "[".repeat(2000), '"a":1,'.repeat(500)])}\n`;
    case 8:
      return `${line.slice(0, place)}${random.pick([prefix, `${prefix}{`, "a"]).repeat(random.below(3000))}${line.slice(place)}\n`;
    case 9:
    case 10:
    case 11:
      return `${withOddNumber(line, random)}\n`;
    default:
      return `${withOtherFields(line, random)}\n`;
  }
}

/** One of the numbers of a line becomes an odd one. */
function withOddNumber(line: string, random: Random): string {
  const numbers = [...line.matchAll(/(?<=[:[,])-?\d+(?=[,\]}])/g)];
  const found = numbers[random.below(numbers.length)];
  if (found === undefined) return line;
  const { index, 0: text } = found;
  return `${line.slice(0, index)}${random.pick(oddNumbers as [string, ...string[]])}${line.slice(index + text.length)}`;
}

/** The same event with parts of it dropped or of another type. */
function withOtherFields(line: string, random: Random): string {
  try {
    return `${prefix}${JSON.stringify(mutated(JSON.parse(line.slice(prefix.length)), random, 5))}`;
  } catch {
    return line;
  }
}
