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

/** A kind of command that is recorded. */
export interface RecordKind {
  /** Folder below the storage folder that contains one folder per record. */
  readonly folder: string;
  /** Name -> file name. */
  readonly files: typeof commandFiles & Readonly<Record<string, string>>;
  /** Name of a JSON file -> its schema. */
  readonly schemas: Readonly<Record<string, v.GenericSchema>>;
}

/** The content of a file of a record. */
export type ContentOf<Kind extends RecordKind, Name extends keyof Kind["schemas"]> = Parsed<Kind["schemas"][Name]>;

/** Suffix of a record's folder until its request has been written. */
const unfinished = ".new";

/** Suffix of a record's folder while it is being removed. */
const removing = ".old";

/** Longer than creating a record takes (ms). */
const creationTime = 60 * 60 * 1000;

/** The records of one kind below a storage folder. Each is a folder that survives a crash at any moment. */
export class CommandRecords<Kind extends RecordKind> {
  /** The log for operations on a record that failed and were given up. */
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

  /** The folder of a lock that records share, so that the same command never runs twice. */
  lockOf(name: string): string {
    return path.join(this.folder, "running", name);
  }

  /** The ids of all records, oldest first: an id starts with its time. @throws when the folder exists but cannot be read. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#all).catch(error => {
      if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
      throw error;
    });
    return names.filter(name => v.is(recordId, name)).toSorted();
  }

  /** Creates a record. @throws when the folder cannot be written (full disk, read-only). */
  async create<Request extends Omit<CommandRequest, "id">>(
    request: Request,
  ): Promise<Request & { readonly id: string }> {
    const id = `${Date.now().toString(36).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;
    await mkdir(this.#all, { recursive: true, mode: 0o700 });
    const whole = { ...request, id };
    // A record appears complete with its request, so a server that is killed meanwhile leaves no damaged record behind.
    const temporary = `${this.folderOf(id)}${unfinished}`;
    try {
      await mkdir(temporary, { mode: 0o700 });
      await writeWhole(path.join(temporary, this.#kind.files.request), whole);
      await rename(temporary, this.folderOf(id));
    } catch (error) {
      await rm(temporary, { recursive: true, force: true }).catch(left =>
        this.log.warning(`Cannot remove an unfinished record: ${temporary}`, left),
      );
      throw error;
    }
    return whole;
  }

  /** Removes leftovers of servers that were killed while creating or removing a record. @param now epoch milliseconds */
  async removeUnfinished(now: number): Promise<void> {
    const names = await readdir(this.#all).catch(() => []);
    for (const name of names.filter(each => each.endsWith(unfinished) || each.endsWith(removing))) {
      const file = path.join(this.#all, name);
      try {
        const isLeft = name.endsWith(removing) || now - (await lstat(file)).mtimeMs > creationTime;
        if (isLeft) await rm(file, { recursive: true, force: true });
      } catch (error) {
        this.log.warning(`Cannot remove what is left of a record: ${file}`, error);
      }
    }
  }

  async write(id: string, name: keyof Kind["files"], value: unknown): Promise<void> {
    await writeWhole(this.fileOf(id, name), value);
  }

  /** Reads a file of a record; undefined when it is absent or malformed. */
  async read<Name extends keyof Kind["schemas"] & keyof Kind["files"]>(
    id: string,
    name: Name,
  ): Promise<ContentOf<Kind, Name> | undefined> {
    const schema = this.#kind.schemas[name as string];
    if (schema === undefined) return undefined;
    const file = this.fileOf(id, name);
    return (await readWhole(path.dirname(file), path.basename(file), schema)) as ContentOf<Kind, Name> | undefined;
  }

  /** Asks the supervisor to stop the command. */
  async requestCancel(id: string): Promise<void> {
    await this.#mark(id, "cancel");
  }

  /** The command could not be stopped, and continues. */
  async withdrawCancel(id: string): Promise<void> {
    await rm(this.fileOf(id, "cancel"), { force: true, recursive: true });
  }

  isCancelRequested(id: string): Promise<boolean> {
    return this.exists(id, "cancel");
  }

  /** Pins a record, which exempts it from pruning, or unpins it. */
  async pin(id: string, on: boolean): Promise<void> {
    if (on) await this.#mark(id, "keep");
    else await rm(this.fileOf(id, "keep"), { force: true, recursive: true });
  }

  isPinned(id: string): Promise<boolean> {
    return this.exists(id, "keep");
  }

  /** Disk usage of a record's own files (bytes), without holes and without the store paths that it keeps. */
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

  /** Unpacks the event stream of a record if it is packed. A damaged archive counts as empty. */
  async unpack(id: string): Promise<void> {
    if ((await this.exists(id, "events")) || !(await this.exists(id, "archive"))) return;
    await unpack(this.folderOf(id)).catch(error => this.log.warning(`Cannot unpack the log of ${id}`, error));
  }

  /** Packs the event stream of a finished record. If that fails, the stream stays unpacked. */
  async pack(id: string, logBytes: number): Promise<void> {
    if (!(await this.exists(id, "events"))) return;
    const folder = this.folderOf(id);
    const isPacked = await this.exists(id, "archive");
    await (isPacked ? drop(folder) : pack(folder, logBytes)).catch(error =>
      this.log.warning(`Cannot pack the log of ${id}`, error),
    );
  }

  /**
   * Removes a record together with its links, which are its GC roots. It is renamed first: a window that is still writing into it
   * could otherwise leave half a record behind. @throws when the folder of the records cannot be written.
   */
  async remove(id: string): Promise<void> {
    const left = `${this.folderOf(id)}.${randomBytes(4).toString("hex")}${removing}`;
    try {
      await rename(this.folderOf(id), left);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    await rm(left, { recursive: true, force: true }).catch(error =>
      this.log.warning(`Cannot remove what is left of a record: ${left}`, error),
    );
  }

  /**
   * When a command whose supervisor was killed, and which ended without a result, last wrote output (ISO 8601). Undefined when it
   * was not started.
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

  /** Creates an empty marker file. Does not block on a FIFO in its place. */
  async #mark(id: string, name: "cancel" | "keep"): Promise<void> {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK } = constants;
    const handle = await open(this.fileOf(id, name), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0o600);
    await handle.close();
  }
}
