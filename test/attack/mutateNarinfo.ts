import type { Random } from "./random.ts";

/** What is put into values, or in place of them. */
const tokens = [
  ...[
    "",
    " ",
    "  ",
    ":",
    "=",
    "-",
    "+",
    "\r",
    "\n",
    "\0",
    "\t",
    "\xff",
    "\xef\xbb\xbf",
    "..",
    ".",
    "/",
    "//",
    "/.",
    "/../",
  ],
  ...["0", "1", "+1", "-1", "00", "0x10", "1e3", "9007199254740993", "18446744073709551615", "18446744073709551616"],
  ...[
    "unknown-deriver",
    "none",
    "bzip2",
    "zstd",
    "rot13",
    "sha256:",
    "sha256-",
    "md5:",
    "sha512-",
    "text:",
    "fixed:",
    "r:",
  ],
] as [string, ...string[]];

const names = [
  ...["StorePath", "URL", "Compression", "FileHash", "FileSize", "NarHash", "NarSize", "References", "Deriver"],
  ...["Sig", "CA", "System", "Future", "sig", ""],
] as [string, ...string[]];

/**
 * Mutates a narinfo, whose characters are bytes.
 *
 * @param others lines that may be put into it.
 */
export function mutateNarinfo(text: string, others: readonly [string, ...string[]], random: Random): string {
  let result = text;
  for (let count = 1 + random.below(3); count > 0; count--) result = mutateOnce(result, others, random);
  return result;
}

function mutateOnce(text: string, others: readonly [string, ...string[]], random: Random): string {
  const place = random.below(text.length + 1);
  const lines = text.split("\n");
  const line = random.below(lines.length);
  const spliced = (...put: readonly string[]) => lines.toSpliced(line, 1, ...put).join("\n");
  const current = lines[line] ?? "";
  switch (random.below(16)) {
    case 0:
      return `${text.slice(0, place)}${String.fromCharCode(random.below(256))}${text.slice(place + 1)}`;
    case 1:
      return `${text.slice(0, place)}${random.pick(tokens)}${text.slice(place)}`;
    case 2:
      return text.slice(0, place) + text.slice(place + 1 + random.below(random.isOneIn(4) ? 40 : 2));
    case 3:
      return spliced();
    case 4:
      return spliced(current, current);
    case 5:
      return spliced(random.pick(others), current);
    case 6:
      return spliced(current, `${random.pick(names)}: ${random.pick(tokens)}`);
    case 7:
      return spliced(`${random.pick(names)}: ${textOf(current)}`);
    case 8:
      return spliced(`${nameOf(current)}: ${textOf(random.pick(others))}`);
    case 9:
      return spliced(`${nameOf(current)}: ${random.pick(tokens)}`);
    case 10:
      return random.isOneIn(4) ? text.replaceAll("\n", "\r\n") : text.slice(0, place);
    case 11:
      if (random.isOneIn(4)) return spliced(`${nameOf(current)}:`);
      return spliced(current.replace(": ", random.pick([":", " : ", ":  ", ":\t", "=", ": x"])));
    case 12:
      return spliced(reencoded(current, random));
    case 13: {
      const other = lines[random.below(lines.length)] ?? "";
      return spliced(other, current);
    }
    case 14:
      return spliced(`${nameOf(current)}: ${mixed(textOf(current), random)}`);
    default:
      return spliced(current.replace(/={1,2}$/, random.pick(["", "=", "===", "=x", "A", "AAAA"])));
  }
}

function nameOf(line: string): string {
  return line.slice(0, Math.max(line.indexOf(":"), 0));
}

function textOf(line: string): string {
  return line.slice(line.indexOf(":") + 2);
}

/** The words of a value in another order, doubled or dropped; characters exchanged. */
function mixed(value: string, random: Random): string {
  const words = value.split(" ");
  const [from, to] = [random.below(words.length), random.below(words.length)];
  const word = words[from] ?? "";
  switch (random.below(4)) {
    case 0:
      return words.toReversed().join(" ");
    case 1:
      return words.toSpliced(to, 0, word).join(" ");
    case 2:
      return words.toSpliced(from, 1).join(" ");
    default:
      return value.replaceAll("+", "-").replaceAll("/", "_");
  }
}

/** A hash in base 16 or 64, a number with a plus or zeros. */
function reencoded(line: string, random: Random): string {
  const [name, value] = [nameOf(line), textOf(line)];
  const hash = /^(sha256):([0-9a-df-np-sv-z]{52})$/.exec(value);
  if (hash === null) return `${name}: ${random.pick(["+", "0", "000"])}${value}`;
  let number = 0n;
  for (const digit of hash[2] ?? "")
    number = (number << 5n) | BigInt("0123456789abcdfghijklmnpqrsvwxyz".indexOf(digit));
  const hex = (number & ((1n << 256n) - 1n)).toString(16).padStart(64, "0");
  const bytes = Buffer.from(hex, "hex").reverse();
  const base64 = bytes.toString("base64");
  const forms = [
    `sha256:${bytes.toString("hex")}`,
    `sha256:${bytes.toString("hex").toUpperCase()}`,
    `sha256:${base64}`,
    `sha256-${base64}`,
    `sha256-${base64.replace("=", "")}`,
    `sha256-${base64}junk`,
    `sha256:${base64.replace("=", "")}`,
    `sha256:${base64.replaceAll("/", "_")}`,
    bytes.toString("hex"),
    value.replace(/:./, ":2"),
  ] as [string, ...string[]];
  return `${name}: ${random.pick(forms)}`;
}
