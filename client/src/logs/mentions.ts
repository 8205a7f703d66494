/** A position in a file, counted from 1. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

/** A file that a line of a log names. Lines and characters of the log count from 0. */
export interface Mention {
  /** `store`: a path in the Nix store; `file`: `path:line`, which may be anywhere. */
  readonly kind: "store" | "file";
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly path: string;
  readonly place?: FilePlace | undefined;
}

/** Matches up to the end of the path. The part before the hash is searched backwards, as any folder may be a store. */
const store = /\/[0-9a-df-np-sv-z]{32}-[\w+.?=-]+(?:\/[^\s'"`:,;()<>[\]{}]*)?/g;
const outside = /[\s'"`:,;()<>[\]{}=]/;
const hashed = /\/[0-9a-df-np-sv-z]{32}-/;
/** The colon after a path, which is searched backwards, too. */
const colon = /:(?=\d)/g;
const inPath = /[\w.+@/~-]/;
const placeText = /:(\d{1,9})(?::(\d{1,9}))?/y;

/** The store paths and file positions in a line, from left to right. */
export function mentionsIn(text: string, line: number): Mention[] {
  return [...storesIn(text, line), ...filesIn(text, line)].toSorted((a, b) => a.start - b.start);
}

/** The newest mentions in a log, at most `most` of each kind, in order. */
export function mentionsOf(lines: readonly string[], most: number): Mention[] {
  const mentions = [...newest(lines, most, storesIn), ...newest(lines, most, filesIn)];
  return mentions.toSorted((a, b) => a.line - b.line || a.start - b.start);
}

function newest(lines: readonly string[], most: number, find: typeof storesIn): Mention[] {
  const found: Mention[] = [];
  for (let line = lines.length - 1; line >= 0 && found.length < most; line--)
    found.push(...find(lines[line] ?? "", line).toReversed());
  return found.slice(0, most);
}

function storesIn(text: string, line: number): Mention[] {
  return [...text.matchAll(store)].flatMap(found => storeMention(text, line, found) ?? []);
}

function filesIn(text: string, line: number): Mention[] {
  return [...text.matchAll(colon)].flatMap(({ index }) => fileMention(text, line, index) ?? []);
}

function storeMention(text: string, line: number, { 0: found, index }: RegExpExecArray): Mention | undefined {
  let start = index;
  while (start > 0 && !outside.test(text.charAt(start - 1))) start--;
  // An option may precede it directly (`-I/nix/store/...`), and a store is a folder with a name.
  start = text.indexOf("/", start);
  if (start === index) return undefined;
  const path = text.slice(start, index) + found.replace(/[./]+$/, "");
  return { kind: "store", line, start, ...withPlace(text, start, path) };
}

function fileMention(text: string, line: number, end: number): Mention | undefined {
  let start = end;
  while (start > 0 && inPath.test(text.charAt(start - 1))) start--;
  const path = text.slice(start, end);
  // Times, versions and host:port are not paths, and store paths are matched separately.
  if (!/[A-Za-z]/.test(path) || !/[./]/.test(path) || /^\/\/|\/$/.test(path) || hashed.test(path)) return undefined;
  return { kind: "file", line, start, ...withPlace(text, start, path) };
}

function withPlace(text: string, start: number, path: string): Pick<Mention, "path" | "end" | "place"> {
  const end = start + path.length;
  placeText.lastIndex = end;
  const found = placeText.exec(text);
  if (found === null) return { path, end };
  const place = { line: Math.max(1, Number(found[1])), column: Math.max(1, Number(found[2] ?? 1)) };
  return { path, end: placeText.lastIndex, place };
}
