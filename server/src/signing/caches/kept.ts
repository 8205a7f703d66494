import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { inspectWhole, writeWhole } from "../../storage/wholeFile.ts";
import type { CacheFile, CacheSource } from "./source.ts";

/** How long answers may be used again (ms). */
export interface Lifetimes {
  readonly found: number;
  /** Short: what is missing now may be pushed in a moment. */
  readonly missing: number;
}

/** At most this long, even if Nix's own settings allow more. */
export const longestLifetimes: Lifetimes = { found: 120_000, missing: 15_000 };

/** As much is kept of a cache (UTF-16 units), and this much of a single narinfo. */
const [maxKept, maxText] = [8 * 1024 * 1024, 16 * 1024];

/** When what is kept of a cache that is no longer queried is removed (ms). */
const forgottenAfter = 24 * 60 * 60 * 1000;

/** Name, time of the answer (epoch ms), and the text; null: not there, true: there. */
const schema = v.array(v.tuple([v.string(), v.number(), v.union([v.string(), v.null(), v.literal(true)])]));
type Entry = v.InferOutput<typeof schema>[number];

/** A cache whose answers are kept for a short while: fleets share most of their closures. */
export interface KeptSource extends CacheSource {
  /** Writes what was learnt. Never rejects. */
  save(): Promise<void>;
}

/**
 * @param folder contains a file for each cache.
 * @param isFresh answers are not taken from there, only kept.
 * @param now epoch ms.
 */
export async function keptSource(
  source: CacheSource,
  url: string,
  folder: string,
  lifetimes: Lifetimes,
  isFresh: boolean,
  now: () => number = Date.now,
): Promise<KeptSource> {
  const name = `${createHash("sha256").update(url).digest("hex").slice(0, 32)}.json`;
  const read = isFresh ? undefined : await inspectWhole(folder, name, schema);
  const kept = new Map<string, Entry>();
  const isCurrent = ([, at, answer]: Entry) => {
    const age = now() - at;
    return age >= 0 && age < (answer === null ? lifetimes.missing : lifetimes.found);
  };
  if (read?.kind === "value") for (const entry of read.value) if (isCurrent(entry)) kept.set(entry[0], entry);
  let hasLearnt = false;
  const keep = (file: string, answer: Entry[2]) => {
    hasLearnt = true;
    kept.set(file, [file, now(), answer]);
  };
  const known = (file: string) => {
    const entry = kept.get(file);
    return entry !== undefined && isCurrent(entry) ? entry[2] : undefined;
  };
  return {
    kind: source.kind,
    read: async (file, signal) => {
      const answer = known(file);
      if (answer === null) return { kind: "absent" };
      if (typeof answer === "string") return { kind: "text", text: answer };
      const fetched: CacheFile = await source.read(file, signal);
      if (fetched.kind === "absent") keep(file, null);
      if (fetched.kind === "text" && fetched.text.length <= maxText) keep(file, fetched.text);
      return fetched;
    },
    ahead: async (method, files, didAnswer, signal) => {
      const open = files.filter(file => {
        const answer = known(file);
        if (answer === null) didAnswer(file, { kind: "absent" });
        else if (answer !== undefined) didAnswer(file, { kind: "text", text: answer === true ? "" : answer });
        return answer === undefined;
      });
      const didLearn: typeof didAnswer = (file, fetched) => {
        const isHead = method === "HEAD";
        if (fetched.kind === "absent") {
          if (!isHead) keep(file, null);
        } else if (isHead) keep(file, true);
        // A narinfo has the hash of its name in it: else the answer is to another request.
        else if (fetched.text.length <= maxText && fetched.text.includes(file.slice(0, 32))) keep(file, fetched.text);
        didAnswer(file, fetched);
      };
      await source.ahead?.(method, open, didLearn, signal);
    },
    has: async (file, signal) => {
      const answer = known(file);
      if (answer !== undefined) return answer !== null;
      const found = await source.has(file, signal);
      if (found !== undefined) keep(file, found ? true : null);
      return found;
    },
    save: async () => {
      if (!hasLearnt) return;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(path.join(folder, name), bounded([...kept.values()]));
        await removeForgotten(folder, now());
      } catch {
        // Only a memory: the next check asks again.
      }
    },
  };
}

/** The newest entries that fit. */
function bounded(entries: readonly Entry[]): readonly Entry[] {
  let size = 0;
  return entries
    .toSorted(([, a], [, b]) => b - a)
    .filter(([name, , answer]) => {
      size += name.length + (typeof answer === "string" ? answer.length : 0);
      return size <= maxKept;
    });
}

async function removeForgotten(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (now - (await stat(file)).mtimeMs > forgottenAfter) await rm(file, { force: true });
  }
}
