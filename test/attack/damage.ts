import { execFileSync } from "node:child_process";
import fs from "node:fs";
import type { Random } from "./random.ts";

/** What can happen to a file. */
export const damages = [
  "missing",
  "empty",
  "truncated",
  "bits flipped",
  "a directory",
  "a FIFO",
  "a symlink loop",
  "huge",
  "endless",
  "an input error",
  "not readable",
  "other JSON",
  "another version",
  "nested deeply",
  "a long line",
] as const;

export type Damage = (typeof damages)[number];

const megabyte = 1024 * 1024;

/** Damages a file, which need not be there. */
export function damage(file: string, kind: Damage, random: Random): void {
  const content = fs.existsSync(file) && fs.statSync(file).isFile() ? fs.readFileSync(file) : Buffer.alloc(0);
  const put = (data: string | Buffer) => fs.writeFileSync(file, data);
  fs.rmSync(file, { recursive: true, force: true });
  switch (kind) {
    case "missing":
      return;
    case "empty":
      return put("");
    case "truncated":
      return put(content.subarray(0, random.below(content.length + 1)));
    case "bits flipped":
      return put(withFlippedBits(content, random));
    case "a directory":
      return fs.mkdirSync(file);
    case "a FIFO":
      return void execFileSync("mkfifo", [file]);
    case "a symlink loop":
      return fs.symlinkSync(file, file);
    case "huge":
      put("{");
      return fs.truncateSync(file, 3000 * megabyte);
    case "endless":
      return fs.symlinkSync("/dev/zero", file);
    case "an input error":
      // The beginning of a process's memory belongs to nothing: reading it is EIO.
      return fs.symlinkSync("/proc/self/mem", file);
    case "not readable":
      put(content);
      // Root can read it anyway.
      return fs.chmodSync(file, 0);
    case "other JSON":
      return put(random.pick(["null", "[]", "{}", "42", '"text"', "true", "[[1]]", '{"id":{}}', '{"__proto__":1}']));
    case "another version":
      return put(JSON.stringify(withOtherParts(parsed(content), random)));
    case "nested deeply":
      return put(`${"[".repeat(200_000)}`);
    case "a long line":
      return put(Buffer.alloc(8 * megabyte, random.pick(["a", "@nix {", "\0", '"'])));
  }
}

function withFlippedBits(content: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(content);
  for (let count = 1 + random.below(8); count > 0 && flipped.length > 0; count--) {
    const place = random.below(flipped.length);
    flipped[place] = (flipped[place] ?? 0) ^ (1 << random.below(8));
  }
  return flipped;
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    return { version: 99, entries: [] };
  }
}

/** The same JSON with some parts dropped, and some that have another type. */
function withOtherParts(value: unknown, random: Random): unknown {
  if (random.isOneIn(12)) return random.pick([null, 0, -1, 1e300, "", "99", [], {}, true, [null]]);
  if (Array.isArray(value)) return value.map(each => withOtherParts(each, random));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(() => !random.isOneIn(10));
  return Object.fromEntries([
    ...kept.map(([key, each]) => [key, withOtherParts(each, random)]),
    ...(random.isOneIn(2) ? [["version", 99]] : []),
  ]);
}
