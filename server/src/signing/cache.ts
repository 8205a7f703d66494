import * as l10n from "@vscode/l10n";
import { maskText } from "../logging/secrets.ts";
import { Connections } from "../net/connections.ts";
import { errorProblem } from "../outcome.ts";
import type { Problem } from "../protocol.ts";
import { createQueue } from "../util/queue.ts";
import { cacheReader, type ReadCacheFile } from "./cacheFile.ts";
import { narinfoName, parseNarinfo } from "./narinfo.ts";
import type { PathInfo } from "./pathInfo.ts";
import type { CacheAnswers } from "./report.ts";

/** Maximum number of parallel requests per cache. */
const parallel = 16;

/**
 * Looks up every path in a cache. An unreachable cache is a state, not an error.
 *
 * @param until aborts the requests: paths without an answer by then have failed.
 */
export async function askCache(address: string, paths: readonly string[], until?: AbortSignal): Promise<CacheAnswers> {
  const connections = new Connections({ env: process.env });
  try {
    return await ask(maskText(address), cacheReader(address, connections, until), paths, until);
  } finally {
    connections.close();
  }
}

/** @param url without a login: it is shown and recorded. */
async function ask(
  url: string,
  read: ReadCacheFile | undefined,
  paths: readonly string[],
  until: AbortSignal | undefined,
): Promise<CacheAnswers> {
  if (read === undefined) return unavailable(url, unsupported(url));
  const about = await read("nix-cache-info");
  if (about.kind === "failed") return unavailable(url, until?.aborted ? cancelled(url) : unreachable(url, about.why));
  if (about.kind === "absent") return unavailable(url, noCache(url));
  const infos = new Map<string, PathInfo>();
  const failed = new Set<string>();
  const queue = createQueue(parallel);
  const look = async (path: string) => {
    const file = await read(narinfoName(path));
    if (file.kind === "absent") return;
    const info = file.kind === "text" ? parseNarinfo(file.text) : undefined;
    if (info?.path === path) infos.set(path, info);
    else failed.add(path);
  };
  await Promise.all(paths.map(path => queue(() => look(path))));
  const problem = until?.aborted && failed.size > 0 ? cancelled(url) : undefined;
  return { state: { url, reachable: true, ...(problem && { problem }) }, infos, failed };
}

function unavailable(url: string, problem: Problem): CacheAnswers {
  return { state: { url, reachable: false, problem }, infos: new Map(), failed: new Set() };
}

function unreachable(url: string, why: string): Problem {
  return errorProblem(
    "cache-unreachable",
    l10n.t("The binary cache {0} does not respond. Its paths could not be checked.", url),
    why,
  );
}

function cancelled(url: string): Problem {
  return errorProblem(
    "not-checked",
    l10n.t("The check was cancelled before every path was looked up in the binary cache {0}.", url),
  );
}

function noCache(url: string): Problem {
  return errorProblem("cache-unreachable", l10n.t("{0} is not a binary cache: it has no nix-cache-info.", url));
}

function unsupported(url: string): Problem {
  return errorProblem(
    "cache-unsupported",
    l10n.t("Signatures in {0} cannot be looked up: only http, https and file URLs are supported.", url),
  );
}
