/** What replaces a left-out part of a name. */
const gap = "…";

/** More names than this stay as they are: shortening them would take too long. */
const maxNames = 2000;

/** A name is not cut at words if that leaves less than this part of the room used. */
const wellUsed = 0.7;

/** The words of a name, each with the separator behind it: `web-`, `01.`, `example.`, `com`. */
type Words = readonly string[];

/**
 * Shortens the long ones of some sibling names, so that each still differs from all others: first what they have in common at their
 * ends, then their middle. One that cannot be shortened that way is left out.
 *
 * @param max the number of characters that a name may have; at least 10.
 * @returns name -> its short form.
 */
export function shortNames(names: Iterable<string>, max: number): ReadonlyMap<string, string> {
  const all = new Set(names);
  const long = [...all].filter(name => lengthOf(name) > max);
  if (long.length === 0 || long.length > maxNames) return new Map();
  const taken = new Set([...all].filter(name => lengthOf(name) <= max));
  const words = new Map(long.map(name => [name, name.match(/[^-._]*[-._]|[^-._]+/gu) ?? [name]]));
  const common = commonEnds([...words.values()]);
  const short = new Map<string, string>();
  const ways = [
    (each: Words) => shortByWords(each, common, max),
    (each: Words) => cutByLetters(each, common, max),
    bestCut(long, max),
  ];
  for (const way of ways) {
    const others = new Map([...words].filter(([name]) => !short.has(name)));
    const used = new Set([...taken, ...short.values()]);
    for (const [name, text] of distinct(others, way, used)) short.set(name, text);
  }
  return short;
}

/** How many words at the start and at the end all names have in common. */
interface CommonEnds {
  readonly start: number;
  readonly end: number;
}

/** A single name has nothing in common with others. */
function commonEnds(names: readonly Words[]): CommonEnds {
  const [first = [], ...others] = names;
  if (others.length === 0) return { start: 0, end: 0 };
  // At least one word of each name is its own.
  const most = Math.min(...names.map(({ length }) => length)) - 1;
  const isSame = (at: number) => others.every(words => words.at(at) === first.at(at));
  let [start, end] = [0, 0];
  while (start < most && isSame(start)) start++;
  while (end < most - start && isSame(-1 - end)) end++;
  return { start, end };
}

/** A name's own words; of these the middle is left out if they are too long, and common ones added if they are not. */
function shortByWords(words: Words, common: CommonEnds, max: number): string {
  const last = words.length - common.end;
  const all = [...words.keys()];
  const visible = new Set(all.slice(common.start, last));
  if (lengthOf(shown(words, visible)) > max) return withoutMiddle(words, common, max);
  const add = (index: number) => {
    visible.add(index);
    if (lengthOf(shown(words, visible)) <= max) return true;
    visible.delete(index);
    return false;
  };
  // Those before from the first on, by which one recognises the name; those behind as long as there is no gap.
  for (const index of all.slice(0, common.start)) add(index);
  all.slice(last).every(add);
  return shown(words, visible);
}

/** The first of a name's own words and as many of the last ones as there is room for. Names differ at their end more often. */
function withoutMiddle(words: Words, { start, end }: CommonEnds, max: number): string {
  const last = words.length - end;
  for (let tail = start + 2; tail < last; tail++) {
    const text = shown(words, new Set([start, ...[...words.keys()].slice(tail, last)]));
    if (lengthOf(text) <= max && lengthOf(text) >= max * wellUsed) return text;
  }
  return cutByLetters(words, { start, end }, max);
}

/** A name's own words, as one text without its middle. */
function cutByLetters(words: Words, { start, end }: CommonEnds, max: number): string {
  const own = words.slice(start, words.length - end).join("");
  return cut(own, max - Math.sign(start) - Math.sign(end), start > 0, end > 0);
}

/** The middle of a text left out, with gaps for what is left out before and after it. */
function cut(text: string, room: number, hasStart: boolean, hasEnd: boolean): string {
  const characters = [...text.replace(/[-._]$/, "")];
  const tail = Math.ceil((room - 1) / 2);
  const short =
    characters.length <= room ? characters : [...characters.slice(0, room - 1 - tail), gap, ...characters.slice(-tail)];
  return [...(hasStart ? [gap] : []), ...short, ...(hasEnd ? [gap] : [])].join("");
}

/** The visible words, with a gap instead of the others, and no separator before it. */
function shown(words: Words, visible: ReadonlySet<number>): string {
  return words.reduce((text, word, index) => {
    if (visible.has(index)) return text + word;
    return text.endsWith(gap) ? text : text.replace(/[-._]$/, "") + gap;
  }, "");
}

/** One gap in all names, where most of them still differ: in the middle if that makes no difference. */
function bestCut(long: readonly string[], max: number): (words: Words) => string {
  const kept = max - 1;
  const heads = [...new Array(kept + 1).keys()].toSorted((a, b) => Math.abs(a - kept / 2) - Math.abs(b - kept / 2));
  const withGap = (name: string, head: number) => {
    const characters = [...name];
    return [...characters.slice(0, head), gap, ...characters.slice(characters.length - (kept - head))].join("");
  };
  const counts = heads.map(head => new Set(long.map(name => withGap(name, head))).size);
  const best = heads[counts.indexOf(Math.max(...counts))] ?? 0;
  return words => withGap(words.join(""), best);
}

/** The short forms that no other name has. */
function distinct(
  names: ReadonlyMap<string, Words>,
  shorten: (words: Words) => string,
  taken: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const forms = [...names].map(([name, words]) => [name, shorten(words)] as const);
  const counts = new Map<string, number>();
  for (const [, short] of forms) counts.set(short, (counts.get(short) ?? 0) + 1);
  return new Map(
    forms.flatMap(([name, short]) => (counts.get(short) !== 1 || taken.has(short) ? [] : [[name, short] as const])),
  );
}

/** Characters, not UTF-16 units, which are the same in nearly all names. */
function lengthOf(text: string): number {
  return /[\uD800-\uDBFF]/.test(text) ? [...text].length : text.length;
}
