/** What replaces the left-out part of a name. */
const gap = "…";

/** The number of characters that are kept at the start and at the end of a name with two gaps. */
const [shortHead, shortTail] = [4, 3];

type Characters = readonly string[];

/**
 * Shortens the long ones of some sibling names in the middle, so that each still differs from all others. One
 * that cannot be shortened that way is left out.
 *
 * @param max the number of characters that a name may have; at least 10.
 * @returns name -> its short form.
 */
export function shortNames(names: Iterable<string>, max: number): ReadonlyMap<string, string> {
  const all = new Set(names);
  // Characters, not UTF-16 units: half a character would be unreadable.
  const long = [...all].map(name => [...name]).filter(({ length }) => length > max);
  if (long.length === 0) return new Map();
  const taken = new Set([...all].filter(name => [...name].length <= max));
  const one = distinct(long, bestCut(long, max), taken);
  const two = distinct(long, aroundDifference(long, max), new Set([...taken, ...one.values()]));
  return new Map(
    long.flatMap(characters => {
      const name = characters.join("");
      const short = one.get(name) ?? two.get(name);
      return short === undefined ? [] : [[name, short] as const];
    }),
  );
}

type Cut = (name: Characters) => string | undefined;

/** One gap for all names, at the place where most of them still differ; in the middle if that makes no difference. */
function bestCut(long: readonly Characters[], max: number): Cut {
  const kept = max - 1;
  const heads = Array.from({ length: kept + 1 }, (_, head) => head).toSorted(
    (a, b) => Math.abs(a - kept / 2) - Math.abs(b - kept / 2),
  );
  let best = { count: 0, head: Math.ceil(kept / 2) };
  for (const head of heads) {
    const count = new Set(long.map(name => withGap(name, head, kept - head))).size;
    if (count > best.count) best = { count, head };
    if (count === long.length) break;
  }
  return name => withGap(name, best.head, kept - best.head);
}

/** Two gaps: before and after what is not the same in all names. */
function aroundDifference(long: readonly Characters[], max: number): Cut {
  const [prefix, suffix] = [commonLength(long, index => index), commonLength(long, index => -1 - index)];
  return name => {
    const middle = name.slice(prefix, name.length - suffix);
    if (prefix <= shortHead || suffix <= shortTail || middle.length === 0) return undefined;
    const text = [...name.slice(0, shortHead), gap, ...middle, gap, ...name.slice(-shortTail)];
    return text.length > max ? undefined : text.join("");
  };
}

function withGap(name: Characters, head: number, tail: number): string {
  return [...name.slice(0, head), gap, ...name.slice(name.length - tail)].join("");
}

/** How many characters all names share, from the position that `at` gives for the first. */
function commonLength(names: readonly Characters[], at: (index: number) => number): number {
  const [first = []] = names;
  const shortest = Math.min(...names.map(({ length }) => length));
  let length = 0;
  while (length < shortest && names.every(name => name.at(at(length)) === first.at(at(length)))) length++;
  return length;
}

/** The short forms that no other name has. */
function distinct(long: readonly Characters[], cut: Cut, taken: ReadonlySet<string>): ReadonlyMap<string, string> {
  const forms = long.flatMap(name => {
    const short = cut(name);
    return short === undefined ? [] : [[name.join(""), short] as const];
  });
  const counts = new Map<string, number>();
  for (const [, short] of forms) counts.set(short, (counts.get(short) ?? 0) + 1);
  return new Map(forms.filter(([, short]) => counts.get(short) === 1 && !taken.has(short)));
}
