import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { BuildWorld } from "../builds/ports.ts";
import type { BuildRecords } from "../builds/record/record.ts";
import type { EventState } from "../builds/stream/eventState.ts";
import { frontier } from "../builds/stream/retryInputs.ts";
import type { PlannedDerivation } from "../nix/derivationGraph.ts";

/** While a build runs it is looked so often what of it has to be kept (ms). */
const period = 10_000;

/**
 * Keeps what builds have built so far from garbage collection, so that a retry goes on where one has ended: Nix itself forgets it
 * when it ends. `<record>/built/<generation>-<n>`: GC roots, of which the newest generation counts.
 */
export class BuiltRoots {
  readonly #records: BuildRecords;
  readonly #world: Pick<BuildWorld, "keepOutputs">;
  /** Build -> what is kept of it, and when that was looked at. */
  readonly #kept = new Map<string, { readonly at: number; readonly drvPaths: string }>();

  #last: Promise<void> = Promise.resolve();

  constructor(records: BuildRecords, world: Pick<BuildWorld, "keepOutputs">) {
    this.#records = records;
    this.#world = world;
  }

  /** Looks at a build that runs, now and then. */
  async look(id: string, graph: readonly PlannedDerivation[], state: EventState, now: number): Promise<void> {
    if (now - (this.#kept.get(id)?.at ?? 0) >= period) await this.keep(id, graph, state, now);
  }

  /** Keeps what a retry needs. Where that cannot be done, the retry builds more. */
  keep(id: string, graph: readonly PlannedDerivation[], { derivations }: EventState, now: number): Promise<void> {
    const wanted = frontier(graph, derivations);
    const drvPaths = wanted.join("\n");
    const before = this.#kept.get(id)?.drvPaths ?? "";
    this.#kept.set(id, { at: now, drvPaths });
    if (drvPaths === before) return this.#last;
    return this.#oneAtATime(async () => {
      const isKept = await this.#renew(id, wanted, now).catch(error => this.#didFail(id, error));
      if (!isKept) this.#kept.set(id, { at: now, drvPaths: "" });
    });
  }

  /** Nobody asks for the parts of a build any more. */
  drop(id: string): Promise<void> {
    this.#kept.delete(id);
    return this.#oneAtATime(() => rm(this.#folderOf(id), { recursive: true, force: true }));
  }

  async #renew(id: string, wanted: readonly string[], generation: number): Promise<boolean> {
    const folder = this.#folderOf(id);
    // Where the record is gone meanwhile nothing is made.
    await mkdir(folder, { mode: 0o700 }).catch(error => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
    const older = await readdir(folder);
    const isKept = await this.#world.keepOutputs(wanted, path.join(folder, String(generation)));
    if (isKept) for (const name of older) await rm(path.join(folder, name), { force: true });
    return isKept;
  }

  #folderOf(id: string): string {
    return this.#records.fileOf(id, "built");
  }

  /** What is to be dropped must not be kept by somebody who is slower. A full disk, or a record that is gone, is no harm. */
  #oneAtATime(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch(error => this.#records.log.warning("Roots of builds were left", error));
    return this.#last;
  }

  #didFail(id: string, error: unknown): false {
    this.#records.log.warning(`What ${id} has built is not kept from garbage collection`, error);
    return false;
  }
}
