/** The answer for a file of a binary cache. */
export type CacheFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | {
      readonly kind: "failed";
      readonly why: string;
      /** What the failure says about the cache as a whole. */
      readonly cause?: FailureCause | undefined;
    };

export type FailureCause =
  /** It took too long: the cache may be silent. */
  | "late"
  | "too-large"
  /** The cache wants a login, or another one. */
  | "login";

/** A binary cache that consists of files. Its functions never reject. */
export interface CacheSource {
  readonly kind: "http" | "file";
  /** Reads a file. */
  read(name: string, signal: AbortSignal): Promise<CacheFile>;
  /**
   * Asks for many files faster than one by one, as far as the cache allows.
   *
   * @param didAnswer gets plain answers as they come. What is not answered is still unknown.
   */
  readonly ahead?: AskAhead | undefined;
  /** Whether there is a file: by its name, or a URL as in a narinfo. Undefined if that cannot be found out. */
  has(name: string, signal: AbortSignal): Promise<boolean | undefined>;
}

export type AskAhead = (
  /** `HEAD`: only whether they are there. */
  method: "GET" | "HEAD",
  names: readonly string[],
  didAnswer: (name: string, file: Exclude<CacheFile, { kind: "failed" }>) => void,
  signal: AbortSignal,
) => Promise<void>;

/** Maximum number of parallel requests per cache. */
export const parallel = 16;

/** Maximum size of a narinfo (bytes). */
export const maxNarinfo = 4 * 1024 * 1024;

/** How long a cache is awaited (ms). */
export interface CacheLimits {
  /** For the first byte of an answer. */
  readonly firstByte: number;
  /** For a whole answer, and for a cache that gives none. */
  readonly whole: number;
}

/** Nix accepts answers that take longer: what these limits stop is unknown, not missing. */
const firstByte = Number(process.env.MORPH_CACHE_TIMEOUT ?? 14_000);
export const usualLimits: CacheLimits = { firstByte, whole: firstByte + 500 };

/** The URL of a cache without the parameters and the slash at its end, as Nix uses it for the names of files. */
export function baseOf(url: string): string {
  return url.replace(/\?.*$/s, "").replace(/\/$/, "");
}
