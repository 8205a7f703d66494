import { AttributeSet, type Segment } from "./attributes.ts";
import { Lexer, type Token, type TokenKind } from "./lexer.ts";
import { Scopes } from "./scopes.ts";
import type { Span } from "./span.ts";

/** Why Nix refuses a text. Reading ends at `unexpected`. */
export type SyntaxFault = Span &
  (
    | { readonly kind: "unexpected"; readonly found: TokenKind; readonly expected: readonly TokenKind[] }
    | { readonly kind: "trailing slash" | "invalid number" | "computed name in let" | "computed name in inherit" }
    | { readonly kind: "duplicate attribute"; readonly name: string; readonly first: number }
    | { readonly kind: "duplicate argument" | "unbound name"; readonly name: string }
  );

/** A span of valid Nix that the grammar of our syntax trees (tree-sitter-nix 0.0.2) does not support. */
export interface Unusual extends Span {
  readonly kind: "trailing comma" | "nothing inherited" | "path that begins with an interpolation";
}

/** The kind of an expression, as far as names depend on it. */
type Literal =
  | { readonly kind: "set"; readonly set: AttributeSet }
  /** A string without interpolation. */
  | { readonly kind: "string"; readonly text: string }
  | undefined;

/** Thrown to stop reading a text. */
class Refused extends Error {}

/** The deepest nesting of expressions: reading a deeper text stops there, because the stack is limited. */
const maxDepth = 500;

const simpleStarts: ReadonlySet<TokenKind> = new Set([
  ...(["identifier", "integer", "float", "path", "search path", "URI"] as const),
  ...(['"', "''", "(", "[", "{", "let", "rec"] as const),
]);

/** Operators that do not associate, by group: `a == b == c` is refused. */
const equality: ReadonlySet<TokenKind> = new Set(["==", "!="]);
const comparison: ReadonlySet<TokenKind> = new Set(["<", ">", "<=", ">="]);
/** Operators that bind less than those: they end the operand before them. */
const logical: ReadonlySet<TokenKind> = new Set(["&&", "||", "->"]);
const tighter: ReadonlySet<TokenKind> = new Set(["//", "++", "+", "-", "*", "/"]);

/**
 * Reads a text like Nix's own parser (Nix, `src/libexpr/parser.y`) and collects what Nix refuses. One instance reads one text.
 */
export class Grammar {
  readonly faults: SyntaxFault[] = [];
  readonly unusual: Unusual[] = [];
  readonly #text: string;
  readonly #lexer: Lexer;
  readonly #scopes = new Scopes();
  readonly #ahead: Token[] = [];
  #depth = 0;
  #areScopesKnown = true;
  #lastEnd = 0;

  constructor(text: string) {
    this.#text = text;
    this.#lexer = new Lexer(text);
  }

  /** @returns whether the text was read to its end or its first error; false: it is nested too deep for the stack. */
  read(): boolean {
    try {
      this.#expression();
      if (this.#kind !== "end of file") this.#refuse([]);
    } catch (error) {
      if (error instanceof Refused) return true;
      if (error instanceof RangeError) return false;
      throw error;
    }
    const unbound = this.#areScopesKnown ? this.#scopes.unbound() : [];
    for (const { name, at } of unbound)
      this.faults.push({ kind: "unbound name", name, start: at, end: at + name.length });
    return true;
  }

  #expression(): Literal {
    if (++this.#depth > maxDepth) throw new RangeError("nested too deep");
    const closers: (() => void)[] = [];
    while (this.#head(closers));
    const literal = this.#pipes();
    for (const close of closers.toReversed()) close();
    this.#depth--;
    return closers.length === 0 ? literal : undefined;
  }

  /** A prefix whose body is the expression after it: `x:`, `with x;`, `let ... in`, `if ... then ... else`. */
  #head(closers: (() => void)[]): boolean {
    switch (this.#kind) {
      case "identifier":
        if (this.#peek(1) === "@") return this.#lambda(closers);
        return this.#peek(1) === ":" && this.#lambda(closers);
      case "{":
        return this.#areFormals() && this.#lambda(closers);
      case "assert":
        return this.#inFront(["assert"], ";", closers);
      case "with":
        this.#inFront(["with"], ";", closers);
        this.#scopes.open();
        closers.push(() => this.#scopes.forget());
        return true;
      case "if":
        this.#inFront(["if"], "then", closers);
        this.#expression();
        this.#expect("else");
        return true;
      case "let":
        return this.#peek(1) !== "{" && this.#let(closers);
      default:
        return false;
    }
  }

  #inFront([start]: readonly [TokenKind], end: TokenKind, closers: (() => void)[]): boolean {
    this.#expect(start);
    this.#expression();
    this.#expect(end);
    closers.push(() => {});
    return true;
  }

  #let(closers: (() => void)[]): boolean {
    const { start } = this.#expect("let");
    const set = new AttributeSet(true);
    this.#scopes.open();
    this.#bindings(set, "in");
    const { end } = this.#expect("in");
    if (set.hasComputedNames) this.faults.push({ kind: "computed name in let", start, end });
    closers.push(() => this.#scopes.close(set.names));
    return true;
  }

  /** Whether this brace begins the arguments of a function rather than a set. */
  #areFormals(): boolean {
    const [first, second] = [this.#peek(1), this.#peek(2)];
    if (first === "}") return second === ":" || second === "@";
    return first === "..." || (first === "identifier" && (second === "," || second === "?" || second === "}"));
  }

  #lambda(closers: (() => void)[]): boolean {
    const names = new Set<string>();
    this.#scopes.open();
    const before = this.#kind === "identifier" ? this.#expect("identifier") : undefined;
    if (before !== undefined) names.add(this.#textOf(before));
    if (before === undefined || this.#take("@")) {
      this.#formals(names);
      if (before === undefined && this.#take("@")) this.#argument(names, this.#expect("identifier"));
    }
    this.#expect(":");
    closers.push(() => this.#scopes.close(names));
    return true;
  }

  #formals(names: Set<string>): void {
    this.#expect("{");
    while (this.#kind !== "}") {
      if (this.#take("...")) break;
      this.#argument(names, this.#expect("identifier", "...", "}"));
      if (this.#take("?")) this.#expression();
      const { start, end } = this.#token;
      if (!this.#take(",")) break;
      if (this.#peek(0) === "}") this.unusual.push({ kind: "trailing comma", start, end });
    }
    this.#expect("}");
  }

  #argument(names: Set<string>, token: Token): void {
    const name = this.#textOf(token);
    if (names.has(name)) this.faults.push({ kind: "duplicate argument", name, start: token.start, end: token.end });
    names.add(name);
  }

  #pipes(): Literal {
    const literal = this.#operators();
    const pipe = this.#kind;
    if (pipe !== "|>" && pipe !== "<|") return literal;
    while (this.#take(pipe)) this.#operators();
    return undefined;
  }

  /** A chain of operators: the only part of their precedence that matters is that some do not associate. */
  #operators(): Literal {
    let literal = this.#operand();
    let isCompared = false;
    let isEqual = false;
    for (;;) {
      const operator = this.#kind;
      if (logical.has(operator)) [isCompared, isEqual] = [false, false];
      else if (equality.has(operator) && !isEqual) [isCompared, isEqual] = [false, true];
      else if (comparison.has(operator) && !isCompared) isCompared = true;
      else if (operator !== "?" && !tighter.has(operator)) return literal;
      this.#advance();
      literal = undefined;
      if (operator === "?") this.#attributePath("identifier");
      else this.#operand();
    }
  }

  #operand(): Literal {
    let isPlain = true;
    while (this.#take("!") || this.#take("-")) isPlain = false;
    let literal = this.#select();
    while (simpleStarts.has(this.#kind)) {
      literal = undefined;
      this.#select();
    }
    return isPlain ? literal : undefined;
  }

  #select(): Literal {
    let literal = this.#simple();
    while (this.#take(".")) {
      literal = undefined;
      this.#attributePath("identifier");
      if (!this.#take("or")) return undefined;
      this.#simple();
    }
    // nixpkgs has a function of that name.
    const { kind, start } = this.#token;
    if (kind !== "or") return literal;
    this.#advance();
    this.#scopes.use("or", start);
    return undefined;
  }

  #simple(): Literal {
    const token = this.#token;
    switch (token.kind) {
      case "identifier":
        this.#advance();
        this.#scopes.use(this.#textOf(token), token.start);
        return undefined;
      case "integer":
      case "float":
        this.#advance();
        if (!isNumber(token.kind, this.#textOf(token)))
          this.faults.push({ kind: "invalid number", start: token.start, end: token.end });
        return undefined;
      case "search path":
        this.#advance();
        return undefined;
      case "URI":
        this.#advance();
        return { kind: "string", text: this.#textOf(token) };
      case "path":
        return this.#path();
      case '"':
        return this.#string('"');
      case "''":
        return this.#string("''");
      case "(":
        return this.#parenthesised();
      case "[":
        return this.#list();
      case "let":
      case "rec":
        this.#advance();
        return this.#set(new AttributeSet(true), token.kind);
      case "{":
        return this.#set(new AttributeSet(), "{");
      default:
        return this.#refuse(["identifier"]);
    }
  }

  #parenthesised(): Literal {
    this.#expect("(");
    const literal = this.#expression();
    this.#expect(")");
    return literal;
  }

  #list(): undefined {
    if (++this.#depth > maxDepth) throw new RangeError("nested too deep");
    this.#expect("[");
    while (simpleStarts.has(this.#kind)) this.#select();
    this.#expect("]");
    this.#depth--;
  }

  #set(set: AttributeSet, head: "let" | "rec" | "{"): Literal {
    this.#expect("{");
    if (set.isRecursive) this.#scopes.open();
    this.#bindings(set, "}");
    if (set.isRecursive) this.#scopes.close(set.names);
    this.#expect("}");
    return head === "let" ? undefined : { kind: "set", set };
  }

  #bindings(set: AttributeSet, end: "}" | "in"): void {
    while (this.#kind !== end) {
      if (this.#kind === "inherit") this.#inherit(set);
      else this.#binding(set, end);
    }
  }

  #binding(set: AttributeSet, end: "}" | "in"): void {
    const path = this.#attributePath("identifier", "inherit", end);
    this.#expect("=", ".");
    const value = this.#expression();
    this.#expect(";");
    this.#define(set, path, value?.kind === "set" ? value.set : undefined);
  }

  #define(set: AttributeSet, path: readonly Segment[], value: AttributeSet | undefined): void {
    const { duplicates, mergesRecursive } = set.add(path, value);
    if (mergesRecursive) this.#areScopesKnown = false;
    for (const duplicate of duplicates) this.faults.push({ kind: "duplicate attribute", ...duplicate });
  }

  #inherit(set: AttributeSet): void {
    const { start: beginning } = this.#expect("inherit");
    const isFrom = this.#take("(");
    if (isFrom) this.#source();
    if (this.#kind === ";") this.unusual.push({ kind: "nothing inherited", start: beginning, end: this.#token.end });
    while (!this.#take(";")) {
      const segment = this.#segment("identifier", ";");
      const { name, start, end } = segment;
      if (name === undefined) this.faults.push({ kind: "computed name in inherit", start, end });
      else {
        this.#define(set, [segment], undefined);
        if (isFrom) continue;
        if (set.isRecursive) this.#scopes.useOutside(name, start);
        else this.#scopes.use(name, start);
      }
    }
  }

  /** The source of an `inherit`. If nothing is inherited, some versions of Nix do not check its names. */
  #source(): void {
    this.#scopes.open();
    this.#expression();
    this.#expect(")");
    if (this.#kind === ";") this.#scopes.forget();
    else this.#scopes.close([]);
  }

  #attributePath(...expected: readonly TokenKind[]): Segment[] {
    const path = [this.#segment(...expected)];
    while (this.#take(".")) path.push(this.#segment("identifier"));
    return path;
  }

  #segment(...expected: readonly TokenKind[]): Segment {
    const token = this.#token;
    const { kind, start } = token;
    if (kind === "identifier" || kind === "or") {
      this.#advance();
      return { name: this.#textOf(token), start, end: token.end };
    }
    const literal = kind === '"' ? this.#string('"') : this.#interpolation(...expected);
    return { name: literal?.kind === "string" ? literal.text : undefined, start, end: this.#lastEnd };
  }

  #interpolation(...expected: readonly TokenKind[]): Literal {
    this.#expect("${", ...expected);
    const literal = this.#expression();
    this.#expect("}");
    return literal;
  }

  #path(): undefined {
    const first = this.#advance();
    const isBare = this.#kind === "${" && /^~?\/$/.test(this.#textOf(first));
    while (!this.#take("end of path")) {
      if (this.#kind === "${") this.#interpolation();
      else this.#expect("text");
    }
    if (isBare)
      this.unusual.push({ kind: "path that begins with an interpolation", start: first.start, end: this.#lastEnd });
  }

  #string(quote: '"' | "''"): Literal {
    this.#expect(quote);
    const pieces: Token[] = [];
    let isInterpolated = false;
    while (!this.#take(quote)) {
      if (this.#kind === "${") {
        this.#interpolation();
        isInterpolated = true;
      } else pieces.push(this.#expect("text", quote));
    }
    const [piece] = pieces;
    // An indented string with several fragments counts as computed.
    if (isInterpolated || pieces.length > 1) return undefined;
    const text = piece === undefined ? "" : this.#textOf(piece);
    return { kind: "string", text: quote === '"' ? unescaped(text) : unindented(text) };
  }

  get #token(): Token {
    return this.#tokenAhead(0);
  }

  get #kind(): TokenKind {
    return this.#token.kind;
  }

  #peek(distance: number): TokenKind {
    return this.#tokenAhead(distance).kind;
  }

  #tokenAhead(distance: number): Token {
    for (let count = this.#ahead.length; count <= distance; count++) this.#ahead.push(this.#lexer.next());
    return this.#ahead[distance] ?? this.#lexer.next();
  }

  #advance(): Token {
    const token = this.#token;
    this.#ahead.shift();
    this.#lastEnd = token.end;
    return token;
  }

  #take(kind: TokenKind): boolean {
    if (this.#kind !== kind) return false;
    this.#advance();
    return true;
  }

  /** @param others other tokens that are allowed here, which the caller has checked already. */
  #expect(kind: TokenKind, ...others: readonly TokenKind[]): Token {
    return this.#kind === kind ? this.#advance() : this.#refuse([kind, ...others]);
  }

  #refuse(expected: readonly TokenKind[]): never {
    const { kind, start, end } = this.#token;
    this.faults.push(
      kind === "trailing slash"
        ? { kind, start: start - 1, end }
        : { kind: "unexpected", found: kind, expected, start, end },
    );
    throw new Refused();
  }

  #textOf({ start, end }: Token): string {
    return this.#text.slice(start, end);
  }
}

/** Nix's integers have 64 bits; a float must not overflow. */
function isNumber(kind: "integer" | "float", text: string): boolean {
  return kind === "float" ? Number.isFinite(Number(text)) : text.length < 19 || BigInt(text) < 2n ** 63n;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}

/** Text with several lines or spaces only has to be distinguishable: its exact value is not needed. */
function unindented(text: string): string {
  return /^[^\s'$]*$/.test(text) ? text : `''${text}`;
}
