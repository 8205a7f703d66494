import { posix } from "node:path";
import * as l10n from "@vscode/l10n";
import { maskText } from "../logging/secrets.ts";
import { Connections } from "../net/connections.ts";
import { errorProblem } from "../outcome.ts";
import type { Problem } from "../protocol.ts";
import { createQueue } from "../util/queue.ts";
import { cacheReader, type ReadCacheFile } from "./cacheFile.ts";
import { type NixRules, nixRules } from "./formats/rules.ts";
import { type Narinfo, narinfoName, readNarinfo } from "./narinfo.ts";
import type { CacheAnswers } from "./report.ts";

/** Maximum number of parallel requests per cache. */
const parallel = 16;

/**
 * Looks up every path in a cache. An unreachable cache is a state, not an error.
 *
 * @param until aborts the requests: paths without an answer by then have failed.
 */
export async function askCache(
  address: string,
  paths: readonly string[],
  until?: AbortSignal,
  rules: NixRules = nixRules(),
): Promise<CacheAnswers> {
  const connections = new Connections({ env: process.env });
  try {
    return await ask(maskText(address), cacheReader(address, connections, until), paths, until, rules);
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
  rules: NixRules,
): Promise<CacheAnswers> {
  if (read === undefined) return unavailable(url, unsupported(url));
  const about = await read("nix-cache-info");
  if (about.kind === "failed") return unavailable(url, until?.aborted ? cancelled(url) : unreachable(url, about.why));
  if (about.kind === "absent") return unavailable(url, noCache(url));
  const infos = new Map<string, Narinfo>();
  const failed = new Map<string, string>();
  const refused = new Map<string, string>();
  const queue = createQueue(parallel);
  const look = async (path: string) => {
    const file = await read(narinfoName(path));
    if (file.kind === "absent") return;
    if (file.kind === "failed") return void failed.set(path, file.why);
    const result = readNarinfo(file.text, path, posix.dirname(path), rules);
    if ("info" in result) infos.set(path, result.info);
    else refused.set(path, result.refused);
  };
  await Promise.all(paths.map(path => queue(() => look(path))));
  const problem = until?.aborted && failed.size > 0 ? cancelled(url) : undefined;
  return {
    state: { url, reachable: true, ...(problem && { problem }) },
    infos,
    failed,
    refused,
    narMissing: new Set(),
  };
}

function unavailable(url: string, problem: Problem): CacheAnswers {
  const none = { infos: new Map(), failed: new Map(), refused: new Map(), narMissing: new Set<string>() };
  return { state: { url, reachable: false, problem }, ...none };
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
