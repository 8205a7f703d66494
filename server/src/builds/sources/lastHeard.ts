import type { BuilderId } from "../../protocol.ts";

/** Maps offsets of a stream to times. */
interface Times {
  timeOf(offset: number): number | undefined;
}

/** When each remote builder was last heard from: the times of the offsets in a stream's state. */
export class LastHeard {
  readonly #offsets = new Map<BuilderId, number>();
  /** Epoch ms. */
  readonly times = new Map<BuilderId, number>();

  /** Takes in what has been heard. What the clock does not cover yet was written just now. */
  note(heard: ReadonlyMap<BuilderId, number>, times: Times, now = Date.now()): void {
    for (const [builder, offset] of heard) {
      if (this.#offsets.get(builder) === offset) continue;
      this.#offsets.set(builder, offset);
      this.times.set(builder, times.timeOf(offset) ?? now);
    }
  }
}
