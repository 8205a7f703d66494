import type { Log } from "../logging/log.ts";
import { type HistoryLimits, type RetainedRecord, surplus } from "./history.ts";

/** The stream of a record stays unpacked for this long after its end, and after it was last read (ms). */
const packAfter = 10 * 60 * 1000;

/** What housekeeping needs of the records. */
export interface KeptRecords {
  readonly log: Log;
  size(id: string): Promise<number>;
  remove(id: string): Promise<void>;
  removeUnfinished(now: number): Promise<void>;
  pack(id: string, logBytes: number): Promise<void>;
  unpack(id: string): Promise<void>;
}

/** Keeps the records of what has ended small: removes surplus ones, and packs streams that are not read. */
export class Housekeeping {
  readonly #records: KeptRecords;
  readonly #isInUse: (id: string) => Promise<boolean>;
  /** When a stream was last read (epoch ms). */
  readonly #readAt = new Map<string, number>();

  /** @param isInUse whether something runs in a record. */
  constructor(records: KeptRecords, isInUse: (id: string) => Promise<boolean>) {
    this.#records = records;
    this.#isInUse = isInUse;
  }

  /** Makes the stream of a record readable, for a while. */
  async unpack(id: string): Promise<void> {
    this.#readAt.set(id, Date.now());
    await this.#records.unpack(id);
  }

  /** @param removed is called for each record that was removed. One that cannot be removed stays. */
  async tidy(records: readonly RetainedRecord[], limits: HistoryLimits, removed: (id: string) => void): Promise<void> {
    await this.#records.removeUnfinished(Date.now());
    const measured = await Promise.all(
      records.map(async record => ({ ...record, bytes: await this.#records.size(record.id) })),
    );
    const gone = new Set<string>();
    for (const id of surplus(measured, limits, Date.now())) {
      if (!(await this.#remove(id))) continue;
      gone.add(id);
      removed(id);
    }
    for (const record of records)
      if (!gone.has(record.id) && this.#isQuiet(record)) await this.#pack(record.id, limits);
  }

  /** Whether that was done: not while something runs in it, or where it cannot be removed. */
  async #remove(id: string): Promise<boolean> {
    try {
      if (await this.#isInUse(id)) return false;
      await this.#records.remove(id);
      return true;
    } catch (error) {
      this.#records.log.warning(`The record ${id} stays: it cannot be removed`, error);
      return false;
    }
  }

  #isQuiet({ id, hasEnded, at }: RetainedRecord): boolean {
    return hasEnded && Math.max(at, this.#readAt.get(id) ?? 0) <= Date.now() - packAfter;
  }

  async #pack(id: string, { logBytes }: HistoryLimits): Promise<void> {
    this.#readAt.delete(id);
    await this.#records.pack(id, logBytes);
  }
}
