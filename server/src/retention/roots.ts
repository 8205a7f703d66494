import { mkdir, readdir, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../logging/log.ts";
import { createQueue } from "../util/queue.ts";

/** How often it is looked what has to be kept of a command that runs (ms). */
const period = 10_000;

/** What the roots need of the rest. */
export interface RootPorts {
  readonly log: Log;
  /** The folder of a record's roots. */
  folderOf(id: string): string;
  /** Keeps the outputs of derivations, as far as they are there, by GC roots whose names begin with `root`. Whether that was done. */
  keepOutputs(drvPaths: readonly string[], root: string): Promise<boolean>;
}

/**
 * Keeps what was built so far from garbage collection, so that a retry continues where the last attempt ended: Nix itself forgets it
 * when it ends. `<folder>/<generation>-<n>`: GC roots, of which the newest generation counts.
 */
export class PartialRoots {
  readonly #ports: RootPorts;
  /** Record -> what is kept of it, and when that was looked at. */
  readonly #kept = new Map<string, { readonly at: number; readonly drvPaths: string }>();
  /** What is dropped must not be kept by an earlier, slower call. */
  readonly #queue = createQueue();

  constructor(ports: RootPorts) {
    this.#ports = ports;
  }

  /** Looks at what runs, now and then. @param wanted the derivations that a retry needs. */
  async look(id: string, wanted: () => readonly string[], now: number): Promise<void> {
    if (now - (this.#kept.get(id)?.at ?? 0) >= period) await this.keep(id, wanted(), now);
  }

  /** Keeps what a retry needs. Where that cannot be done, the retry builds more. */
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
    // Where the record is gone meanwhile nothing is made.
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

  /** If a record is removed in the meantime, for example by another window, Nix recreates its folder for the links. */
  async #unmake(folder: string): Promise<false> {
    await rm(folder, { recursive: true, force: true });
    // Nothing else is in it.
    await rmdir(path.dirname(folder)).catch(() => undefined);
    return false;
  }

  /** One after the other. A full disk, or a missing record, is harmless. */
  #attempt(work: () => void | Promise<void>): Promise<void> {
    return this.#queue(work).catch(error => this.#ports.log.warning("Roots of builds were left", error));
  }

  #didFail(id: string, error: unknown): false {
    this.#ports.log.warning(`What ${id} has built is not kept from garbage collection`, error);
    return false;
  }
}

/** Distinguishes a folder from a later one at the same path; undefined if it does not exist. */
async function nameOf(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  return found && `${found.ino} ${found.birthtimeMs}`;
}
