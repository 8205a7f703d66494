import { readlink } from "node:fs/promises";
import type { Problem, SignatureReport } from "../../protocol.ts";
import type { CommandResult, SupervisedProcess } from "../../records/format/schemas.ts";
import { isAlive } from "../../records/processes/identity.ts";
import type { CommandLiveness } from "../../records/processes/liveness.ts";
import { exists } from "../../storage/exists.ts";
import type { BuildHost } from "../hosts/host.ts";
import type { BuildHosts } from "../hosts/hosts.ts";
import type { HydraProgress } from "../hosts/hydra/files.ts";
import type { Connection, StoredResult } from "../hosts/ssh/files.ts";
import type { BuildRecords, BuildRequest, DeploymentResult, EvaluationResult } from "./record.ts";

/** The content of a record's small files, and which of its processes are alive. */
export interface RecordFacts {
  readonly request: BuildRequest;
  /** Whether the server that starts it is alive. */
  readonly ownerAlive: boolean;
  readonly evaluation?: EvaluationResult | undefined;
  readonly deployment?: DeploymentResult | undefined;
  readonly supervised?: SupervisedProcess | undefined;
  /** Whether its supervisor and Nix are running, according to its host. */
  readonly liveness: CommandLiveness;
  /** Set if Nix has ended but no supervisor recorded how: when it last wrote output (ISO 8601). */
  readonly abandonedAt?: string | undefined;
  readonly result?: CommandResult | undefined;
  readonly cancelled: boolean;
  /** Whether the user has pinned it. */
  readonly pinned: boolean;
  /** The output's store path, if it exists, here or in the builder's store; success requires it. */
  readonly output?: string | undefined;
  /** Set if the output stays in a builder's store. */
  readonly stored?: StoredResult | undefined;
  /** What is known of its builder by the server that follows it there. */
  readonly connection?: Connection | undefined;
  readonly signatures?: SignatureReport | undefined;
  /** What is known of a build on Hydra. */
  readonly hydra?: HydraProgress | undefined;
}

/** Reads the facts of builds from their records, and asks their hosts which processes are running. */
export class BuildFacts {
  readonly #records: BuildRecords;
  readonly #hosts: BuildHosts;

  constructor(records: BuildRecords, hosts: BuildHosts) {
    this.#records = records;
    this.#hosts = hosts;
  }

  /** Everything except the event stream; undefined when there is no such record or its request cannot be read. */
  async of(id: string): Promise<RecordFacts | undefined> {
    const request = await this.#records.read(id, "request");
    if (request?.id !== id) return undefined;
    const host = this.#hosts.of(request.host);
    await host.sync(id, request.command !== undefined);
    // Processes before files: one that ends in between has written its result by the time the files are read.
    const liveness = await host.liveness(id, request.command !== undefined);
    const supervised = await this.#records.read(id, "process");
    const result = await this.#records.read(id, "result");
    const isElsewhere = request.store !== undefined;
    const stored = isElsewhere ? await this.#records.read(id, "stored") : undefined;
    return {
      request,
      ownerAlive: isAlive(request.owner),
      supervised,
      liveness,
      result,
      abandonedAt: mayBeAbandoned(request, liveness, result)
        ? await this.#records.abandonedAt(id, supervised?.command !== undefined)
        : undefined,
      evaluation: await this.#records.read(id, "evaluation"),
      deployment: await this.#records.read(id, "deployment"),
      cancelled: await this.#records.isCancelRequested(id),
      pinned: await this.#records.isPinned(id),
      output: stored?.output ?? (await this.#output(id)),
      stored,
      connection: isElsewhere ? await this.#records.read(id, "connection") : undefined,
      signatures: await this.#records.read(id, "signatures"),
      hydra: request.hydra && (await this.#records.read(id, "hydra")),
    };
  }

  /** Which processes of a build are running, even if its request is damaged. */
  async liveness(id: string): Promise<CommandLiveness> {
    return (await this.hostOf(id)).liveness(id, false);
  }

  /** Whether a record must not be removed: it holds the output of a running Nix. */
  async isInUse(id: string): Promise<boolean> {
    return (await this.hostOf(id)).isInUse(id);
  }

  /** The host of a build; this machine if its request is damaged. */
  async hostOf(id: string): Promise<BuildHost> {
    return this.#hosts.of((await this.#records.read(id, "request"))?.host);
  }

  /**
   * Keeps the result of a build that Nix made in a builder's store, in the background. Returns why the last attempt failed: the
   * builder cannot be reached.
   */
  keepResult({ request, evaluation }: RecordFacts): Problem | undefined {
    const host = request.store === undefined ? undefined : this.#hosts.store(request.store);
    return evaluation?.evaluation && host?.keep(request.id, evaluation.evaluation.outPath);
  }

  /** The record is about to be removed: removes what the build has on its builder. @throws when that cannot be noted. */
  async release(id: string): Promise<void> {
    const request = await this.#records.read(id, "request");
    if (request?.store === undefined || request.command === undefined) return;
    const hasResult = (await this.#records.read(id, "stored")) !== undefined;
    const isCollected = await this.#records.exists(id, "result");
    if (hasResult || !isCollected) await this.#hosts.store(request.store)?.release(id);
  }

  async #output(id: string): Promise<string | undefined> {
    const target = await readlink(this.#records.fileOf(id, "output")).catch(() => undefined);
    if (target === undefined) return undefined;
    return (await exists(target)) ? target : undefined;
  }
}

/** Whether Nix may have ended without a record of it. */
function mayBeAbandoned(
  { command }: BuildRequest,
  { supervisor, command: nix, launching }: CommandLiveness,
  result: CommandResult | undefined,
): boolean {
  const isOver = supervisor === "dead" && nix === "dead" && launching !== true;
  return command !== undefined && result === undefined && isOver;
}
