import type { AttributePath } from "../../syntax/attributePath.ts";

/**
 * What is being typed at the cursor. It is read from the text before it, not from the tree: during completion the binding is
 * incomplete, and the tree of an incomplete binding is of little use.
 */
export interface Cursor {
  /** The part of a binding: its name, its value, or neither (a comment, an indented string, a function's head). */
  readonly place: "name" | "value" | "none";
  /** For a name: the enclosing set and the segments before the last dot. For a value: its attribute. */
  readonly path: AttributePath;
  /** The pieces of the value or the name before the typed word. */
  readonly before: readonly string[];
  /** The typed part of the last word or string, without a quote. */
  readonly typed: string;
  /** The offset at which `typed` begins. */
  readonly start: number;
  readonly inString: boolean;
  /** It is in what a `let` binds, or in its names. */
  readonly inLet: boolean;
  /** The names are those of a set that is the argument of a function. */
  readonly isArgument: boolean;
}

/** A bracket, a `let` or a string that is open at the cursor. */
interface Frame {
  readonly kind: "set" | "list" | "group" | "let" | "interpolation" | "string" | "indented";
  /** The attribute that its content belongs to. */
  readonly path: AttributePath;
  /** Its start, after its bracket. */
  readonly start: number;
  /** Pieces since the last `;`, up to `=`. */
  name: string[];
  value: string[] | undefined;
  /** How many `with` and `assert` wait for their `;`. */
  waiting: number;
  /** The last piece in it. */
  last: string;
  /** It is the argument of a function, or in the set that is. */
  readonly isArgument: boolean;
  /** It is a `let`, or in one. */
  readonly inLet: boolean;
}

const pieces =
  /\s+|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[A-Za-z_][\w'-]*|(?:\/[\w.+-]+)+|<[\w./+-]+>|\d+|''|"|\$\{|==|!=|<=|>=|->|\/\/|&&|\|\||\+\+|[\s\S]/y;
const stringPieces = /\\[\s\S]|\$\{|"|(?:[^"\\$]|\$(?!\{))+|[\s\S]/y;
const indentedPieces = /''(?:\$|\\[\s\S]|')|''|\$\{|(?:[^'$]|'(?!')|\$(?!\{))+|[\s\S]/y;
const openings: Readonly<Record<string, Frame["kind"]>> = {
  '"': "string",
  "''": "indented",
  "{": "set",
  "[": "list",
  "(": "group",
  let: "let",
};
const closing: Readonly<Record<string, readonly Frame["kind"][]>> = {
  "}": ["set", "interpolation"],
  "]": ["list"],
  ")": ["group"],
};

/** The deepest nesting that is read: each level keeps its path. */
const maxDepth = 300;

/** Where reading a text has been, behind a semicolon: what follows changes nothing of it. */
interface Mark {
  readonly at: number;
  readonly frames: readonly Frame[];
}

/** So far from each other (UTF-16 units). */
const betweenMarks = 4096;

/** What reading one document up to a cursor leaves for the next time, when most of its text is as it was. */
export class CursorMarks {
  #text = "";
  #marks: Mark[] = [];

  /** The last mark before an offset of a text, which is the one that is read from now on. */
  before(text: string, offset: number): Mark {
    const isShared = ({ at }: Mark) => text.slice(0, at) === this.#text.slice(0, at);
    this.#marks = this.#marks.slice(
      0,
      firstIndex(this.#marks, mark => !isShared(mark)),
    );
    this.#text = text;
    return (
      this.#marks[firstIndex(this.#marks, ({ at }) => at > offset) - 1] ?? { at: 0, frames: [frame("group", [], 0)] }
    );
  }

  add(at: number, frames: readonly Frame[]): void {
    if (at - (this.#marks.at(-1)?.at ?? 0) >= betweenMarks) this.#marks.push({ at, frames: frames.map(copied) });
  }
}

/** The index of the first element that fulfils the condition, in a list where all later ones do, too. */
function firstIndex<T>(list: readonly T[], isSo: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = list[middle];
    if (item !== undefined && isSo(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function copied(frame: Frame): Frame {
  return { ...frame, name: [...frame.name], value: frame.value && [...frame.value] };
}

/**
 * Reads a text up to an offset.
 *
 * @param marks from earlier readings of the same document.
 */
export function cursorAt(text: string, offset: number, marks: CursorMarks = new CursorMarks()): Cursor {
  const begin = marks.before(text, offset);
  const frames = begin.frames.map(copied);
  let last = { text: "", start: begin.at };
  for (let at = begin.at; at < offset; ) {
    const top = frames.at(-1) ?? frame("group", [], 0);
    const piece = pieceAt(text, at, offset, top.kind);
    last = { text: piece, start: at };
    at += piece.length;
    step(frames, top, piece, at);
    if (frames.length > maxDepth) return nothing(offset);
    if (piece === ";" && hasBindings(top)) marks.add(at, frames);
  }
  return cursorIn(frames, last, text, offset);
}

function pieceAt(text: string, at: number, offset: number, kind: Frame["kind"]): string {
  const pattern = kind === "string" ? stringPieces : kind === "indented" ? indentedPieces : pieces;
  pattern.lastIndex = at;
  return (pattern.exec(text)?.[0] ?? text.charAt(at)).slice(0, offset - at);
}

function step(frames: Frame[], top: Frame, piece: string, end: number): void {
  if (piece === "${") return void frames.push(frame("interpolation", [], end, top.isArgument, top.inLet));
  if (top.kind === "string" || top.kind === "indented") {
    if (piece === (top.kind === "string" ? '"' : "''")) close(frames);
    else top.name.push(piece);
    return;
  }
  if (/^(?:\s|#|\/\*)/.test(piece)) return;
  const opened = Object.hasOwn(openings, piece) ? openings[piece] : undefined;
  const isArgument = top.isArgument || (top.kind !== "list" && isOperand(top.last));
  top.last = piece;
  if (opened !== undefined)
    frames.push(
      frame(
        opened,
        opened === "list" ? [...contentPath(top), "*"] : contentPath(top),
        end,
        isArgument,
        top.inLet || opened === "let",
      ),
    );
  else if (piece === "in" && top.kind === "let") close(frames);
  else if (Object.hasOwn(closing, piece)) closeAll(frames, closing[piece]);
  else if (piece === ";") endBinding(top);
  else if (piece === "=" && hasBindings(top)) top.value = [];
  else add(top, piece);
}

const keywords: ReadonlySet<string> = new Set(["let", "in", "rec", "then", "else", "assert", "with", "or", "inherit"]);

/** Whether a piece ends a value, so that a set behind it is its argument. */
function isOperand(piece: string): boolean {
  return /^[\w.+\-<>/]*\w[>']*$|^[)\]}"]$|^''$/.test(piece) && !keywords.has(piece);
}

/** Closes the last bracket of one of these kinds, and everything still open inside it. */
function closeAll(frames: Frame[], kinds: readonly Frame["kind"][] | undefined): void {
  const at = frames.findLastIndex(({ kind }) => kinds?.includes(kind));
  if (at > 0) while (frames.length > at) close(frames);
}

function close(frames: Frame[]): void {
  const closed = frames.length > 1 ? frames.pop() : undefined;
  const outer = frames.at(-1);
  if (closed === undefined || outer === undefined) return;
  outer.last = closed.kind === "let" ? "in" : ")";
  // A string may be a segment of a name; of other pieces only their presence matters.
  if (closed.kind === "string") add(outer, JSON.stringify(closed.name.join("")));
  else if (closed.kind !== "let") add(outer, "()");
}

function endBinding(top: Frame): void {
  if (top.waiting > 0) {
    top.waiting--;
    return;
  }
  top.name = [];
  top.value = undefined;
}

function add(top: Frame, piece: string): void {
  if (piece === "with" || piece === "assert") top.waiting++;
  else (top.value ?? top.name).push(piece);
}

function frame(kind: Frame["kind"], path: AttributePath, start: number, isArgument = false, inLet = false): Frame {
  return { kind, path, start, name: [], value: undefined, waiting: 0, last: "", isArgument, inLet };
}

function hasBindings({ kind }: Frame): boolean {
  return kind === "set" || kind === "let";
}

/** The attribute that a value in a frame belongs to. */
function contentPath(top: Frame): AttributePath {
  return top.value === undefined ? top.path : [...top.path, ...segments(top.name)];
}

/** `a . "b" . c` -> its segments. */
function segments(name: readonly string[]): (string | undefined)[] {
  return name.filter(piece => piece !== ".").map(piece => (piece === "()" ? undefined : unquoted(piece)));
}

function unquoted(piece: string): string {
  return piece.startsWith('"') ? String(JSON.parse(piece)) : piece;
}

function nothing(offset: number): Cursor {
  return {
    place: "none",
    path: [],
    before: [],
    typed: "",
    start: offset,
    inString: false,
    inLet: false,
    isArgument: false,
  };
}

function cursorIn(frames: Frame[], last: { text: string; start: number }, text: string, offset: number): Cursor {
  const top = frames.at(-1) ?? frame("group", [], 0);
  if (top.kind === "indented" || isOpenComment(last.text, text, offset)) return nothing(offset);
  if (top.kind === "string") {
    const outer = frames.at(-2);
    const typed = text.slice(top.start, offset);
    if (outer === undefined || typed.includes("${")) return nothing(offset);
    return { ...cursorOf(outer, [...(outer.value ?? outer.name)]), typed, start: top.start, inString: true };
  }
  const before = [...(top.value ?? top.name)];
  const isWord = /^[A-Za-z_][\w'-]*$/.test(last.text) && before.at(-1) === last.text;
  if (isWord) before.pop();
  const typed = isWord ? last.text : "";
  return { ...cursorOf(top, before), typed, start: offset - typed.length, inString: false };
}

type Place = Pick<Cursor, "place" | "path" | "before" | "inLet" | "isArgument">;

function cursorOf(top: Frame, before: readonly string[]): Place {
  return { ...placeOf(top, before), inLet: top.inLet, isArgument: top.isArgument };
}

function placeOf(top: Frame, before: readonly string[]): Pick<Cursor, "place" | "path" | "before"> {
  if (top.value !== undefined || !hasBindings(top)) return { place: "value", path: contentPath(top), before };
  if (before.some(piece => piece === "," || piece === "?" || piece === "inherit"))
    return { place: "none", path: [], before };
  const dotted = before.length === 0 || before.at(-1) === ".";
  return { place: dotted ? "name" : "none", path: [...top.path, ...segments(before)], before };
}

function isOpenComment(last: string, text: string, offset: number): boolean {
  if (last.startsWith("#")) return true;
  return last.startsWith("/*") && (!last.endsWith("*/") || last.length < 4) && text.length >= offset;
}
