import { allowsSubstitutes, type DerivationWithInputs } from "../../nix/derivations/derivation.ts";

/** Whether Nix would take a path from its caches, as far as their narinfos say. */
export type Availability =
  /** The first cache whose signature Nix accepts; `references`: store paths that come with it. */
  | {
      readonly kind: "accepted";
      readonly cache: string;
      /** The key that signed it; absent if it needs none. */
      readonly key?: string | undefined;
      readonly references: readonly string[];
    }
  /** Caches have it, but Nix accepts none of their signatures. */
  | {
      readonly kind: "refused";
      readonly cache: string;
      readonly status: RefusedStatus;
      readonly key?: string | undefined;
    }
  | { readonly kind: "missing" }
  /** No cache is known to have it, and one did not answer. */
  | { readonly kind: "unknown" };

export type RefusedStatus = "untrusted" | "invalid" | "unsigned";

/** What realising a derivation would do, with signatures taken into account. */
export interface SignedPlan {
  /** Derivation paths. */
  readonly build: readonly string[];
  readonly fetch: readonly { readonly path: string; readonly cache: string; readonly key?: string | undefined }[];
  /** Paths that a cache has, but that Nix does not accept from it. It builds them instead. */
  readonly refused: readonly ({ readonly path: string } & Extract<Availability, { readonly kind: "refused" }>)[];
  /** Paths of which it is unknown whether they can be fetched. They count as built. */
  readonly unknown: readonly string[];
}

/** What is known so far. */
export interface Known {
  readonly isPresent: (path: string) => boolean;
  /** Undefined: not read yet; null: it cannot be read. */
  readonly derivation: (drvPath: string) => DerivationWithInputs | null | undefined;
  /** Undefined: caches have not been asked yet. */
  readonly availability: (path: string) => Availability | undefined;
}

/** The result of a walk: the plan, or what has to be known to continue. */
export type Walk =
  | { readonly kind: "plan"; readonly plan: SignedPlan }
  | { readonly kind: "open"; readonly ask: readonly string[]; readonly read: readonly string[] };

type Verdict = "yes" | "no" | "open";

/** A path whose references are being looked at. */
interface OpenPath {
  readonly path: string;
  readonly references: readonly string[];
  /** Index of the reference to look at next. */
  next: number;
  verdict: Verdict;
}

function worse(one: Verdict, other: Verdict): Verdict {
  if (one === "no" || other === "no") return "no";
  return one === "open" || other === "open" ? "open" : "yes";
}

/**
 * Walks a derivation as Nix does before it realises it (`Store::queryMissing` in `src/libstore/misc.cc`, and the substitution goals that
 * follow): an output that is absent is fetched if a cache has it with a signature that Nix accepts, together with everything that it
 * refers to; otherwise its derivation is built, and its inputs are needed. Unlike a dry run, it counts signatures.
 */
export function walk(drvPath: string, output: string, known: Known): Walk {
  const walker = new Walker(known);
  walker.realise(drvPath, [output]);
  return walker.result();
}

/** The same for an output path that is only fetched, never built. `fetch` lists everything that comes with it. */
export function walkPath(path: string, known: Known): Walk {
  const walker = new Walker(known);
  walker.addPath(path);
  return walker.result();
}

class Walker {
  readonly #known: Known;
  readonly #ask = new Set<string>();
  readonly #read = new Set<string>();
  readonly #verdicts = new Map<string, Verdict>();
  /** Derivation and output, joined by `!`. */
  readonly #realised = new Set<string>();
  readonly #build = new Set<string>();
  readonly #fetch = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #unknown = new Set<string>();

  constructor(known: Known) {
    this.#known = known;
  }

  result(): Walk {
    if (this.#ask.size > 0 || this.#read.size > 0) return { kind: "open", ask: [...this.#ask], read: [...this.#read] };
    const offers = (paths: Iterable<string>) =>
      [...paths].flatMap(path => {
        const offer = this.#known.availability(path);
        return offer === undefined ? [] : [{ path, offer }];
      });
    return {
      kind: "plan",
      plan: {
        build: [...this.#build],
        fetch: offers(this.#fetch).flatMap(({ path, offer }) =>
          offer.kind === "accepted" ? [{ path, cache: offer.cache, key: offer.key }] : [],
        ),
        refused: offers(this.#refused).flatMap(({ path, offer }) =>
          offer.kind === "refused" ? [{ path, ...offer }] : [],
        ),
        unknown: [...this.#unknown],
      },
    };
  }

  addPath(path: string): void {
    if (this.#fetchable(path) === "yes") this.#collect(path);
  }

  /** Without recursion: graphs of derivations are deep. */
  realise(drvPath: string, outputs: readonly string[]): void {
    const open: [string, readonly string[]][] = [[drvPath, outputs]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) open.push(...this.#realise(...next));
  }

  /** Returns which outputs of which derivations are needed for it. */
  #realise(drvPath: string, names: readonly string[]): readonly [string, readonly string[]][] {
    const wanted = names.filter(name => !this.#realised.has(`${drvPath}!${name}`));
    for (const name of wanted) this.#realised.add(`${drvPath}!${name}`);
    if (wanted.length === 0) return [];
    const found = this.#known.derivation(drvPath);
    if (found === undefined) this.#read.add(drvPath);
    if (found === undefined || found === null) return [];
    const paths = wanted.map(name => found.derivation.outputs[name] ?? "");
    const absent = paths.filter(path => path === "" || !this.#known.isPresent(path));
    if (absent.length === 0) return [];
    // The path of an output of a content-addressed derivation is not known before.
    const verdict = absent.includes("") || !allowsSubstitutes(found.derivation) ? "no" : this.#allFetchable(absent);
    if (verdict === "open") return [];
    if (verdict === "yes") {
      for (const path of absent) this.#collect(path);
      return [];
    }
    if (this.#build.has(drvPath)) return [];
    this.#build.add(drvPath);
    return [...found.inputs];
  }

  #allFetchable(paths: readonly string[]): Verdict {
    return paths.map(path => this.#fetchable(path)).reduce(worse, "yes");
  }

  /** Whether a path can be fetched with everything that it refers to. Without recursion: a cache may serve any chain of references. */
  #fetchable(root: string): Verdict {
    const open: OpenPath[] = [];
    let last = this.#enter(root, open);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (last !== undefined) top.verdict = worse(top.verdict, last);
      const reference = top.references[top.next++];
      if (reference !== undefined) last = this.#enter(reference, open);
      else {
        open.pop();
        this.#verdicts.set(top.path, top.verdict);
        last = top.verdict;
      }
    }
    return last ?? "yes";
  }

  /** The verdict on a path; undefined if it depends on what it refers to: then it is added to `open`. */
  #enter(path: string, open: OpenPath[]): Verdict | undefined {
    const known = this.#verdicts.get(path);
    if (known !== undefined) return known;
    const verdict = this.#judge(path);
    const offer = this.#known.availability(path);
    // A path may refer to itself. A longer circle is only possible in a cache that lies.
    this.#verdicts.set(path, verdict);
    const references = offer?.kind === "accepted" && !this.#known.isPresent(path) ? offer.references : [];
    if (references.length === 0) return verdict;
    open.push({ path, references, next: 0, verdict });
    return undefined;
  }

  /** Without what it refers to. */
  #judge(path: string): Verdict {
    if (this.#known.isPresent(path)) return "yes";
    switch (this.#known.availability(path)?.kind) {
      case undefined:
        this.#ask.add(path);
        return "open";
      case "accepted":
        return "yes";
      case "refused":
        this.#refused.add(path);
        return "no";
      case "unknown":
        this.#unknown.add(path);
        return "no";
      case "missing":
        return "no";
    }
  }

  /** Adds a path that can be fetched, and the absent paths that it refers to. */
  #collect(path: string): void {
    const open = [path];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#fetch.has(next) || this.#known.isPresent(next)) continue;
      this.#fetch.add(next);
      const offer = this.#known.availability(next);
      if (offer?.kind === "accepted") open.push(...offer.references);
    }
  }
}
