import type { Problem } from "./problems.ts";
import type { RouteVerdict } from "./routes.ts";

/** The number of paths in a closure by status. */
export interface SignatureSummary {
  readonly total: number;
  /** Signed by a trusted key: Nix would accept it. */
  readonly trusted: number;
  /** Signed by other keys only. */
  readonly untrusted: number;
  /** Signed by the name of a trusted key, but the signature is wrong; or what the cache serves is something that Nix refuses. */
  readonly invalid: number;
  /** In a cache, without any signature. */
  readonly unsigned: number;
  /** Not in any cache. */
  readonly missing: number;
  /** Its name is the hash of its content, which was checked: it needs no signature. */
  readonly contentAddressed: number;
  /** Built on this machine and not in any cache. */
  readonly builtHere: number;
  /** Signed by a trusted key in a cache, but the content here differs: it was built here, and is not reproducible. */
  readonly differs: number;
  /** Unknown: a cache that could have it did not answer. */
  readonly unreachable: number;
}

export type SignatureStatus = keyof Omit<SignatureSummary, "total">;

/** What a single cache says about a path. */
export type OfferStatus = Exclude<SignatureStatus, "builtHere" | "differs">;

export interface SignatureReport extends SignatureSummary {
  /** When it was made (ISO 8601). Missing in reports of older versions. */
  readonly at?: string | undefined;
  /** Total size of all paths in the store (bytes). */
  readonly bytes?: number | undefined;
  /** The names of the keys that were trusted. */
  readonly trustedKeys?: readonly string[] | undefined;
  readonly caches: readonly CacheState[];
  readonly paths: readonly PathSignature[];
  /** Whether the machine that it was built for accepts it. Missing if it is for none, or if its configuration is not known. */
  readonly routes?: readonly RouteVerdict[] | undefined;
}

export interface CacheState {
  /** Without a login. */
  readonly url: string;
  readonly reachable: boolean;
  readonly problem?: Problem | undefined;
  /** How it is queried: by us, or through Nix (s3, ssh, ...). */
  readonly kind?: "http" | "file" | "nix" | undefined;
  /** It serves a live store, as nix-serve does: it signs and packs what it is asked for. */
  readonly isLive?: true | undefined;
  /**
   * Why Nix here takes what it serves without a trusted signature: its address says so (`?trusted=1`), or Nix requires none at all
   * (`require-sigs = false`). Other machines may require one.
   */
  readonly needsNoSignature?: "address" | "require-sigs" | undefined;
  /** Of `nix-cache-info`, or as set in its URL: the lower, the earlier Nix asks. */
  readonly priority?: number | undefined;
  /** Whether Nix asks it for many paths in advance. */
  readonly wantMassQuery?: boolean | undefined;
  /** The store directory of the paths in it. */
  readonly storeDir?: string | undefined;
  /** The names of the keys that signed what it serves of this closure. */
  readonly keys?: readonly string[] | undefined;
  /** How many paths of the closure have each status in this cache. */
  readonly counts?: Readonly<Record<OfferStatus, number>> | undefined;
}

export interface PathSignature {
  readonly path: string;
  readonly status: SignatureStatus;
  /** The name of the key that determined the status. */
  readonly key?: string | undefined;
  /** The cache whose response determined the status. */
  readonly cache?: string | undefined;
  /** The signature is right, but that cache does not have the archive: nothing can be downloaded. */
  readonly narMissing?: true | undefined;
  /** The reason for the status, as text for the user; in Nix's words where it is Nix's. */
  readonly why?: string | undefined;
  /** What each cache says, in their order. Missing in reports of older versions. */
  readonly offers?: readonly PathOffer[] | undefined;
}

/** What one cache says about a path. */
export interface PathOffer {
  readonly cache: string;
  readonly status: OfferStatus;
  /** The name of the key that determined the status. */
  readonly key?: string | undefined;
  /** The cache has the narinfo, but not the archive. */
  readonly narMissing?: true | undefined;
  readonly why?: string | undefined;
}
