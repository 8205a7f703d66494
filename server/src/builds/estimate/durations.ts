import * as v from "valibot";
import { packageName } from "../../common/storePath.ts";
import { count, dictionary, type Parsed } from "../../schemas/common.ts";

const duration = v.object({
  /** The id of the build that measured it; each build counts once. */
  build: v.string(),
  ms: count,
});

/** Builder and package name -> the last durations, oldest first. */
export const durationsSchema = dictionary(v.array(duration));

/** How long a derivation took in one build. */
export type Duration = Parsed<typeof duration>;

export type Durations = Parsed<typeof durationsSchema>;

/** Maximum number of durations to keep per key. */
const maxKept = 10;

/** @param builder a store URI; undefined: this machine. */
export function durationKey(builder: string | undefined, drvPath: string): string {
  return `${builder ?? ""} ${packageName(drvPath)}`;
}

/** Adds durations; existing ones of the same build are kept. */
export function withDurations(known: Durations, measured: readonly (readonly [key: string, Duration])[]): Durations {
  const all = new Map(Object.entries(known));
  for (const [key, duration] of measured) {
    const list = all.get(key) ?? [];
    if (list.some(({ build }) => build === duration.build)) continue;
    all.set(key, [...list, duration].slice(-maxKept));
  }
  return Object.fromEntries(all);
}

/** The median, so that one slow outlier does not skew the result. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length / 2))] ?? 0;
}
