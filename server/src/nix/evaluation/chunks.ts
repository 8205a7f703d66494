/** How many machines one process evaluates, and how many processes run in parallel. */
export interface ChunkPlan {
  readonly size: number;
  readonly processes: number;
}

/** Memory that a process uses before its first machine: Nix itself, nixpkgs' library, the network (MiB). */
export const processMemory = 100;

/** Memory that each machine adds to the process that evaluates it, about that of a small NixOS system (MiB). */
export const machineMemory = 200;

/**
 * Divides machines among processes whose total memory stays below a limit. The memory of a machine is not freed before its
 * process ends, so the chunk size bounds it. With less memory than one machine needs, they are evaluated one by one.
 *
 * @param memory the limit for all processes together (MiB).
 * @param processors how many processes can run in parallel.
 * @param perMachine memory of a machine (MiB), if measured.
 */
export function planChunks(
  machines: number,
  memory: number,
  processors: number,
  perMachine: number = machineMemory,
): ChunkPlan {
  const affordable = Math.floor(memory / (processMemory + perMachine));
  const processes = Math.max(1, Math.min(Math.floor(processors), affordable, machines));
  const size = Math.max(1, Math.floor((memory / processes - processMemory) / perMachine));
  // Even sizes: no process stays idle, and the last chunk is not much smaller than the others.
  const rounds = Math.max(1, Math.ceil(machines / (processes * size)));
  return { processes, size: Math.max(1, Math.ceil(machines / (processes * rounds))) };
}

/** The largest factor by which a chunk may exceed the largest one before it: later machines may need more memory. */
const growth = 4;

/** The chunk sizes for one network: first by the usual memory of a machine, then by what its machines have used. */
export class ChunkSizes {
  readonly #memory: number;
  readonly #processes: number;
  #size: number;
  /** The highest average memory of a machine in any chunk (MiB). */
  #perMachine = 0;
  #largest = 0;

  constructor({ size, processes }: ChunkPlan, memory: number) {
    this.#size = size;
    this.#processes = processes;
    this.#memory = memory;
  }

  get next(): number {
    return this.#size;
  }

  /**
   * A chunk was evaluated. @param allocated total allocation of its process, including what was freed (MiB). @param left
   * remaining machines.
   */
  didFinish(machines: number, allocated: number, left: number): void {
    this.#perMachine = Math.min(machineMemory, Math.max(this.#perMachine, allocated / machines));
    this.#largest = Math.max(this.#largest, machines);
    const { size } = planChunks(left, this.#memory, this.#processes, this.#perMachine);
    this.#size = Math.max(1, Math.min(size, growth * this.#largest));
  }
}

/** Splits a list into pieces of a size, in order. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
