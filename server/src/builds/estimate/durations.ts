import * as v from "valibot";
import { packageName } from "../../common/storePath.ts";
import { count, dictionary, type Parsed } from "../../schemas/common.ts";

const duration = v.object({
  /** Of the build that measured it: it is counted once. */
  build: v.string(),
  ms: count,
});

/** Builder and name -> the last durations, oldest first. */
export const durationsSchema = dictionary(v.array(duration));

/** How long a derivation took once. */
export type Duration = Parsed<typeof duration>;

export type Durations = Parsed<typeof durationsSchema>;

/** So many are kept of each. */
const most = 10;

/** @param builder a store URI; undefined: this machine. */
export function durationKey(builder: string | undefined, drvPath: string): string {
  return `${builder ?? ""} ${packageName(drvPath)}`;
}

/** Adds what one build has measured; what is known of it already stays as it is. */
export function withDurations(known: Durations, measured: readonly (readonly [key: string, Duration])[]): Durations {
  const all = new Map(Object.entries(known));
  for (const [key, duration] of measured) {
    const list = all.get(key) ?? [];
    if (list.some(({ build }) => build === duration.build)) continue;
    all.set(key, [...list, duration].slice(-most));
  }
  return Object.fromEntries(all);
}

/** The value in the middle: of few builds one may have been held up. */
export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length / 2))] ?? 0;
}
