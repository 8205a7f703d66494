import type { Problem } from "./problems.ts";

/** The number of paths in a closure by status. */
export interface SignatureSummary {
  readonly total: number;
  readonly trusted: number;
  readonly untrusted: number;
  readonly invalid: number;
  readonly unsigned: number;
  readonly missing: number;
  readonly contentAddressed: number;
  readonly builtHere: number;
  readonly unreachable: number;
}

export type SignatureStatus = keyof Omit<SignatureSummary, "total">;

export interface SignatureReport extends SignatureSummary {
  /** Total size of all paths in the store. */
  readonly bytes?: number | undefined;
  readonly caches: readonly CacheState[];
  readonly paths: readonly PathSignature[];
}

export interface CacheState {
  readonly url: string;
  readonly reachable: boolean;
  readonly problem?: Problem | undefined;
}

export interface PathSignature {
  readonly path: string;
  readonly status: SignatureStatus;
  /** The name of the key that determined the status. */
  readonly key?: string | undefined;
  /** The cache whose response determined the status. */
  readonly cache?: string | undefined;
}
