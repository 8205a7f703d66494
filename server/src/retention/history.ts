/** Limits for finished records. */
export interface HistoryLimits {
  /** Maximum number of records. */
  readonly count: number;
  /** Maximum time since they ended (ms). */
  readonly age: number;
  /** Maximum disk usage of all records, without the store paths that they keep (bytes). */
  readonly bytes: number;
  /** Maximum size of the log lines of one record (bytes). */
  readonly logBytes: number;
}

/** What pruning needs to know about a record. */
export interface RetainedRecord {
  /** Newer records have greater ids. */
  readonly id: string;
  readonly hasEnded: boolean;
  /** When it ended, or when it started if it has not (epoch ms). */
  readonly at: number;
  readonly isPinned: boolean;
  /** Identifies what it built successfully; undefined if it did not succeed. The last success of each is kept. */
  readonly success: string | undefined;
}

/** A record with its size. */
export interface MeasuredRecord extends RetainedRecord {
  readonly bytes: number;
}

/**
 * The ids of the records that exceed the limits on number, age or size, oldest first. Running and pinned records are kept, and so
 * is the last success of each output, because the next deployment may use its result.
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
