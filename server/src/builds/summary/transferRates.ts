import type { Transfers } from "../../protocol.ts";

/** The rate is averaged over this time (ms). */
const span = 5000;

/** Minimum time between two samples (ms). */
const period = 1000;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** Measures the transfer rates of builds. */
export class TransferRates {
  readonly #samples = new Map<string, readonly Sample[]>();

  /** Transfer rate of a build (bytes per second); undefined without transfers or with too few samples. @param now in ms. */
  of(id: string, { running, bytesDone: bytes }: Transfers, now: number): number | undefined {
    if (running === 0) {
      this.#samples.delete(id);
      return undefined;
    }
    const known = this.#samples.get(id) ?? [];
    const isDue = now - (known.at(-1)?.at ?? 0) >= period;
    const samples = isDue ? [...known.filter(({ at }) => now - at <= span), { at: now, bytes }] : known;
    this.#samples.set(id, samples);
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined || first === last) return undefined;
    return Math.max(0, Math.round(((last.bytes - first.bytes) * 1000) / (last.at - first.at)));
  }

  /** A build has ended. */
  forget(id: string): void {
    this.#samples.delete(id);
  }
}
