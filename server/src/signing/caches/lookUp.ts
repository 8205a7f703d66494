import { createQueue } from "../../util/queue.ts";
import { type Narinfo, type NarinfoReading, narinfoName } from "../narinfo.ts";
import { missingArchives } from "./archives.ts";
import { CacheHealth, type Patience } from "./health.ts";
import { type AskAhead, type CacheFile, type CacheSource, parallel } from "./source.ts";

/** What a cache answered for the paths of a closure. */
export interface CacheFindings {
  /** Store path -> its narinfo. A path that the cache does not have is absent. */
  readonly infos: ReadonlyMap<string, Narinfo>;
  /** Paths whose narinfo Nix would refuse -> why. */
  readonly refused: ReadonlyMap<string, string>;
  /** Paths for which no usable answer came -> why. */
  readonly failed: ReadonlyMap<string, string>;
  /** Paths of `infos` whose archive the cache does not have. */
  readonly narMissing: ReadonlySet<string>;
  /** Why the cache was given up before every path was answered. */
  readonly gaveUp?: string | undefined;
}

/** What is done with the answers of a cache as they come. */
export interface NarinfoReader {
  /** Reads the narinfo of a path. */
  read(text: string, path: string): NarinfoReading;
  /** Called with each that was read. */
  readonly didRead?: ((info: Narinfo) => void) | undefined;
}

/** A larger text (UTF-16 units) is not kept alive by what was read from it. */
const largeText = 16 * 1024;

/**
 * Looks up paths in a cache. Never rejects.
 *
 * @param until ends it: paths without an answer by then have failed.
 */
export async function lookUp(
  source: CacheSource,
  paths: readonly string[],
  reader: NarinfoReader,
  patience: Patience,
  until: AbortSignal,
): Promise<CacheFindings> {
  const narinfos = await narinfosOf(source, paths, reader, patience, until);
  const narMissing =
    narinfos.gaveUp === undefined ? await missingArchives(source, narinfos.infos, until) : new Set<string>();
  return { ...narinfos, narMissing };
}

async function narinfosOf(
  source: CacheSource,
  paths: readonly string[],
  reader: NarinfoReader,
  patience: Patience,
  until: AbortSignal,
): Promise<Omit<CacheFindings, "narMissing">> {
  const infos = new Map<string, Narinfo>();
  const refused = new Map<string, string>();
  const failed = new Map<string, string>();
  const health = new CacheHealth(paths.length, patience, until);
  /** Whether an answer is one that counts. */
  const take = (path: string, file: Exclude<CacheFile, { kind: "failed" }>, isFinal: boolean): boolean => {
    health.didAnswer(file.kind === "text" ? file.text.length : 0);
    if (file.kind === "absent") return true;
    const reading = reader.read(file.text, path);
    if ("refused" in reading) {
      if (isFinal) refused.set(path, reading.refused);
      return isFinal;
    }
    const info = file.text.length > largeText ? structuredClone(reading.info) : reading.info;
    infos.set(path, info);
    reader.didRead?.(info);
    return true;
  };
  const ask = async (path: string) => {
    if (health.signal.aborted) return void failed.set(path, health.why);
    const file = await source.read(narinfoName(path), health.signal);
    if (file.kind !== "failed") return void take(path, file, true);
    health.didFail(file.why, file.cause);
    failed.set(path, health.signal.aborted ? health.why : file.why);
  };
  const byName = new Map(paths.map(path => [narinfoName(path), path]));
  const open = new Set(paths);
  const didAnswer: Parameters<AskAhead>[2] = (name, file) => {
    const path = byName.get(name);
    // What is refused is asked for again, by itself.
    if (path !== undefined && open.has(path) && take(path, file, false)) open.delete(path);
  };
  await source.ahead?.("GET", [...byName.keys()], didAnswer, health.signal);
  const queue = createQueue(parallel);
  await Promise.all([...open].map(path => queue(() => ask(path))));
  health.end();
  return { infos, refused, failed, ...(health.gaveUp !== undefined && { gaveUp: health.gaveUp }) };
}
