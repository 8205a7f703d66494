import type { BuildRecords } from "../builds/record/record.ts";
import { type BuildSummary, finalStates } from "../protocol.ts";
import { type HistoryLimits, surplus } from "./history.ts";

/** The stream of a build stays unpacked for so long after its end, and after somebody has read it (ms). */
const packAfter = 10 * 60 * 1000;

/** Keeps the records of builds that have ended small: removes what is too much, and packs streams that nobody reads. */
export class Housekeeping {
  readonly #records: BuildRecords;
  /** When the stream of a build was read last (epoch ms). */
  readonly #readAt = new Map<string, number>();

  constructor(records: BuildRecords) {
    this.#records = records;
  }

  /** Makes the stream of a build readable, for a while. */
  async unpack(id: string): Promise<void> {
    this.#readAt.set(id, Date.now());
    await this.#records.unpack(id);
  }

  /** @param removed is told of each build whose record was removed. One that cannot be removed stays. */
  async tidy(builds: readonly BuildSummary[], limits: HistoryLimits, removed: (id: string) => void): Promise<void> {
    await this.#records.removeUnfinished(Date.now());
    const entries = await Promise.all(
      builds.map(async summary => ({ summary, bytes: await this.#records.size(summary.id) })),
    );
    const gone = new Set<string>();
    for (const id of surplus(entries, limits, Date.now())) {
      if (!(await this.#remove(id))) continue;
      gone.add(id);
      removed(id);
    }
    for (const build of builds) if (!gone.has(build.id) && this.#isQuiet(build)) await this.#pack(build.id, limits);
  }

  /** Whether that was done: not while something runs in it, or where it cannot be removed. */
  async #remove(id: string): Promise<boolean> {
    try {
      if (await this.#records.isInUse(id)) return false;
      await this.#records.remove(id);
      return true;
    } catch (error) {
      this.#records.log.warning(`The record ${id} stays: it cannot be removed`, error);
      return false;
    }
  }

  #isQuiet({ id, state, stoppedAt, startedAt }: BuildSummary): boolean {
    const used = Math.max(Date.parse(stoppedAt ?? startedAt), this.#readAt.get(id) ?? 0);
    return finalStates.has(state) && used <= Date.now() - packAfter;
  }

  async #pack(id: string, { logBytes }: HistoryLimits): Promise<void> {
    this.#readAt.delete(id);
    await this.#records.pack(id, logBytes);
  }
}
