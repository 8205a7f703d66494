import { type BuildSummary, finalStates } from "../protocol.ts";

/** How much is kept of builds that have ended. */
export interface HistoryLimits {
  /** Builds. */
  readonly count: number;
  /** Since they ended (ms). */
  readonly age: number;
  /** Of all records together, without the store paths that they keep (bytes). */
  readonly bytes: number;
  /** Of the log lines of one build (bytes). */
  readonly logBytes: number;
}

/** What pruning has to know of a build. */
export interface HistoryEntry {
  readonly summary: Pick<
    BuildSummary,
    "id" | "uri" | "machine" | "attribute" | "state" | "startedAt" | "stoppedAt" | "kept"
  >;
  /** Of its record. */
  readonly bytes: number;
}

/**
 * The ids of the builds that are too many, too old or too large, oldest first. What runs stays, what the user wants to keep
 * stays, and so does the last success of each machine: its result may be what the next deployment takes.
 */
export function surplus(entries: readonly HistoryEntry[], limits: HistoryLimits, now: number): string[] {
  const newestFirst = entries.toSorted((a, b) => (a.summary.id < b.summary.id ? 1 : -1));
  const succeeded = new Set<string>();
  const removed: string[] = [];
  let [count, bytes] = [0, 0];
  for (const { summary, bytes: size } of newestFirst) {
    const { uri, machine, attribute } = summary;
    const key = JSON.stringify([uri, machine, attribute]);
    const isLastSuccess = summary.state === "succeeded" && !succeeded.has(key);
    if (isLastSuccess) succeeded.add(key);
    const stays = isLastSuccess || summary.kept.pinned === true || !finalStates.has(summary.state);
    const age = now - Date.parse(summary.stoppedAt ?? summary.startedAt);
    const isSurplus = count + 1 > limits.count || bytes + size > limits.bytes || age > limits.age;
    if (isSurplus && !stays) removed.push(summary.id);
    else {
      count++;
      bytes += size;
    }
  }
  return removed.toReversed();
}
