import type { Command, Location } from "vscode-languageserver-types";

/** An error as a value: what happened and what to do. Nix's own output is in `detail`. */
export interface Problem {
  /** Stable across versions. */
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly detail?: string | undefined;
  /** The package whose derivation failed, without its version: `openssl`. */
  readonly subject?: string | undefined;
  readonly location?: Location | undefined;
  readonly fixes?: readonly Command[] | undefined;
}

/**
 * A well-formed request that cannot be carried out fails with this code and `data: Problem` (LSP's RequestFailed). A malformed
 * request fails with InvalidParams (-32602) and a message that names the field.
 */
export const requestFailed = -32803;

/** One line of the doctor's report. Not produced yet. */
export interface Finding {
  readonly topic: string;
  readonly state: "ok" | "warning" | "error";
  readonly found: string;
  readonly fixes?: readonly Command[] | undefined;
}

export interface Health {
  readonly state: "ok" | "warning" | "error";
  /** The problem's code: `no-nix`, `too-many-networks` or `ignored-globs`. `only-flake` is not a problem. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly fixes?: readonly Command[] | undefined;
}
