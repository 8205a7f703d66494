import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as l10n from "@vscode/l10n";
import { errorProblem } from "../outcome.ts";
import type { Problem } from "../protocol.ts";
import { createQueue } from "../util/queue.ts";
import { narinfoName, parseNarinfo } from "./narinfo.ts";
import type { PathInfo } from "./pathInfo.ts";
import type { CacheAnswers } from "./report.ts";

/** Milliseconds that a cache has for one answer. */
const patience = 10_000;

/** Questions under way at once, for each cache. */
const parallel = 16;

/** A narinfo is small; whatever is longer than this is none (characters). */
const maxNarinfo = 1024 * 1024;

/** A file of a cache: its text, undefined when the cache does not have it. @throws when the cache does not answer. */
type Fetch = (name: string) => Promise<string | undefined>;

/**
 * Looks up every path in a cache. A cache that does not answer is a state, not an error.
 *
 * @param until ends the questions at once: what is not answered by then has failed.
 */
export async function askCache(url: string, paths: readonly string[], until?: AbortSignal): Promise<CacheAnswers> {
  const fetchFile = fetcherFor(url, until);
  if (fetchFile === undefined) return silent(url, unsupported(url));
  try {
    until?.throwIfAborted();
    if ((await fetchFile("nix-cache-info")) === undefined) return silent(url, noCache(url));
  } catch (error) {
    return silent(url, until?.aborted ? cancelled(url) : unreachable(url, error));
  }
  const infos = new Map<string, PathInfo>();
  const failed = new Set<string>();
  const queue = createQueue(parallel);
  const ask = async (path: string) => {
    try {
      until?.throwIfAborted();
      const text = await fetchFile(narinfoName(path));
      const info = text === undefined ? undefined : parseNarinfo(text);
      if (info?.path === path) infos.set(path, info);
      else if (text !== undefined) failed.add(path);
    } catch {
      failed.add(path);
    }
  };
  await Promise.all(paths.map(path => queue(() => ask(path))));
  const problem = until?.aborted && failed.size > 0 ? cancelled(url) : undefined;
  return { state: { url, reachable: true, ...(problem && { problem }) }, infos, failed };
}

function silent(url: string, problem: Problem): CacheAnswers {
  return { state: { url, reachable: false, problem }, infos: new Map(), failed: new Set() };
}

function fetcherFor(url: string, until: AbortSignal | undefined): Fetch | undefined {
  const base = url.replace(/\?.*$/, "").replace(/\/$/, "");
  if (/^https?:/.test(base)) return name => fetchHttp(`${base}/${name}`, until);
  if (base.startsWith("file:")) return name => readLocal(fileURLToPath(`${base}/${name}`));
  return undefined;
}

async function fetchHttp(url: string, until: AbortSignal | undefined): Promise<string | undefined> {
  const timeout = AbortSignal.timeout(patience);
  const signal = until === undefined ? timeout : AbortSignal.any([timeout, until]);
  const response = await fetch(url, { signal });
  if (response.ok) return (await response.text()).slice(0, maxNarinfo);
  // An answer that is not read keeps its connection.
  await response.body?.cancel();
  // An S3 bucket that may not be listed answers 403 for what it does not have, as Nix takes it.
  if (response.status === 404 || response.status === 403) return undefined;
  throw new Error(`HTTP ${response.status}`);
}

async function readLocal(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function unreachable(url: string, error: unknown): Problem {
  const cause = error instanceof Error ? (error.cause instanceof Error ? error.cause : error) : undefined;
  return errorProblem(
    "cache-unreachable",
    l10n.t("The binary cache {0} does not answer. Its paths could not be checked.", url),
    cause?.message ?? String(error),
  );
}

function cancelled(url: string): Problem {
  return errorProblem(
    "not-checked",
    l10n.t("The binary cache {0} was not asked for every path: the check was cancelled.", url),
  );
}

function noCache(url: string): Problem {
  return errorProblem("cache-unreachable", l10n.t("{0} is no binary cache: it has no nix-cache-info.", url));
}

function unsupported(url: string): Problem {
  return errorProblem(
    "cache-unsupported",
    l10n.t("Signatures in {0} cannot be looked up: only http, https and file are.", url),
  );
}
