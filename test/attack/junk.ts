import type { Random } from "./random.ts";

/** Values that no request asks for, as JSON can hold them. */
const odd = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -1e308,
  "",
  " ",
  "\0",
  "a",
  "\ud83d",
  "--help",
  "../../../../etc/passwd",
  "/dev/zero",
  "file:///dev/zero",
  "file:///",
  "file://host/share",
  "file:///%00",
  "file:///%E0%A4%A",
  "untitled:Untitled-1",
  "http://127.0.0.1:1/",
  ":",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Nix
  '${builtins.abort "x"}',
  "'; rm -rf x; '",
  "__proto__",
  "constructor",
  "*a*a*a*a*a*a*a*a*b",
  [],
  {},
  [null],
  [[[[]]]],
  { length: 1e9 },
  { toString: 1 },
] as const;

/** Any JSON value. */
export function junk(random: Random, depth = 3): unknown {
  const kind = random.below(depth > 0 ? 12 : 8);
  if (kind === 0) return "x".repeat(random.below(20_000));
  if (kind < 8) return odd[random.below(odd.length)];
  const items = Array.from({ length: random.below(4) }, () => junk(random, depth - 1));
  if (kind < 10) return items;
  return Object.fromEntries(items.map((item, index) => [random.pick(["id", "uri", "line", `k${index}`]), item]));
}

/** A value with some of its parts replaced by junk, dropped or joined by others. */
export function mutated(value: unknown, random: Random, share = 8): unknown {
  if (random.isOneIn(share)) return junk(random);
  if (Array.isArray(value)) {
    const items = value.map(item => mutated(item, random, share));
    return random.isOneIn(share * 2) ? [...items, junk(random), ...items] : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, item]) =>
    random.isOneIn(share) ? [] : [[key, mutated(item, random, share)] as const],
  );
  return Object.fromEntries(random.isOneIn(share) ? [...entries, ["extra", junk(random)] as const] : entries);
}
