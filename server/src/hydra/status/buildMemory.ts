import type { Outcome } from "../../outcome.ts";
import { createQueue } from "../../util/queue.ts";
import type { HydraApi, HydraBuildRow } from "../api.ts";

/** How many requests are made in parallel. */
const parallel = 4;

/** Builds of a Hydra server. Finished ones are requested once: only a restart changes them, and then they are in the queue. */
export class BuildMemory {
  readonly #api: Pick<HydraApi, "build">;
  readonly #finished = new Map<number, HydraBuildRow>();

  constructor(api: Pick<HydraApi, "build">) {
    this.#api = api;
  }

  /** Forgets builds that are in the queue. */
  didQueue(ids: readonly number[]): void {
    for (const id of ids) this.#finished.delete(id);
  }

  /** Forgets all builds but these. */
  keepOnly(ids: ReadonlySet<number>): void {
    for (const id of this.#finished.keys()) if (!ids.has(id)) this.#finished.delete(id);
  }

  /** Builds in the given order, without those that have been deleted. */
  async builds(ids: readonly number[], signal?: AbortSignal): Promise<Outcome<readonly HydraBuildRow[]>> {
    const queue = createQueue(parallel);
    const found: HydraBuildRow[] = [];
    for (const each of await Promise.all(ids.map(id => queue(() => this.#build(id, signal))))) {
      if ("problem" in each) return each;
      if (each.value !== undefined) found.push(each.value);
    }
    return { value: found };
  }

  async #build(id: number, signal: AbortSignal | undefined): Promise<Outcome<HydraBuildRow | undefined>> {
    const known = this.#finished.get(id);
    if (known !== undefined) return { value: known };
    const build = await this.#api.build(id, signal);
    if ("value" in build && build.value?.isFinished === true) this.#finished.set(id, build.value);
    return build;
  }
}
