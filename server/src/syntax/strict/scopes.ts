/**
 * Names that are visible in every Nix text (Nix, `EvalState::createBaseEnv`); those that begin with two underscores are
 * builtins, too.
 */
const globalNames: ReadonlySet<string> = new Set([
  ...["abort", "baseNameOf", "break", "builtins", "derivation", "derivationStrict", "dirOf", "false", "fetchGit"],
  ...["fetchMercurial", "fetchTarball", "fetchTree", "fromTOML", "import", "isNull", "map", "null", "placeholder"],
  ...["removeAttrs", "scopedImport", "throw", "toString", "true"],
]);

/** Name -> the offset of its first use. */
type Uses = Map<string, number>;

/** Finds the names in a text that are not bound in any enclosing scope. */
export class Scopes {
  #open: Uses[] = [new Map()];

  use(name: string, at: number): void {
    noteUse(this.#open.at(-1), name, at);
  }

  /** `inherit name;` in a `rec` set or a `let` refers to the name outside it. */
  useOutside(name: string, at: number): void {
    noteUse(this.#open.at(-2), name, at);
  }

  open(): void {
    this.#open.push(new Map());
  }

  /** Ends a scope that binds names. Uses of other names belong to the enclosing scope. */
  close(names: Iterable<string>): void {
    const uses = this.#open.pop() ?? new Map();
    for (const name of names) uses.delete(name);
    const outer = this.#open.at(-1);
    for (const [name, at] of uses) noteUse(outer, name, at);
  }

  /** Ends a scope whose names may be bound by anything, such as the body of a `with`. */
  forget(): void {
    this.#open.pop();
  }

  /** The unbound names, in the order of the text. */
  unbound(): { readonly name: string; readonly at: number }[] {
    return [...(this.#open[0] ?? [])]
      .filter(([name]) => !globalNames.has(name) && !name.startsWith("__"))
      .map(([name, at]) => ({ name, at }))
      .toSorted((a, b) => a.at - b.at);
  }
}

function noteUse(uses: Uses | undefined, name: string, at: number): void {
  const known = uses?.get(name);
  if (known === undefined || at < known) uses?.set(name, at);
}
