/** How many machines one process evaluates, and how many processes run side by side. */
export interface ChunkPlan {
  readonly size: number;
  readonly processes: number;
}

/** What a process takes before its first machine: Nix itself, nixpkgs' library, the network (MiB). */
export const processMemory = 100;

/** What a machine adds to the process that evaluates it: a small NixOS system takes about this much (MiB). */
export const machineMemory = 200;

/**
 * Divides machines among processes that together stay below a cap. A machine's memory is not given back before its process
 * ends, so it is the size of the chunks that bounds it. With less memory than one machine takes, they go one by one.
 *
 * @param memory the cap for all processes together (MiB).
 * @param processors how many processes can really run at once.
 * @param perMachine what a machine takes (MiB), where that is known better.
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
  // No process is left without work, and the last chunk is no remnant.
  const rounds = Math.max(1, Math.ceil(machines / (processes * size)));
  return { processes, size: Math.max(1, Math.ceil(machines / (processes * rounds))) };
}

/** A chunk is at most so many times as large as the largest one before it: the machines to come may be larger ones. */
const growth = 4;

/** The sizes of the chunks of one network: by the usual memory of a machine at first, then by what its machines have taken. */
export class ChunkSizes {
  readonly #memory: number;
  readonly #processes: number;
  #size: number;
  /** The most that a machine has taken, on the average of a chunk (MiB). */
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

  /** A chunk has come to its end. @param allocated by its process in all, of which some was freed (MiB). @param left machines. */
  didFinish(machines: number, allocated: number, left: number): void {
    this.#perMachine = Math.min(machineMemory, Math.max(this.#perMachine, allocated / machines));
    this.#largest = Math.max(this.#largest, machines);
    const { size } = planChunks(left, this.#memory, this.#processes, this.#perMachine);
    this.#size = Math.max(1, Math.min(size, growth * this.#largest));
  }
}

/** A list in pieces of a size, in order. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
