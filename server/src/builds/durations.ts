import { nameOfStorePath } from "./storePath.ts";

/** How long a derivation took once. */
export interface Duration {
  /** Of the build that measured it: it is counted once. */
  readonly build: string;
  readonly ms: number;
}

/** Builder and name -> the last durations, oldest first. */
export type Durations = Readonly<Record<string, readonly Duration[]>>;

/** So many are kept of each. */
const most = 10;

/** The name without hash and version: `linux-6.1.38` took as long as `linux-6.1.39` will. */
export function packageName(drvPath: string): string {
  return nameOfStorePath(drvPath).replace(/-\d.*$/, "");
}

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

/** Whether the content of a file is what it should be. */
export function isDurations(value: unknown): value is Durations {
  return typeof value === "object" && value !== null && Object.values(value).every(isList);
}

function isList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(each => typeof each?.build === "string" && Number.isFinite(each?.ms) && each.ms >= 0)
  );
}
