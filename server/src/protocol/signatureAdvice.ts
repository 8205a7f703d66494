import type { BuilderFix } from "./buildMachines.ts";
import type { Problem } from "./problems.ts";
import type { SignatureStatus } from "./signatures.ts";

/** What keeps paths of a closure from being accepted, or from being checked, and what to do about it. */
export interface SignatureAdvice {
  /** The cache that it is about, as in `CacheState.url`. Missing: no cache in particular. */
  readonly cache?: string | undefined;
  /** The status of the paths that it is about. Missing: it is about the cache itself. */
  readonly status?: SignatureStatus | undefined;
  /** How many paths it is about. */
  readonly count: number;
  /** What it is and why; `fixes`: what can be done, the best first. */
  readonly problem: Problem;
}

/** The argument of the client's commands that sign, push and trust. */
export interface SignatureFixTarget {
  /** The build's id. */
  readonly id: string;
  /** As in `CacheState.url`. */
  readonly cache?: string | undefined;
  /** The name of the key to trust. */
  readonly key?: string | undefined;
}

/** How much of a closure has been copied. */
export interface CopyProgress {
  /** The build's id. */
  readonly id: string;
  /** Paths that have been copied. */
  readonly done: number;
  /** Paths to copy, as far as Nix knows. */
  readonly expected: number;
}

/** Where a public key can be trusted. */
export interface TrustKeyFixes {
  /** Whether a signature of the cache was found to be by this key. False: none could be read. */
  readonly isVerified: boolean;
  readonly fixes: readonly BuilderFix[];
}
