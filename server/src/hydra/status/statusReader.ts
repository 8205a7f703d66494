import type { Outcome } from "../../outcome.ts";
import type { HydraMachine, HydraMachineBuild, Problem } from "../../protocol.ts";
import type { HydraApi } from "../api.ts";
import { BuildMemory } from "./buildMemory.ts";
import { type KnownJobset, readJobsets } from "./jobsets.ts";
import { jobsetOfMachine, withBuilds } from "./machineJobset.ts";
import { machineStatus } from "./machineStatus.ts";

/** How much of the queue is requested. */
const maxQueue = 1000;

/**
 * Reads what a Hydra server knows about machines, again and again. When nothing has changed, that costs one request for the project, one
 * for its queue, and one for each jobset.
 */
export class StatusReader {
  readonly #api: HydraApi;
  readonly #project: string;
  readonly #memory: BuildMemory;
  readonly #failed = new Map<number, HydraMachineBuild>();
  #jobsets: readonly KnownJobset[] = [];

  constructor(api: HydraApi, project: string) {
    this.#api = api;
    this.#project = project;
    this.#memory = new BuildMemory(api);
  }

  /** Machine -> its status. Machines without a jobset are left out. */
  async read(machines: readonly string[], signal?: AbortSignal): Promise<Outcome<ReadonlyMap<string, HydraMachine>>> {
    const [api, project] = [this.#api, this.#project];
    const jobsets = await readJobsets(api, project, this.#jobsets, signal);
    if ("problem" in jobsets) return jobsets;
    const queue = jobsets.value.length === 0 ? { value: [] } : await api.queue(maxQueue, signal);
    if ("problem" in queue) return queue;
    this.#memory.didQueue(queue.value);
    const read = await collected(jobsets.value, jobset => withBuilds(jobset, this.#memory, signal));
    if ("problem" in read) return read;
    const source = { api, project, memory: this.#memory, queue: queue.value, failed: this.#failed };
    const known = machines.flatMap(machine => {
      const jobset = jobsetOfMachine(read.value, machine);
      return jobset === undefined ? [] : [{ machine, jobset }];
    });
    const status = await collected(known, ({ machine, jobset }) => machineStatus(source, machine, jobset, signal));
    if ("problem" in status) return status;
    // Only now: what failed is read again in full.
    this.#jobsets = jobsets.value;
    const ids = new Set(jobsets.value.flatMap(({ newest }) => newest?.builds ?? []));
    this.#memory.keepOnly(ids);
    for (const id of this.#failed.keys()) if (!ids.has(id)) this.#failed.delete(id);
    return { value: new Map(status.value.map(each => [each.machine, each])) };
  }
}

/** The results in order, or the first problem. */
async function collected<T, Result>(
  items: readonly T[],
  work: (item: T) => Promise<Outcome<Result>>,
): Promise<{ readonly value: readonly Result[] } | { readonly problem: Problem }> {
  const results: Result[] = [];
  for (const item of items) {
    const outcome = await work(item);
    if ("problem" in outcome) return outcome;
    results.push(outcome.value);
  }
  return { value: results };
}
