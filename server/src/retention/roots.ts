import { mkdir, readdir, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../logging/log.ts";
import { createQueue } from "../util/queue.ts";

/** Minimum time between two updates of the roots of a running command (ms). */
const period = 10_000;

/** What the roots need from other rooms. */
export interface RootPorts {
  readonly log: Log;
  /** The folder of a record's roots. */
  folderOf(id: string): string;
  /** Creates GC roots, with names that start with `root`, for the existing outputs of derivations. Whether it succeeded. */
  keepOutputs(drvPaths: readonly string[], root: string): Promise<boolean>;
}

/**
 * Protects what was built so far from garbage collection, so that a retry continues where the last attempt ended: Nix's own
 * temporary roots end with it. `<folder>/<generation>-<n>` are GC roots, of which the newest generation counts.
 */
export class PartialRoots {
  readonly #ports: RootPorts;
  /** Record -> the derivations that are kept, and when they were determined. */
  readonly #kept = new Map<string, { readonly at: number; readonly drvPaths: string }>();
  /** Serialises changes, so that an earlier, slower call does not recreate dropped roots. */
  readonly #queue = createQueue();

  constructor(ports: RootPorts) {
    this.#ports = ports;
  }

  /** Updates the roots of a running build, throttled. @param wanted the derivations that a retry needs. */
  async update(id: string, wanted: () => readonly string[], now: number): Promise<void> {
    if (now - (this.#kept.get(id)?.at ?? 0) >= period) await this.keep(id, wanted(), now);
  }

  /** Creates roots for what a retry needs. If that fails, the retry builds more. */
  keep(id: string, wanted: readonly string[], now: number): Promise<void> {
    const drvPaths = wanted.join("\n");
    const before = this.#kept.get(id)?.drvPaths ?? "";
    this.#kept.set(id, { at: now, drvPaths });
    if (drvPaths === before) return this.#attempt(() => undefined);
    return this.#attempt(async () => {
      const isKept = await this.#renew(id, wanted, now).catch(error => this.#didFail(id, error));
      if (!isKept) this.#kept.set(id, { at: now, drvPaths: "" });
    });
  }

  /** Drops the roots: a newer build of this output succeeded. */
  drop(id: string): Promise<void> {
    this.#kept.delete(id);
    return this.#attempt(() => rm(this.#ports.folderOf(id), { recursive: true, force: true }));
  }

  async #renew(id: string, wanted: readonly string[], generation: number): Promise<boolean> {
    const folder = this.#ports.folderOf(id);
    // If the record is gone, nothing is created.
    await mkdir(folder, { mode: 0o700 }).catch(error => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
    const older = await readdir(folder);
    const made = await nameOf(folder);
    const isKept = await this.#ports.keepOutputs(wanted, path.join(folder, String(generation)));
    if ((await nameOf(folder)) !== made) return this.#unmake(folder);
    if (isKept) for (const name of older) await rm(path.join(folder, name), { force: true });
    return isKept;
  }

  /** If another window removes the record meanwhile, Nix recreates its folder for the links, which is undone here. */
  async #unmake(folder: string): Promise<false> {
    await rm(folder, { recursive: true, force: true });
    // It contains nothing else.
    await rmdir(path.dirname(folder)).catch(() => undefined);
    return false;
  }

  /** Runs in order. Failures, for example on a full disk, are only logged. */
  #attempt(work: () => void | Promise<void>): Promise<void> {
    return this.#queue(work).catch(error => this.#ports.log.warning("Cannot update the GC roots of builds", error));
  }

  #didFail(id: string, error: unknown): false {
    this.#ports.log.warning(`Cannot protect what ${id} has built from garbage collection`, error);
    return false;
  }
}

/** Distinguishes a folder from another one that is created in its place; undefined if there is none. */
async function nameOf(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  return found && `${found.ino} ${found.birthtimeMs}`;
}
