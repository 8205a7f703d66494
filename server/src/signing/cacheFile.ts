import { fileURLToPath } from "node:url";
import { fetchText } from "../net/fetchText.ts";
import { readRegular } from "../storage/regularFile.ts";

/** How long a cache may take for one answer (ms). */
const timeout = Number(process.env.MORPH_CACHE_TIMEOUT ?? 10_000);

/** No narinfo is longer (bytes). */
const maxBytes = 1024 * 1024;

/** A file of a binary cache. */
export type CacheFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly why: string };

/** Reads files of a cache, by name. Never rejects. */
export type ReadCacheFile = (name: string) => Promise<CacheFile>;

/**
 * What reads the files of a cache; undefined when its kind of store is not supported.
 *
 * @param signal cancels all reading: what has not been read by then has failed.
 */
export function cacheReader(url: string, signal: AbortSignal | undefined): ReadCacheFile | undefined {
  const base = url.replace(/\?.*$/, "").replace(/\/$/, "");
  if (/^https?:/.test(base)) return name => readHttp(`${base}/${name}`, signal);
  if (base.startsWith("file:")) return name => readLocal(`${base}/${name}`, signal);
  return undefined;
}

async function readHttp(url: string, signal: AbortSignal | undefined): Promise<CacheFile> {
  const answer = await fetchText(url, { timeout, maxBytes, signal });
  if (answer.kind === "text") return answer;
  if (answer.kind === "failed") return { kind: "failed", why: answer.detail };
  // An S3 bucket that may not be listed answers 403 for what it does not have, and Nix takes it for that.
  if (answer.status === 404 || answer.status === 403) return { kind: "absent" };
  return { kind: "failed", why: `HTTP ${answer.status}` };
}

async function readLocal(url: string, signal: AbortSignal | undefined): Promise<CacheFile> {
  try {
    signal?.throwIfAborted();
    return { kind: "text", text: (await readRegular(fileURLToPath(url), maxBytes)).toString("utf8") };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "absent" } : { kind: "failed", why: message };
  }
}
