import path from "node:path";
import { ownCacheMemory } from "../../nix/evaluation/plan.ts";
import { type Nix, newStyle, processProblem } from "../../nix/nix.ts";
import type { Narinfo } from "../narinfo.ts";
import { parsePathInfos } from "../pathInfo.ts";
import type { CacheFindings } from "./lookUp.ts";
import { type CacheLimits, usualLimits } from "./source.ts";

/** How stores are queried through Nix. */
export interface NixAccess {
  readonly nix: Pick<Nix, "run">;
  /** Where Nix remembers what caches have, apart from its own memory: what is missing now may be needed for the deployment. */
  readonly storageDir: string | undefined;
  readonly limits?: CacheLimits | undefined;
}

/** The limit for one chunk of paths (ms). */
const chunkTimeout = 60_000;

/** How many paths are passed to one process: the length of its arguments is limited. */
const chunkSize = 1000;

/** How long Nix may use what it has remembered (s). */
const lifetime = 60;

/** The outcome of a query; `why`: the store cannot be queried. */
export type NixFindings = CacheFindings | { readonly why: string };

/** Looks up paths in a store of any kind that Nix can open: `s3://`, `ssh-ng://`... Never rejects. */
export async function lookUpThroughNix(
  url: string,
  paths: readonly string[],
  { nix, storageDir, limits = usualLimits }: NixAccess,
  until: AbortSignal,
): Promise<NixFindings> {
  const run = async (program: "nix" | "nix-store", args: readonly string[], timeout: number) => {
    const ttl = ["negative", "positive"].flatMap(kind => ["--option", `narinfo-cache-${kind}-ttl`, String(lifetime)]);
    const env = storageDir === undefined ? {} : ownCacheMemory(path.join(storageDir, "caches"));
    const end = await nix.run(program, [...args, "--store", url, ...ttl], { env, timeout, signal: until });
    return end.kind === "exited" && end.code === 0 ? { stdout: end.stdout } : { why: whyOf(processProblem(end)) };
  };
  const infos = new Map<string, Narinfo>();
  const failed = new Map<string, string>();
  const none = { infos, refused: new Map<string, string>(), failed, narMissing: new Set<string>() };
  for (let at = 0; at < paths.length; at += chunkSize) {
    const chunk = paths.slice(at, at + chunkSize);
    const invalid = await run(
      "nix-store",
      ["--check-validity", "--print-invalid", ...chunk],
      at === 0 ? limits.whole : chunkTimeout,
    );
    if ("why" in invalid) {
      if (at === 0) return { why: until.aborted ? "cancelled" : invalid.why };
      for (const path of paths.slice(at)) failed.set(path, invalid.why);
      return { ...none, gaveUp: invalid.why };
    }
    const missing = new Set(invalid.stdout.split("\n"));
    const present = chunk.filter(path => !missing.has(path));
    const found = present.length === 0 ? [] : await pathInfos(["path-info", "--json", "--sigs", ...present]);
    if ("why" in found) for (const path of present) failed.set(path, found.why);
    else for (const info of found) infos.set(info.path, { ...info, ultimate: false, url: "", compression: "" });
  }
  return none;

  async function pathInfos(
    args: readonly string[],
  ): Promise<ReturnType<typeof parsePathInfos> | { readonly why: string }> {
    const end = await run("nix", [...newStyle, ...args], chunkTimeout);
    if (end.why !== undefined) return { why: end.why };
    try {
      return parsePathInfos(end.stdout);
    } catch (error) {
      return { why: String(error) };
    }
  }
}

function whyOf({ message, detail }: { readonly message: string; readonly detail?: string | undefined }): string {
  return detail?.trim() || message;
}
