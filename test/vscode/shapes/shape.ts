/** A network of some shape, and what the editor should show. A `piece` is text of the network; the position after it is used. */
export interface Shape {
  /** Path below the network's folder -> text. `network.nix` is the one that is opened. */
  readonly files: Readonly<Record<string, string>>;
  /** Machine -> the text of its Build lens after the name. */
  readonly lenses: Readonly<Record<string, string>>;
  /** Machine whose name is not in the text, and so has no lens and no outline entry -> its system. */
  readonly computed?: Readonly<Record<string, string>>;
  /** The rows of the Machines view that show more than the system: machine -> description. */
  readonly rows?: Readonly<Record<string, string>>;
  /** Piece -> the paragraphs of the hover, without the machine's name. */
  readonly hovers: Readonly<Record<string, readonly string[]>>;
  /** The text of the line before the hint -> the hint and its tooltip. */
  readonly hints: Readonly<Record<string, string>>;
  /** Piece -> some of the completions there. */
  readonly completions: Readonly<Record<string, readonly string[]>>;
  /** Piece -> the new name, and the edits as `file: old → new`. */
  readonly renames: Readonly<Record<string, readonly [newName: string, ...edits: string[]]>>;
  /** Piece -> why a rename is refused there. */
  readonly refusals?: Readonly<Record<string, RegExp>>;
  /** The diagnostics in the order of the text, as `code: text`. */
  readonly diagnostics: readonly string[];
}

/** The paragraphs of a hover about a machine that is emulated here: the builder, and what switches it to cross compilation. */
export function emulated(system: string, instance?: "network.pkgs" | "nixpkgs.pkgs"): readonly string[] {
  const options =
    instance === undefined
      ? `nixpkgs.buildPlatform = "x86_64-linux";\nnixpkgs.hostPlatform = "${system}"; # in place of nixpkgs.system and the like`
      : `${instance} = import <nixpkgs> { localSystem = "x86_64-linux"; crossSystem = "${system}"; };`;
  return [
    "- this machine: emulated: several times slower; tests may fail",
    "Emulation yields the store paths of a native build, so what caches have is not built. Cross-compiled on x86_64-linux, it is built at full speed, but with store paths of its own, of which hardly any are in a public cache, and some packages cannot be cross-compiled:",
    `nix\n${options}`,
  ];
}
