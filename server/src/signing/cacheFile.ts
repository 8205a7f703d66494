import { fileURLToPath } from "node:url";
import type { Connections } from "../net/connections.ts";
import { fetchText } from "../net/fetchText.ts";
import { readRegular } from "../storage/regularFile.ts";

/** Timeout for one response of a cache (ms). */
const timeout = Number(process.env.MORPH_CACHE_TIMEOUT ?? 10_000);

/** Maximum size of a narinfo (bytes). */
const maxBytes = 1024 * 1024;

/** A file of a binary cache. */
export type CacheFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly why: string };

/** Reads files of a cache, by name. Never rejects. */
export type ReadCacheFile = (name: string) => Promise<CacheFile>;

/**
 * Returns a function that reads the files of a cache; undefined if its kind of store is not supported.
 *
 * @param signal aborts all requests: files without an answer by then have failed.
 */
export function cacheReader(
  url: string,
  connections: Connections,
  signal: AbortSignal | undefined,
): ReadCacheFile | undefined {
  const base = url.replace(/\?.*$/, "").replace(/\/$/, "");
  if (/^https?:/.test(base)) return name => readHttp(`${base}/${name}`, connections, signal);
  if (base.startsWith("file:")) return name => readLocal(`${base}/${name}`, signal);
  return undefined;
}

async function readHttp(url: string, connections: Connections, signal: AbortSignal | undefined): Promise<CacheFile> {
  const answer = await fetchText(url, { connections, timeout, maxBytes, signal });
  if (answer.kind === "text") return answer;
  if (answer.kind === "failed") return { kind: "failed", why: answer.detail };
  // An S3 bucket that may not be listed responds with 403 for missing files, and Nix treats it as missing.
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
