/** A derivation that changed itself, not only because its inputs changed. */
export interface DerivationChange {
  /** Without hash and `.drv`. */
  readonly name: string;
  /** Its previous name, if different. */
  readonly before?: string | undefined;
  /** The parts that changed; empty for a new derivation. */
  readonly parts: readonly ChangedPart[];
}

/** A variable of the builder's environment, by name, or another part of the derivation. */
export type ChangedPart =
  | { readonly kind: "variable" | "source" | "input"; readonly name: string }
  | { readonly kind: "system" };

/** Why a build differs from an earlier build of the same machine. */
export interface RebuildReasons {
  /** The build it is compared with. */
  readonly previous: { readonly id: string; readonly startedAt: string };
  /** Revisions of nixpkgs, if they differ; absent where unknown. */
  readonly nixpkgs?: { readonly before?: string | undefined; readonly after?: string | undefined } | undefined;
  /** Deepest dependency first; empty when the derivation is the same. */
  readonly changes: readonly DerivationChange[];
}
