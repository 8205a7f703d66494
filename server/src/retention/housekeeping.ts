import type { Log } from "../logging/log.ts";
import { type HistoryLimits, type RetainedRecord, surplus } from "./history.ts";

/** How long the stream of a record stays unpacked after the end and after the last read (ms). */
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

/** Keeps finished records small: removes surplus records, and packs event streams that are not being read. */
export class Housekeeping {
  readonly #records: KeptRecords;
  readonly #isInUse: (id: string) => Promise<boolean>;
  readonly #release: (id: string) => Promise<void>;
  /** When a stream was last read (epoch ms). */
  readonly #readAt = new Map<string, number>();

  /**
   * @param isInUse whether a process of a record is running.
   * @param release called before a record is removed.
   */
  constructor(
    records: KeptRecords,
    isInUse: (id: string) => Promise<boolean>,
    release: (id: string) => Promise<void> = async () => undefined,
  ) {
    this.#records = records;
    this.#isInUse = isInUse;
    this.#release = release;
  }

  /** Unpacks the stream of a record for some time. */
  async unpack(id: string): Promise<void> {
    this.#readAt.set(id, Date.now());
    await this.#records.unpack(id);
  }

  /** @param removed called for each record that was removed. A record that cannot be removed stays. */
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
    for (const record of records) if (!gone.has(record.id) && this.#isIdle(record)) await this.#pack(record.id, limits);
  }

  /** Whether the record was removed: not while it is in use, or when removing it fails. */
  async #remove(id: string): Promise<boolean> {
    try {
      if (await this.#isInUse(id)) return false;
      await this.#release(id);
      await this.#records.remove(id);
      return true;
    } catch (error) {
      this.#records.log.warning(`Cannot remove the record ${id}`, error);
      return false;
    }
  }

  #isIdle({ id, hasEnded, at }: RetainedRecord): boolean {
    return hasEnded && Math.max(at, this.#readAt.get(id) ?? 0) <= Date.now() - packAfter;
  }

  async #pack(id: string, { logBytes }: HistoryLimits): Promise<void> {
    this.#readAt.delete(id);
    await this.#records.pack(id, logBytes);
  }
}
