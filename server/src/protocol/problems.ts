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
  /** The lines that decided, where there are such lines. */
  readonly quote?: Quote | undefined;
  /** How Nix got to the error, the innermost step first; at most `maxTraceSteps`. */
  readonly trace?: readonly TraceStep[] | undefined;
  /** What in the text it is about, if Nix names it. */
  readonly about?: ProblemTopic | undefined;
}

/** Lines from a log or from Nix's message, without escape sequences. They may contain anything that a program printed. */
export interface Quote {
  /** The deciding line first, then what follows it; at least one, at most `maxQuoteLines`, each at most `maxQuoteLine` long. */
  readonly lines: readonly string[];
  /** The derivation whose log contains them; absent: they are messages of Nix. */
  readonly derivation?: string | undefined;
}

export const maxQuoteLines = 6;

/** UTF-16 units. A longer line is cut, so it is the start of a line of the log. */
export const maxQuoteLine = 300;

/** One step of the trace of an evaluation. */
export interface TraceStep {
  /** In Nix's words: `while evaluating the attribute 'a.b'`. */
  readonly text: string;
  readonly location?: Location | undefined;
}

export const maxTraceSteps = 20;

/** What in the text of a network a problem is about. */
export type ProblemTopic =
  /** An option, with the files that set it according to Nix. */
  | { readonly kind: "option"; readonly path: readonly string[]; readonly files: readonly string[] }
  /** The hash of a source: as specified, and as found. */
  | { readonly kind: "hash"; readonly specified: string; readonly got: string }
  /** A system that no builder supports. */
  | { readonly kind: "system"; readonly system: string }
  /** The address of a source. */
  | { readonly kind: "url"; readonly url: string };

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
  /** The problem's code: `no-nix`, `bad-machine-line`, `too-many-networks` or `ignored-globs`. `only-flake` is not a problem. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly fixes?: readonly Command[] | undefined;
}
