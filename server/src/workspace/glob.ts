/**
 * One state of a compiled glob: reads a character that `accepts` matches, or continues at `next` (and at `or`) without reading.
 */
interface State {
  readonly accepts: ((character: string) => boolean) | undefined;
  next: number;
  or: number;
}

/** Whether a whole path (with `/`) matches a glob. */
export type GlobMatcher = (path: string) => boolean;

/**
 * Compiles a glob of VS Code's syntax: `*` and `?` within a path segment, `**` any number of segments, `{a,b}`, `[a-z]`,
 * `[!a-z]`. Undefined if it is invalid: empty, or with an unclosed brace or bracket.
 *
 * The glob is compiled to a nondeterministic automaton with at most a few states per character, all of which are simulated in
 * parallel (Thompson's construction), so matching always takes time proportional to the lengths of glob and path. Backtracking
 * matchers, including all that create a JavaScript regular expression, can take time exponential in the number of stars.
 */
export function compileGlob(glob: string): GlobMatcher | undefined {
  const states = new GlobCompiler(glob.startsWith("./") ? glob.slice(2) : glob).compile();
  return states === undefined ? undefined : path => matches(states, path);
}

const inSegment = (character: string) => character !== "/";
const anything = () => true;

/** The deepest nesting of braces. */
const maxDepth = 20;

/** Reads a glob from left to right. Each state continues at the next one unless that is changed. */
class GlobCompiler {
  readonly #glob: string;
  readonly #states: State[] = [];
  #at = 0;

  constructor(glob: string) {
    this.#glob = glob;
  }

  compile(): readonly State[] | undefined {
    return this.#glob !== "" && this.#sequence(true, 0) && this.#at === this.#glob.length ? this.#states : undefined;
  }

  get #end(): number {
    return this.#states.length;
  }

  #add(accepts?: State["accepts"]): State {
    const next = this.#end + 1;
    const state = { accepts, next, or: next };
    this.#states.push(state);
    return state;
  }

  /**
   * Reads to the end of the glob or, within braces, to the end of an alternative.
   *
   * @param isStart whether a path segment begins here.
   */
  #sequence(isStart: boolean, depth: number): boolean {
    for (let isAtStart = isStart; this.#at < this.#glob.length; ) {
      const character = this.#glob[this.#at] ?? "";
      if (depth > 0 && (character === "," || character === "}")) return true;
      if (character === "*") this.#stars(isAtStart);
      else if (character === "{") {
        if (!this.#alternatives(isAtStart, depth)) return false;
      } else if (character === "[") {
        if (!this.#class()) return false;
      } else {
        this.#at++;
        this.#add(character === "?" ? inSegment : each => each === character);
      }
      isAtStart = this.#glob[this.#at - 1] === "/";
    }
    return true;
  }

  #stars(isStart: boolean): void {
    const begin = this.#at;
    while (this.#glob[this.#at] === "*") this.#at++;
    const follows = this.#glob[this.#at];
    const isSegments = isStart && this.#at - begin > 1;
    if (isSegments && follows === "/") {
      this.#at++;
      this.#repeatedSegments();
    } else
      this.#repeated(
        isSegments && (follows === undefined || follows === "," || follows === "}") ? anything : inSegment,
      );
  }

  #repeated(accepts: NonNullable<State["accepts"]>): void {
    const choice = this.#add();
    const one = this.#add(accepts);
    one.next = this.#end - 2;
    one.or = one.next;
    choice.or = this.#end;
  }

  /** `**` with the following slash: any number of segments, each with its slash. */
  #repeatedSegments(): void {
    const begin = this.#end;
    const choice = this.#add();
    this.#repeated(inSegment);
    const slash = this.#add(each => each === "/");
    slash.next = begin;
    slash.or = begin;
    choice.or = this.#end;
  }

  #alternatives(isStart: boolean, depth: number): boolean {
    if (depth >= maxDepth) return false;
    const ends: State[] = [];
    do {
      this.#at++;
      const choice = this.#add();
      if (!this.#sequence(isStart, depth + 1)) return false;
      ends.push(this.#add());
      // After the last alternative the choice is reverted below.
      choice.or = this.#end;
      if (this.#glob[this.#at] !== ",") choice.or = choice.next;
    } while (this.#glob[this.#at] === ",");
    if (this.#glob[this.#at] !== "}") return false;
    this.#at++;
    for (const end of ends) {
      end.next = this.#end;
      end.or = this.#end;
    }
    return true;
  }

  /** `[abc]`, `[a-z]`, `[!abc]`, `[^abc]`; a bracket in first position is one of the characters. */
  #class(): boolean {
    const text = this.#glob.slice(this.#at + 1);
    const isNegated = text.startsWith("!") || text.startsWith("^");
    const begin = isNegated ? 1 : 0;
    const close = text.indexOf("]", begin + 1);
    if (close === -1) return false;
    const ranges = rangesIn(text.slice(begin, close));
    this.#at += close + 2;
    this.#add(each => each !== "/" && ranges.some(([first, last]) => first <= each && each <= last) !== isNegated);
    return true;
  }
}

function rangesIn(characters: string): [first: string, last: string][] {
  const ranges: [string, string][] = [];
  for (let at = 0; at < characters.length; at++) {
    const first = characters[at] ?? "";
    const isRange = characters[at + 1] === "-" && at + 2 < characters.length;
    ranges.push([first, (isRange ? characters[at + 2] : undefined) ?? first]);
    if (isRange) at += 2;
  }
  return ranges;
}

/** Simulates all states in parallel. The index after the last state is the end of the glob. */
function matches(states: readonly State[], path: string): boolean {
  let active = closure(states, [0]);
  for (const character of path.split("")) {
    const reached: number[] = [];
    for (const at of active) {
      const state = states[at];
      if (state?.accepts?.(character) === true) reached.push(state.next);
    }
    if (reached.length === 0) return false;
    active = closure(states, reached);
  }
  return active.has(states.length);
}

/** The states that can be reached without reading a character. */
function closure(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const waiting = [...from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    const state = states[at];
    if (state !== undefined && state.accepts === undefined) waiting.push(state.next, state.or);
  }
  return found;
}
