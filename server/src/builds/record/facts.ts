import { access, readlink } from "node:fs/promises";
import type { SignatureReport } from "../../protocol.ts";
import type { CommandResult, SupervisedProcess } from "../../records/format/schemas.ts";
import { isAlive } from "../../records/processes/identity.ts";
import type { CommandLiveness } from "../../records/processes/liveness.ts";
import type { BuildHost } from "../hosts/host.ts";
import type { BuildHosts } from "../hosts/hosts.ts";
import type { BuildRecords, BuildRequest, DeploymentResult, EvaluationResult } from "./record.ts";

/** What the small files of a record say, and which of its processes live. */
export interface RecordFacts {
  readonly request: BuildRequest;
  /** The server that brings it on its way lives. */
  readonly ownerAlive: boolean;
  readonly evaluation?: EvaluationResult | undefined;
  readonly deployment?: DeploymentResult | undefined;
  readonly supervised?: SupervisedProcess | undefined;
  /** What its host says of its supervisor and of Nix. */
  readonly liveness: CommandLiveness;
  /** Nix was started and has ended, and no supervisor has recorded how: when it last wrote (ISO 8601). */
  readonly abandonedAt?: string | undefined;
  readonly result?: CommandResult | undefined;
  readonly cancelled: boolean;
  /** The user wants to keep it. */
  readonly pinned: boolean;
  /** The output's store path, when it is there: success needs it. */
  readonly output?: string | undefined;
  readonly signatures?: SignatureReport | undefined;
}

/** Reads the facts of builds from their records and asks their hosts what runs. */
export class BuildFacts {
  readonly #records: BuildRecords;
  readonly #hosts: BuildHosts;

  constructor(records: BuildRecords, hosts: BuildHosts) {
    this.#records = records;
    this.#hosts = hosts;
  }

  /** What there is to know without the event stream; undefined when there is no such record or its request cannot be read. */
  async of(id: string): Promise<RecordFacts | undefined> {
    const request = await this.#records.read(id, "request");
    if (request?.id !== id) return undefined;
    const host = this.#hosts.of(request.host);
    await host.sync(id);
    // Processes before files: one that ended in between has written its result by then.
    const liveness = await host.liveness(id, request.command !== undefined);
    const supervised = await this.#records.read(id, "process");
    const result = await this.#records.read(id, "result");
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
      output: await this.#output(id),
      signatures: await this.#records.read(id, "signatures"),
    };
  }

  /** Which processes of a build run, also when its request is damaged. */
  async liveness(id: string): Promise<CommandLiveness> {
    return (await this.hostOf(id)).liveness(id, false);
  }

  /** Whether a record must stay: it keeps what a Nix that runs builds. */
  async isInUse(id: string): Promise<boolean> {
    return (await this.hostOf(id)).isInUse(id);
  }

  /** The host of a build; of one whose request is damaged it is this machine. */
  async hostOf(id: string): Promise<BuildHost> {
    return this.#hosts.of((await this.#records.read(id, "request"))?.host);
  }

  async #output(id: string): Promise<string | undefined> {
    const target = await readlink(this.#records.fileOf(id, "output")).catch(() => undefined);
    if (target === undefined) return undefined;
    return access(target).then(
      () => target,
      () => undefined,
    );
  }
}

/** Whether Nix may have ended without anyone having recorded it. */
function mayBeAbandoned(
  { command }: BuildRequest,
  { supervisor, command: nix, launching }: CommandLiveness,
  result: CommandResult | undefined,
): boolean {
  const isOver = supervisor === "dead" && nix === "dead" && launching !== true;
  return command !== undefined && result === undefined && isOver;
}
