import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, open, readdir, readlink, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { BuildableEvaluation } from "../nix/evaluation.ts";
import type { Place, Problem, SignatureReport } from "../protocol.ts";
import { recordId } from "../schemas/common.ts";
import { readWhole, writeWhole } from "../storage/wholeFile.ts";
import { drop, pack, unpack } from "./archive.ts";
import { recordFiles } from "./files.ts";
import type { LogLimit } from "./logCut.ts";
import { isAlive, type ProcessIdentity } from "./processIdentity.ts";
import {
  isEvaluationResult,
  isRequest,
  isResult,
  isSignatureReport,
  isSupervisedProcess,
  type Shape,
} from "./recordShapes.ts";
import type { BuildFolder, MeasuredSpace, SpaceUse } from "./shortOfSpace.ts";

/** `request.json`: what was asked for, and how Nix is called for it once that is known. */
export interface BuildRequest {
  readonly id: string;
  readonly uri: string;
  readonly machine: string;
  readonly attribute?: string | undefined;
  readonly place: Place;
  readonly keepFailed?: true | undefined;
  readonly regardless?: true | undefined;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The server that evaluates. */
  readonly owner: ProcessIdentity;
  /** The names, never the values, of the variables that Nix gets. */
  readonly environment: readonly string[];
  readonly realisation?: Realisation | undefined;
  /** Others were being built: it waits for its turn. */
  readonly waiting?: true | undefined;
}

/** What was asked for. */
export type Asked = Pick<BuildRequest, "uri" | "machine" | "attribute" | "place" | "keepFailed" | "regardless">;

/** A folder that builds fill. */
export type FilledFolder = Pick<BuildFolder, "use" | "path">;

/** How the supervisor calls Nix. */
export interface Realisation {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The claim to drop at the end: `running/<derivation>.<place>`. */
  readonly claim: string;
  /** Those that it fills. */
  readonly folders?: readonly FilledFolder[] | undefined;
  /** When the supervisor was started (epoch ms). */
  readonly launchedAt: number;
  /** How much of the log is kept while Nix runs. */
  readonly log?: LogLimit | undefined;
}

/** `evaluation.json` */
export interface EvaluationResult {
  /** ISO 8601. */
  readonly at: string;
  readonly evaluation?: BuildableEvaluation | undefined;
  readonly problem?: Problem | undefined;
  /** What was found and does not keep the build from starting. */
  readonly warnings?: readonly Problem[] | undefined;
}

/** `process.json` */
export interface SupervisedProcess {
  readonly supervisor: ProcessIdentity;
  readonly nix: ProcessIdentity | undefined;
}

/** `result.json` */
export interface BuildResult {
  readonly code: number | null;
  readonly signal: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** What was free while it ran. */
  readonly space?: Partial<Record<SpaceUse, MeasuredSpace>> | undefined;
  /** Set when Nix could not be started. */
  readonly error?: string | undefined;
}

/** What the small files of a record say, and which of its processes live. */
export interface RecordFacts {
  readonly request: BuildRequest;
  readonly ownerAlive: boolean;
  readonly evaluation?: EvaluationResult | undefined;
  readonly supervised?: SupervisedProcess | undefined;
  readonly supervisorAlive: boolean;
  readonly result?: BuildResult | undefined;
  readonly cancelled: boolean;
  /** The user wants to keep it. */
  readonly pinned: boolean;
  /** The output's store path, when it is there: success needs it. */
  readonly output?: string | undefined;
  readonly signatures?: SignatureReport | undefined;
}

/** The records below a storage folder. */
export class BuildRecords {
  readonly #folder: string;

  constructor(storageDir: string) {
    this.#folder = storageDir;
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

  /** The ids of all records, oldest first: an id begins with its time. */
  async ids(): Promise<string[]> {
    const names = await readdir(path.join(this.#folder, "builds")).catch(() => []);
    return names.filter(name => v.is(recordId, name)).toSorted();
  }

  /** Makes a new record. @throws when the folder cannot be written (full disk, read-only). */
  async create(request: Omit<BuildRequest, "id">): Promise<BuildRequest> {
    const id = `${Date.now().toString(36).padStart(9, "0")}-${randomBytes(4).toString("hex")}`;
    await mkdir(path.join(this.#folder, "builds"), { recursive: true, mode: 0o700 });
    await mkdir(this.folderOf(id), { mode: 0o700 });
    const whole = { ...request, id };
    try {
      await this.write(id, "request", whole);
    } catch (error) {
      // A folder without a request would be a damaged record.
      await this.remove(id).catch(() => undefined);
      throw error;
    }
    return whole;
  }

  async write(id: string, name: keyof typeof recordFiles, value: unknown): Promise<void> {
    await writeWhole(this.fileOf(id, name), value);
  }

  /** Reads a file of a record; undefined when it is absent or does not hold what it should. */
  async read<T>(id: string, name: keyof typeof recordFiles, is: Shape<T>): Promise<T | undefined> {
    return readWhole(this.folderOf(id), recordFiles[name], is);
  }

  /** Asks whoever runs the build to stop it. */
  async requestCancel(id: string): Promise<void> {
    const handle = await open(this.fileOf(id, "cancel"), "a", 0o600);
    await handle.close();
  }

  isCancelRequested(id: string): boolean {
    return existsSync(this.fileOf(id, "cancel"));
  }

  /** Keeps a record when others are pruned, or no longer. */
  async pin(id: string, on: boolean): Promise<void> {
    if (!on) return rm(this.fileOf(id, "keep"), { force: true });
    const handle = await open(this.fileOf(id, "keep"), "a", 0o600);
    await handle.close();
  }

  isPinned(id: string): boolean {
    return existsSync(this.fileOf(id, "keep"));
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
    if (existsSync(this.fileOf(id, "events")) || !existsSync(this.fileOf(id, "archive"))) return;
    await unpack(this.folderOf(id)).catch(() => undefined);
  }

  /** Packs the event stream of a record that has ended. Where that cannot be written, it stays as it is. */
  async pack(id: string, logBytes: number): Promise<void> {
    if (!existsSync(this.fileOf(id, "events"))) return;
    const folder = this.folderOf(id);
    await (existsSync(this.fileOf(id, "archive")) ? drop(folder) : pack(folder, logBytes)).catch(() => undefined);
  }

  /** Drops a record and, with its links, the GC roots that it held. */
  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  /** Reads what there is to know without the event stream; undefined when there is no such record or it cannot be read. */
  async facts(id: string): Promise<RecordFacts | undefined> {
    const request = await this.read(id, "request", isRequest);
    if (request?.id !== id) return undefined;
    // Processes before files: one that ended in between has written its result by then.
    const supervised = await this.read(id, "process", isSupervisedProcess);
    const supervisorAlive = supervised !== undefined && isAlive(supervised.supervisor);
    const ownerAlive = isAlive(request.owner);
    return {
      request,
      ownerAlive,
      supervised,
      supervisorAlive,
      evaluation: await this.read(id, "evaluation", isEvaluationResult),
      result: await this.read(id, "result", isResult),
      cancelled: this.isCancelRequested(id),
      pinned: this.isPinned(id),
      output: await this.#output(id),
      signatures: await this.read(id, "signatures", isSignatureReport),
    };
  }

  async #output(id: string): Promise<string | undefined> {
    const target = await readlink(this.fileOf(id, "output")).catch(() => undefined);
    return target !== undefined && existsSync(target) ? target : undefined;
  }
}
