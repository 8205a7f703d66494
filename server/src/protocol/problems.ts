import type { Command, Location } from "vscode-languageserver-types";

/** Something that went wrong, as a value: what happened and what to do. What Nix said stays in `detail`. */
export interface Problem {
  /** Stable. */
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly detail?: string | undefined;
  readonly location?: Location | undefined;
  readonly fixes?: readonly Command[] | undefined;
}

/**
 * A request that is well formed and cannot start answers with this code and `data: Problem` (LSP's RequestFailed). One that is
 * malformed answers with InvalidParams (-32602) and a message that names the field.
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
  /** That of the problem, if there is one: `no-nix`, `too-many-networks`, `ignored-globs`; of what is no problem: `only-flake`. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly fixes?: readonly Command[] | undefined;
}
