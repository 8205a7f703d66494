/** How much is kept of what has ended. */
export interface HistoryLimits {
  /** Records. */
  readonly count: number;
  /** Since they ended (ms). */
  readonly age: number;
  /** Of all records together, without the store paths that they keep (bytes). */
  readonly bytes: number;
  /** Of the log lines of one record (bytes). */
  readonly logBytes: number;
}

/** What pruning has to know of a record. */
export interface RetainedRecord {
  /** Ids of newer records are greater. */
  readonly id: string;
  readonly hasEnded: boolean;
  /** When it ended, or else began (epoch ms). */
  readonly at: number;
  readonly isPinned: boolean;
  /** What it succeeded at; undefined when it did not. The last success of each is kept. */
  readonly success: string | undefined;
}

/** The same, with the size of the record. */
export interface MeasuredRecord extends RetainedRecord {
  readonly bytes: number;
}

/**
 * The ids of the records that are too many, too old or too large, oldest first. What runs stays, what is pinned stays, and so does
 * the last success of each thing that was asked for: its result may be what the next deployment takes.
 */
export function surplus(records: readonly MeasuredRecord[], limits: HistoryLimits, now: number): string[] {
  const newestFirst = records.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const succeeded = new Set<string>();
  const removed: string[] = [];
  let [count, bytes] = [0, 0];
  for (const { id, hasEnded, at, isPinned, success, bytes: size } of newestFirst) {
    const isLastSuccess = success !== undefined && !succeeded.has(success);
    if (isLastSuccess) succeeded.add(success);
    const stays = isLastSuccess || isPinned || !hasEnded;
    const isSurplus = count + 1 > limits.count || bytes + size > limits.bytes || now - at > limits.age;
    if (isSurplus && !stays) removed.push(id);
    else {
      count++;
      bytes += size;
    }
  }
  return removed.toReversed();
}
