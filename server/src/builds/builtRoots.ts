import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import type { EventState } from "./eventState.ts";
import { frontier } from "./frontier.ts";
import type { BuildRecords } from "./record.ts";
import type { BuildWorld } from "./world.ts";

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

  constructor(records: BuildRecords, world: Pick<BuildWorld, "keepOutputs">) {
    this.#records = records;
    this.#world = world;
  }

  /** Looks at a build that runs, now and then. */
  async look(id: string, graph: readonly PlannedDerivation[], state: EventState, now: number): Promise<void> {
    if (now - (this.#kept.get(id)?.at ?? 0) >= period) await this.keep(id, graph, state, now);
  }

  /** Keeps what a retry needs. Where that cannot be done, the retry builds more. */
  async keep(id: string, graph: readonly PlannedDerivation[], { derivations }: EventState, now: number): Promise<void> {
    const wanted = frontier(graph, derivations);
    const drvPaths = wanted.join("\n");
    const before = this.#kept.get(id)?.drvPaths ?? "";
    this.#kept.set(id, { at: now, drvPaths: before });
    if (drvPaths === before) return;
    const folder = this.#records.fileOf(id, "built");
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const older = await readdir(folder);
      if (!(await this.#world.keepOutputs(wanted, path.join(folder, String(now))))) return;
      for (const name of older) await rm(path.join(folder, name), { force: true });
      this.#kept.set(id, { at: now, drvPaths });
    } catch {
      // The disk is full, or the record is gone.
    }
  }

  /** Nobody asks for the parts of a build any more. */
  async drop(id: string): Promise<void> {
    this.#kept.delete(id);
    await rm(this.#records.fileOf(id, "built"), { recursive: true, force: true }).catch(() => undefined);
  }
}
