/** The parts of a `.drv` file that are used here. */
export interface Derivation {
  /** Name -> store path; empty if it is known only after the build. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The derivations whose outputs it needs. */
  readonly inputDerivations: readonly string[];
  readonly inputSources: readonly string[];
  readonly system: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A string, or the parts of a list, a tuple or a constructor. */
type Term = string | readonly Term[];

/** The deepest nesting in a derivation; dynamic derivations nest their outputs. */
const maxDepth = 50;

/**
 * Reads a `.drv` file: an ATerm, `Derive(outputs, inputs, sources, system, builder, arguments, environment)`, or since 2.19
 * `DrvWithVersion(version, ...)` with the same parts (Nix, `src/libstore/derivations.cc`). Undefined for anything else.
 */
export function parseDerivation(text: string): Derivation | undefined {
  return parseWithInputs(text)?.derivation;
}

/** A derivation, and which outputs of its input derivations it needs: derivation -> names of outputs. */
export interface DerivationWithInputs {
  readonly derivation: Derivation;
  readonly inputs: ReadonlyMap<string, readonly string[]>;
}

/** The same with the outputs that it needs. */
export function parseWithInputs(text: string): DerivationWithInputs | undefined {
  const head = /^(Derive|DrvWithVersion)\(/.exec(text);
  if (head === null) return undefined;
  const reader = new TermReader(text, head[0].length);
  const parts = reader.list(")", 0);
  if (parts === undefined || !reader.isAtEnd) return undefined;
  const [outputs, inputs, sources, system, , , environment] = head[1] === "Derive" ? parts : parts.slice(1);
  if (typeof system !== "string" || !isList(outputs) || !isList(inputs) || !isList(sources) || !isList(environment))
    return undefined;
  const needed = inputs.flatMap(input => neededOutputs(input));
  return {
    derivation: {
      outputs: Object.fromEntries(pairs(outputs)),
      inputDerivations: needed.map(([drvPath]) => drvPath),
      inputSources: sources.filter(source => typeof source === "string"),
      system,
      environment: Object.fromEntries(pairs(environment)),
    },
    inputs: new Map(needed),
  };
}

/** An input derivation and the names of the outputs that are needed of it; those of a dynamic derivation are nested. */
function neededOutputs(input: Term): [string, readonly string[]][] {
  const [drvPath, names] = isList(input) ? input : [];
  if (typeof drvPath !== "string") return [];
  const list = isList(names) && isList(names[0]) ? names[0] : names;
  return [[drvPath, isList(list) ? list.filter(name => typeof name === "string") : []]];
}

function isList(term: Term | undefined): term is readonly Term[] {
  return term !== undefined && typeof term !== "string";
}

/** The first two strings of each tuple. */
function pairs(terms: readonly Term[]): [string, string][] {
  return terms.flatMap(term => {
    const [name, value] = isList(term) ? term : [];
    return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
  });
}

/** The features that its builder must have: attribute `requiredSystemFeatures`, also with structured attributes. */
export function requiredFeatures(derivation: Derivation): string[] {
  const { requiredSystemFeatures: plain } = derivation.environment;
  if (plain !== undefined) return plain.split(/\s+/).filter(Boolean);
  const features = structuredAttribute(derivation, "requiredSystemFeatures");
  return Array.isArray(features) ? features.filter(feature => typeof feature === "string") : [];
}

/** Attribute `preferLocalBuild`, also with structured attributes: Nix builds it on this machine if it can. */
export function prefersLocalBuild(derivation: Derivation): boolean {
  const { preferLocalBuild: plain } = derivation.environment;
  return plain === undefined ? structuredAttribute(derivation, "preferLocalBuild") === true : plain === "1";
}

/** Attribute `allowSubstitutes`, also with structured attributes: if it is false, Nix never fetches its outputs. */
export function allowsSubstitutes(derivation: Derivation): boolean {
  const { allowSubstitutes: plain } = derivation.environment;
  return plain === undefined ? structuredAttribute(derivation, "allowSubstitutes") !== false : plain === "1";
}

function structuredAttribute({ environment: { __json: structured } }: Derivation, name: string): unknown {
  if (structured === undefined) return undefined;
  try {
    const attributes: unknown = JSON.parse(structured);
    return typeof attributes === "object" && attributes !== null ? Reflect.get(attributes, name) : undefined;
  } catch {
    return undefined;
  }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

class TermReader {
  readonly #text: string;
  #at: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#at = start;
  }

  get isAtEnd(): boolean {
    return this.#text.slice(this.#at).trim() === "";
  }

  /** Comma-separated terms up to a closing bracket; undefined if they are not well-formed. */
  list(close: string, depth: number): Term[] | undefined {
    const terms: Term[] = [];
    if (this.#accept(close)) return terms;
    for (;;) {
      const term = this.#term(depth + 1);
      if (term === undefined) return undefined;
      terms.push(term);
      if (this.#accept(close)) return terms;
      if (!this.#accept(",")) return undefined;
    }
  }

  #term(depth: number): Term | undefined {
    if (depth > maxDepth) return undefined;
    if (this.#accept('"')) return this.#string();
    if (this.#accept("[")) return this.list("]", depth);
    return this.#accept("(") ? this.list(")", depth) : undefined;
  }

  /** After the opening quote. */
  #string(): string | undefined {
    const pieces: string[] = [];
    for (let start = this.#at; ; ) {
      const quote = this.#text.indexOf('"', start);
      if (quote === -1) return undefined;
      const backslash = this.#text.indexOf("\\", start);
      if (backslash === -1 || backslash > quote) {
        this.#at = quote + 1;
        pieces.push(this.#text.slice(start, quote));
        return pieces.join("");
      }
      const escaped = this.#text[backslash + 1] ?? "";
      pieces.push(this.#text.slice(start, backslash), escapes[escaped] ?? escaped);
      start = backslash + 2;
    }
  }

  #accept(expected: string): boolean {
    if (this.#text[this.#at] !== expected) return false;
    this.#at++;
    return true;
  }
}
