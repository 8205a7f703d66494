const keywords = ["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"] as const;

/** The longest first. */
const signs = [
  ...(["...", "==", "!=", "<=", ">=", "&&", "||", "->", "//", "++", "<|", "|>", "${", "''"] as const),
  ...(["{", "}", "(", ")", "[", "]", ":", ";", ",", ".", "=", "@", "?", "!", "+", "-", "*", "/", "<", ">"] as const),
] as const;

/** The kind of a token: a keyword, operator or bracket is its own kind. */
export type TokenKind =
  | (typeof keywords)[number]
  | (typeof signs)[number]
  | '"'
  | "identifier"
  | "integer"
  | "float"
  | "path"
  | "search path"
  | "URI"
  /** A part of a string or a path between interpolations. */
  | "text"
  | "end of path"
  /** A path that ends with a slash, which Nix refuses. */
  | "trailing slash"
  | "invalid"
  | "end of file";

/** A token, in UTF-16 offsets. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** Where the lexer is: in an expression, in a string, in a path (after a slash or not). */
type Mode = "expression" | "string" | "indented string" | "path" | "path after slash";

const space = /[ \t\r\n]+|#[^\r\n]*/y;
const word = /[A-Za-z_][\w'-]*/y;
const float = /(?:[1-9]\d*\.\d*|0?\.\d+)(?:[Ee][+-]?\d+)?/y;
const integer = /\d+/y;
const searchPath = /<[\w.+-]+(?:\/[\w.+-]+)*>/y;
const pathRun = /[\w.+-]*/y;
const schemeRun = /[A-Za-z][A-Za-z0-9+.-]*/y;
const restOfUri = /:[\w%/?:@&=+$,.!~*'-]+/y;
const restOfPath = /(?:\/[\w.+-]+)+\/?/y;
const pathPiece = /[\w.+-]*(?:\/[\w.+-]+)+\/?|[\w.+-]*\/|[\w.+-]+/y;
const stringPiece = /[^$"\\]+|\\.|\$\\.|\$(?![{"\\]).|\$(?=")/sy;
const indentedPiece = /[^$']+|\$(?!['{]).|'(?!')[^$]/sy;
/** These are tokens of their own. */
const indentedEscape = /'''|''\$|''\\.|\$(?!\{)|'(?!')/sy;

/** Splits a text as Nix does (Nix, `src/libexpr/lexer.l`): the longest token wins. Linear in the length of the text. */
export class Lexer {
  readonly #text: string;
  readonly #modes: Mode[] = ["expression"];
  #at = 0;
  /** How far the text has been scanned for the characters of a path or a URI's scheme, so that no word is scanned again. */
  #pathRunEnd = 0;
  #schemeRunEnd = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    const mode = this.#modes.at(-1) ?? "expression";
    switch (mode) {
      case "string":
        return this.#inString(stringPiece, undefined, '"');
      case "indented string":
        return this.#inString(indentedPiece, indentedEscape, "''");
      case "path":
      case "path after slash":
        return this.#inPath(mode);
      case "expression":
        return this.#inExpression();
    }
  }

  #inExpression(): Token {
    this.#skipSpace();
    if (this.#at >= this.#text.length) return this.#token("end of file", 0);
    const path = this.#pathLength();
    const uri = this.#uriLength();
    const name = this.#length(word);
    const number = this.#length(float);
    const longest = Math.max(path, uri, name, number);
    if (path > 0 && path === longest) return this.#enterPath(path);
    if (name > 0 && name === longest) return this.#token(wordKind(this.#text.slice(this.#at, this.#at + name)), name);
    if (number > 0 && number === longest) return this.#token("float", number);
    if (uri > 0) return this.#token("URI", uri);
    const digits = this.#length(integer);
    if (digits > 0) return this.#token("integer", digits);
    const search = this.#length(searchPath);
    return search > 0 ? this.#token("search path", search) : this.#sign();
  }

  #sign(): Token {
    if (this.#text[this.#at] === '"') return this.#enter("string", this.#token('"', 1));
    const found = signs.find(sign => this.#text.startsWith(sign, this.#at));
    if (found === undefined) return this.#token("invalid", 1);
    const token = this.#token(found, found.length);
    if (found === "''") return this.#enter("indented string", token);
    if (found === "{" || found === "${") return this.#enter("expression", token);
    if (found === "}" && this.#modes.length > 1) this.#modes.pop();
    return token;
  }

  #inString(piece: RegExp, escapes: RegExp | undefined, end: '"' | "''"): Token {
    const start = this.#at;
    this.#skip(piece);
    if (this.#at > start) return { kind: "text", start, end: this.#at };
    const escaped = escapes === undefined ? 0 : this.#length(escapes);
    if (escaped > 0) return this.#token("text", escaped);
    if (this.#text.startsWith("${", this.#at)) return this.#enter("expression", this.#token("${", 2));
    if (!this.#text.startsWith(end, this.#at)) return this.#token("end of file", this.#text.length - this.#at);
    this.#modes.pop();
    return this.#token(end, end.length);
  }

  #inPath(mode: Mode): Token {
    if (this.#text.startsWith("${", this.#at)) {
      this.#modes.splice(-1, 1, "path");
      return this.#enter("expression", this.#token("${", 2));
    }
    const length = this.#length(pathPiece);
    this.#modes.pop();
    if (length > 0) return this.#enterPath(length, "text");
    return this.#token(mode === "path" ? "end of path" : "trailing slash", 0);
  }

  #enterPath(length: number, kind: "path" | "text" = "path"): Token {
    const isAfterSlash = this.#text[this.#at + length - 1] === "/";
    return this.#enter(isAfterSlash ? "path after slash" : "path", this.#token(kind, length));
  }

  /** The length of the path that begins here: `a/b`, `~/a`, or the part before the interpolation of `a/${b}`. */
  #pathLength(): number {
    const start = this.#at;
    if (this.#text[start] === "~") return this.#pathRest(start + 1);
    if (this.#pathRunEnd <= start) this.#pathRunEnd = start + matchLength(pathRun, this.#text, start);
    return this.#pathRest(this.#pathRunEnd);
  }

  #pathRest(from: number): number {
    if (this.#text[from] !== "/") return 0;
    const rest = matchLength(restOfPath, this.#text, from);
    if (rest > 0) return from + rest - this.#at;
    return this.#text.startsWith("${", from + 1) ? from + 1 - this.#at : 0;
  }

  #uriLength(): number {
    const start = this.#at;
    if (this.#schemeRunEnd <= start) {
      const length = matchLength(schemeRun, this.#text, start);
      if (length === 0) return 0;
      this.#schemeRunEnd = start + length;
    }
    if (!/[A-Za-z]/.test(this.#text[start] ?? "")) return 0;
    const rest = matchLength(restOfUri, this.#text, this.#schemeRunEnd);
    return rest === 0 ? 0 : this.#schemeRunEnd + rest - start;
  }

  #skipSpace(): void {
    for (;;) {
      this.#skip(space);
      if (!this.#text.startsWith("/*", this.#at)) return;
      const end = this.#text.indexOf("*/", this.#at + 2);
      if (end === -1) return;
      this.#at = end + 2;
    }
  }

  #skip(pattern: RegExp): void {
    for (let length = this.#length(pattern); length > 0; length = this.#length(pattern)) this.#at += length;
  }

  #enter(mode: Mode, token: Token): Token {
    this.#modes.push(mode);
    return token;
  }

  #length(pattern: RegExp): number {
    return matchLength(pattern, this.#text, this.#at);
  }

  #token(kind: TokenKind, length: number): Token {
    const start = this.#at;
    this.#at += length;
    return { kind, start, end: this.#at };
  }
}

function matchLength(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}

const keywordKinds: ReadonlyMap<string, TokenKind> = new Map(keywords.map(keyword => [keyword, keyword]));

function wordKind(text: string): TokenKind {
  return keywordKinds.get(text) ?? "identifier";
}
