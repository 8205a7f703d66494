import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { Log } from "../logging/log.ts";
import { type Parsed, recordId } from "../schemas/common.ts";
import { readWhole, writeWhole } from "../storage/wholeFile.ts";
import type { CommandFile, commandFiles } from "./format/files.ts";
import type { CommandRequest } from "./format/schemas.ts";
import { drop, pack, unpack } from "./log/archive.ts";

/** A kind of recorded command. */
export interface RecordKind {
  /** Below the storage folder: it has one folder a record. */
  readonly folder: string;
  /** Name -> file. */
  readonly files: typeof commandFiles & Readonly<Record<string, string>>;
  /** Name of a JSON file -> what is in it. */
  readonly schemas: Readonly<Record<string, v.GenericSchema>>;
}

/** What a file of a record holds. */
export type ContentOf<Kind extends RecordKind, Name extends keyof Kind["schemas"]> = Parsed<Kind["schemas"][Name]>;

/** What is added to the name of a record's folder until its request is in it. */
const unfinished = ".new";

/** What is added to the name of a record's folder that is removed. */
const leaving = ".old";

/** Longer than it takes to make a record (ms). */
const beingMade = 60 * 60 * 1000;

/** The records of one kind below a storage folder: each is a folder that survives a crash at any moment. */
export class CommandRecords<Kind extends RecordKind> {
  /** Where it is noted what of a record was given up. */
  readonly log: Log;

  /** The storage folder. */
  readonly folder: string;

  readonly #kind: Kind;

  constructor(kind: Kind, storageDir: string, log: Log) {
    this.#kind = kind;
    this.folder = storageDir;
    this.log = log;
  }

  folderOf(id: string): string {
    return path.join(this.#all, id);
  }

  fileOf(id: string, name: keyof Kind["files"]): string {
    const { files } = this.#kind;
    return path.join(this.folderOf(id), files[name as CommandFile]);
  }

  get #all(): string {
    return path.join(this.folder, this.#kind.folder);
  }

  /** The folder of a lock that records share, as for what must not run twice. */
  lockOf(name: string): string {
    return path.join(this.folder, "running", name);
  }

  /** The ids of all records, oldest first: an id begins with its time. @throws when the folder is there and cannot be read. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#all).catch(error => {
      if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
      throw error;
    });
    return names.filter(name => v.is(recordId, name)).toSorted();
  }

  /** Makes a new record. @throws when the folder cannot be written (full disk, read-only). */
  async create<Request extends Omit<CommandRequest, "id">>(
    request: Request,
  ): Promise<Request & { readonly id: string }> {
    const id = `${Date.now().toString(36).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;
    await mkdir(this.#all, { recursive: true, mode: 0o700 });
    const whole = { ...request, id };
    // A record appears with its request in it: a server that is killed meanwhile leaves no damaged one behind.
    const beginning = `${this.folderOf(id)}${unfinished}`;
    try {
      await mkdir(beginning, { mode: 0o700 });
      await writeWhole(path.join(beginning, this.#kind.files.request), whole);
      await rename(beginning, this.folderOf(id));
    } catch (error) {
      await rm(beginning, { recursive: true, force: true }).catch(left =>
        this.log.warning(`The beginning of a record stays: ${beginning}`, left),
      );
      throw error;
    }
    return whole;
  }

  /** Removes what servers have left that were killed while they made or removed a record. @param now epoch milliseconds */
  async removeUnfinished(now: number): Promise<void> {
    const names = await readdir(this.#all).catch(() => []);
    for (const name of names.filter(each => each.endsWith(unfinished) || each.endsWith(leaving))) {
      const file = path.join(this.#all, name);
      try {
        const isLeft = name.endsWith(leaving) || now - (await lstat(file)).mtimeMs > beingMade;
        if (isLeft) await rm(file, { recursive: true, force: true });
      } catch (error) {
        this.log.warning(`A part of a record stays: ${file}`, error);
      }
    }
  }

  async write(id: string, name: keyof Kind["files"], value: unknown): Promise<void> {
    await writeWhole(this.fileOf(id, name), value);
  }

  /** Reads a file of a record; undefined when it is absent or does not hold what it should. */
  async read<Name extends keyof Kind["schemas"] & keyof Kind["files"]>(
    id: string,
    name: Name,
  ): Promise<ContentOf<Kind, Name> | undefined> {
    const schema = this.#kind.schemas[name as string];
    if (schema === undefined) return undefined;
    const file = this.fileOf(id, name);
    return (await readWhole(path.dirname(file), path.basename(file), schema)) as ContentOf<Kind, Name> | undefined;
  }

  /** Asks whoever runs the command to stop it. */
  async requestCancel(id: string): Promise<void> {
    await this.#mark(id, "cancel");
  }

  isCancelRequested(id: string): Promise<boolean> {
    return this.exists(id, "cancel");
  }

  /** Keeps a record when others are pruned, or no longer. */
  async pin(id: string, on: boolean): Promise<void> {
    if (on) await this.#mark(id, "keep");
    else await rm(this.fileOf(id, "keep"), { force: true, recursive: true });
  }

  isPinned(id: string): Promise<boolean> {
    return this.exists(id, "keep");
  }

  /** What a record's own files take on the disk (bytes), without holes: not the store paths that it keeps. */
  async size(id: string): Promise<number> {
    const folder = this.folderOf(id);
    const names = await readdir(folder).catch(() => []);
    const sizes = await Promise.all(
      names.map(name =>
        lstat(path.join(folder, name))
          .then(({ size, blocks }) => Math.min(size, blocks * 512))
          .catch(() => 0),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Makes the event stream of a record readable if it is packed. One that is damaged is as good as empty. */
  async unpack(id: string): Promise<void> {
    if ((await this.exists(id, "events")) || !(await this.exists(id, "archive"))) return;
    await unpack(this.folderOf(id)).catch(error => this.log.warning(`The log of ${id} cannot be unpacked`, error));
  }

  /** Packs the event stream of a record that has ended. Where that cannot be written, it stays as it is. */
  async pack(id: string, logBytes: number): Promise<void> {
    if (!(await this.exists(id, "events"))) return;
    const folder = this.folderOf(id);
    const isPacked = await this.exists(id, "archive");
    await (isPacked ? drop(folder) : pack(folder, logBytes)).catch(error =>
      this.log.warning(`The log of ${id} stays unpacked`, error),
    );
  }

  /**
   * Drops a record and, with its links, the GC roots that it held. It goes in one step: what another window still writes into it
   * would otherwise leave half a record behind. @throws when the folder of the records cannot be written.
   */
  async remove(id: string): Promise<void> {
    const left = `${this.folderOf(id)}.${randomBytes(4).toString("hex")}${leaving}`;
    try {
      await rename(this.folderOf(id), left);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    await rm(left, { recursive: true, force: true }).catch(error =>
      this.log.warning(`A part of a record stays: ${left}`, error),
    );
  }

  /**
   * When a command that was started and has ended without a result last wrote (ISO 8601): its supervisor was killed. Undefined when
   * it was not started.
   */
  async abandonedAt(id: string, wasRecorded: boolean): Promise<string | undefined> {
    const [events, archive] = [await this.#stat(id, "events"), await this.#stat(id, "archive")];
    const hasWritten = archive !== undefined || (events !== undefined && (events.size > 0 || !events.isFile()));
    if (!wasRecorded && !hasWritten) return undefined;
    const last = events ?? archive ?? (await this.#stat(id, "process"));
    return (last?.mtime ?? new Date()).toISOString();
  }

  async exists(id: string, name: keyof Kind["files"]): Promise<boolean> {
    return (await lstat(this.fileOf(id, name)).catch(() => undefined)) !== undefined;
  }

  #stat(id: string, name: CommandFile): Promise<Stats | undefined> {
    return stat(this.fileOf(id, name)).catch(() => undefined);
  }

  /** Makes a file whose existence is all that counts. A FIFO in its place is not waited for. */
  async #mark(id: string, name: "cancel" | "keep"): Promise<void> {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK } = constants;
    const handle = await open(this.fileOf(id, name), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0o600);
    await handle.close();
  }
}
