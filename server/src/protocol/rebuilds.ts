/** A derivation that is another than it was, by something of its own. */
export interface DerivationChange {
  /** Without hash and `.drv`. */
  readonly name: string;
  /** Its name before, where that is another. */
  readonly before?: string | undefined;
  /** What of it changed; for one that is new, nothing. */
  readonly parts: readonly ChangedPart[];
}

/** A variable of the builder's environment, by its name, or something else of the derivation. */
export type ChangedPart =
  | { readonly kind: "variable" | "source" | "input"; readonly name: string }
  | { readonly kind: "system" };

/** Why a build is another than an earlier one of the same machine. */
export interface RebuildReasons {
  /** The build that it is compared with. */
  readonly previous: { readonly id: string; readonly startedAt: string };
  /** Revisions of nixpkgs, where they differ; one that is not known is absent. */
  readonly nixpkgs?: { readonly before?: string | undefined; readonly after?: string | undefined } | undefined;
  /** The deepest first; none: it is the same derivation. */
  readonly changes: readonly DerivationChange[];
}
