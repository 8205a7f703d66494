import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, lstat, mkdir, open, readdir, readlink, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { type Log, silentLog } from "../../logging/log.ts";
import type { SignatureReport } from "../../protocol.ts";
import { drop, pack, unpack } from "../../records/archive.ts";
import { ownersOf } from "../../records/lock.ts";
import { processesOf } from "../../records/processes.ts";
import { isAlive, isProcessAlive } from "../../records/processIdentity.ts";
import { recordId } from "../../schemas/common.ts";
import { whyUnreadable } from "../../storage/regularFile.ts";
import { inspectWhole, readWhole, writeWhole } from "../../storage/wholeFile.ts";
import type { BuildFolder } from "../checks/shortOfSpace.ts";
import type { Damage } from "./damage.ts";
import { recordFiles } from "./files.ts";
import { type RecordContent, type RecordSchemas, recordSchemas } from "./schemas.ts";

/** `request.json`: what was asked for, and how Nix is called for it once that is known. */
export type BuildRequest = RecordContent<"request">;

/** What was asked for. */
export type Asked = Pick<BuildRequest, "uri" | "machine" | "attribute" | "place" | "keepFailed" | "regardless">;

/** How the supervisor calls Nix. */
export type Realisation = NonNullable<BuildRequest["realisation"]>;

/** A folder that builds fill. */
export type FilledFolder = Pick<BuildFolder, "use" | "path">;

/** `evaluation.json` */
export type EvaluationResult = RecordContent<"evaluation">;

/** `deployment.json`: what Morph would say of the network that was evaluated. */
export type DeploymentResult = RecordContent<"deployment">;

/** `process.json` */
export type SupervisedProcess = RecordContent<"process">;

/** `result.json` */
export type BuildResult = RecordContent<"result">;

/** What the small files of a record say, and which of its processes live. */
export interface RecordFacts {
  readonly request: BuildRequest;
  readonly ownerAlive: boolean;
  readonly evaluation?: EvaluationResult | undefined;
  readonly deployment?: DeploymentResult | undefined;
  readonly supervised?: SupervisedProcess | undefined;
  readonly supervisorAlive: boolean;
  /** Nix runs, whether or not its supervisor does. */
  readonly nixAlive: boolean;
  /** A supervisor is being started. Undefined where that is of no interest, or cannot be seen. */
  readonly launching?: boolean | undefined;
  /** Nix was started and has ended, and no supervisor has recorded how: when it last wrote (ISO 8601). */
  readonly abandonedAt?: string | undefined;
  readonly result?: BuildResult | undefined;
  readonly cancelled: boolean;
  /** The user wants to keep it. */
  readonly pinned: boolean;
  /** The output's store path, when it is there: success needs it. */
  readonly output?: string | undefined;
  readonly signatures?: SignatureReport | undefined;
}

type RecordFile = keyof typeof recordFiles;

/** Files that are written whole. */
const jsonFiles: readonly (keyof RecordSchemas)[] = [
  ...(["request", "evaluation", "graph", "process", "result", "present", "summary", "signatures"] as const),
];

/** Files that grow, and may be large. */
const streamFiles: readonly RecordFile[] = ["events", "clock", "archive"];

/** What is added to the name of a record's folder until its request is in it. */
const unfinished = ".new";

/** Longer than it takes to make a record (ms). */
const beingMade = 60 * 60 * 1000;

/** The records below a storage folder. */
export class BuildRecords {
  readonly #folder: string;

  /** Where it is noted what of a record was given up. */
  readonly log: Log;

  constructor(storageDir: string, log: Log = silentLog) {
    this.#folder = storageDir;
    this.log = log;
  }

  /** The storage folder. */
  get folder(): string {
    return this.#folder;
  }

  folderOf(id: string): string {
    return path.join(this.#folder, "builds", id);
  }

  fileOf(id: string, name: keyof typeof recordFiles): string {
    return path.join(this.folderOf(id), recordFiles[name]);
  }

  claimOf(name: string): string {
    return path.join(this.#folder, "running", name);
  }

  /** The ids of all records, oldest first: an id begins with its time. @throws when the folder is there and cannot be read. */
  async ids(): Promise<string[]> {
    const names = await readdir(path.join(this.#folder, "builds")).catch(error => {
      if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
      throw error;
    });
    return names.filter(name => v.is(recordId, name)).toSorted();
  }

  /** Makes a new record. @throws when the folder cannot be written (full disk, read-only). */
  async create(request: Omit<BuildRequest, "id">): Promise<BuildRequest> {
    const id = `${Date.now().toString(36).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;
    await mkdir(path.join(this.#folder, "builds"), { recursive: true, mode: 0o700 });
    const whole = { ...request, id };
    // A record appears with its request in it: a server that is killed meanwhile leaves no damaged one behind.
    const beginning = `${this.folderOf(id)}${unfinished}`;
    try {
      await mkdir(beginning, { mode: 0o700 });
      await writeWhole(path.join(beginning, recordFiles.request), whole);
      await rename(beginning, this.folderOf(id));
    } catch (error) {
      await rm(beginning, { recursive: true, force: true }).catch(left =>
        this.log.warning(`The beginning of a record stays: ${beginning}`, left),
      );
      throw error;
    }
    return whole;
  }

  /** Removes what servers have left that were killed while they made a record. @param now epoch milliseconds */
  async removeUnfinished(now: number): Promise<void> {
    const folder = path.join(this.#folder, "builds");
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(each => each.endsWith(unfinished))) {
      const file = path.join(folder, name);
      try {
        if (now - (await lstat(file)).mtimeMs > beingMade) await rm(file, { recursive: true, force: true });
      } catch (error) {
        this.log.warning(`The beginning of a record stays: ${file}`, error);
      }
    }
  }

  async write(id: string, name: keyof typeof recordFiles, value: unknown): Promise<void> {
    await writeWhole(this.fileOf(id, name), value);
  }

  /** Reads a file of a record; undefined when it is absent or does not hold what it should. */
  async read<Name extends keyof RecordSchemas>(id: string, name: Name): Promise<RecordContent<Name> | undefined> {
    const schema: v.GenericSchema = recordSchemas[name];
    return (await readWhole(this.folderOf(id), recordFiles[name], schema)) as RecordContent<Name> | undefined;
  }

  /** Asks whoever runs the build to stop it. */
  async requestCancel(id: string): Promise<void> {
    await this.#mark(id, "cancel");
  }

  isCancelRequested(id: string): Promise<boolean> {
    return this.#exists(id, "cancel");
  }

  /** Keeps a record when others are pruned, or no longer. */
  async pin(id: string, on: boolean): Promise<void> {
    if (on) await this.#mark(id, "keep");
    else await rm(this.fileOf(id, "keep"), { force: true, recursive: true });
  }

  isPinned(id: string): Promise<boolean> {
    return this.#exists(id, "keep");
  }

  /** Makes a file whose existence is all that counts. A FIFO in its place is not waited for. */
  async #mark(id: string, name: "cancel" | "keep"): Promise<void> {
    const { O_WRONLY, O_CREAT, O_APPEND, O_NONBLOCK } = constants;
    const handle = await open(this.fileOf(id, name), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0o600);
    await handle.close();
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
    if ((await this.#exists(id, "events")) || !(await this.#exists(id, "archive"))) return;
    await unpack(this.folderOf(id)).catch(error => this.log.warning(`The log of ${id} cannot be unpacked`, error));
  }

  /** Packs the event stream of a record that has ended. Where that cannot be written, it stays as it is. */
  async pack(id: string, logBytes: number): Promise<void> {
    if (!(await this.#exists(id, "events"))) return;
    const folder = this.folderOf(id);
    const isPacked = await this.#exists(id, "archive");
    await (isPacked ? drop(folder) : pack(folder, logBytes)).catch(error =>
      this.log.warning(`The log of ${id} stays unpacked`, error),
    );
  }

  /** Drops a record and, with its links, the GC roots that it held. */
  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  /** Reads what there is to know without the event stream; undefined when there is no such record or it cannot be read. */
  async facts(id: string): Promise<RecordFacts | undefined> {
    const request = await this.read(id, "request");
    if (request?.id !== id) return undefined;
    return {
      request,
      ownerAlive: isAlive(request.owner),
      ...(await this.#progress(id, request)),
      evaluation: await this.read(id, "evaluation"),
      deployment: await this.read(id, "deployment"),
      cancelled: await this.isCancelRequested(id),
      pinned: await this.isPinned(id),
      output: await this.#output(id),
      signatures: await this.read(id, "signatures"),
    };
  }

  /** Which files of a record are there and cannot be read, or do not hold what they should. */
  async damage(id: string): Promise<Damage> {
    const found = await Promise.all([
      ...jsonFiles.map(async name => [name, await this.#whyMalformed(id, name)] as const),
      ...streamFiles.map(async name => [name, await whyUnreadable(this.fileOf(id, name))] as const),
    ]);
    return new Map(found.flatMap(([name, why]) => (why === undefined ? [] : [[name, why] as const])));
  }

  async #whyMalformed(id: string, name: keyof RecordSchemas): Promise<string | undefined> {
    const found = await inspectWhole(this.folderOf(id), recordFiles[name], recordSchemas[name] as v.GenericSchema);
    return "why" in found ? found.why : undefined;
  }

  /** Whether Nix or a supervisor runs for a record, also when its request is damaged. */
  async processes(id: string): Promise<Pick<RecordFacts, "supervised" | "supervisorAlive" | "nixAlive">> {
    const supervised = await this.read(id, "process");
    const holders = await ownersOf(this.fileOf(id, "lock")).catch(() => []);
    return {
      supervised,
      supervisorAlive: (supervised !== undefined && isAlive(supervised.supervisor)) || holders.some(isProcessAlive),
      nixAlive: supervised?.nix !== undefined && isAlive(supervised.nix),
    };
  }

  /** Whether a record must stay: it keeps what a Nix that runs builds. */
  async isInUse(id: string): Promise<boolean> {
    const { supervisorAlive, nixAlive } = await this.processes(id);
    if (nixAlive || processesOf(this.folderOf(id))?.nix !== undefined) return true;
    // A supervisor that has written the result is about to end.
    return supervisorAlive && !(await this.#exists(id, "result"));
  }

  async #progress(id: string, { realisation }: BuildRequest) {
    // Processes before files: one that ended in between has written its result by then.
    const progress = { ...(await this.processes(id)), result: await this.read(id, "result") };
    if (realisation === undefined || progress.result !== undefined || progress.supervisorAlive) return progress;
    // No file tells of a supervisor that is on its way, or of a Nix whose supervisor was killed as it started it.
    const found = progress.nixAlive ? undefined : processesOf(this.folderOf(id));
    if (found?.nix !== undefined) return { ...progress, nixAlive: true };
    const later = { ...(await this.processes(id)), result: await this.read(id, "result") };
    const launching = found && found.supervisors.length > 0;
    if (later.result !== undefined || later.supervisorAlive || later.nixAlive) return later;
    return { ...later, launching, abandonedAt: launching === true ? undefined : await this.#abandonedAt(id, later) };
  }

  /** Undefined when Nix was not started. */
  async #abandonedAt(id: string, { supervised }: Pick<RecordFacts, "supervised">): Promise<string | undefined> {
    const [events, archive] = [await this.#stat(id, "events"), await this.#stat(id, "archive")];
    const hasWritten = archive !== undefined || (events !== undefined && (events.size > 0 || !events.isFile()));
    if (supervised?.nix === undefined && !hasWritten) return undefined;
    const last = events ?? archive ?? (await this.#stat(id, "process"));
    return (last?.mtime ?? new Date()).toISOString();
  }

  #stat(id: string, name: keyof typeof recordFiles): Promise<Stats | undefined> {
    return stat(this.fileOf(id, name)).catch(() => undefined);
  }

  async #exists(id: string, name: keyof typeof recordFiles): Promise<boolean> {
    return (await lstat(this.fileOf(id, name)).catch(() => undefined)) !== undefined;
  }

  async #output(id: string): Promise<string | undefined> {
    const target = await readlink(this.fileOf(id, "output")).catch(() => undefined);
    if (target === undefined) return undefined;
    return access(target).then(
      () => target,
      () => undefined,
    );
  }
}
