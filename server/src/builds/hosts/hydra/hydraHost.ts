import type { HydraApi } from "../../../hydra/api.ts";
import type { Outcome } from "../../../outcome.ts";
import type { Place } from "../../../protocol.ts";
import type { CommandLiveness } from "../../../records/processes/liveness.ts";
import { pause } from "../../../util/pause.ts";
import type { LogFile } from "../host.ts";
import type { StoreHost } from "../hosts.ts";
import type { Locate } from "./evaluating.ts";
import type { HydraRequest } from "./files.ts";
import { type FollowerClock, HydraFollower, type HydraRecords, type Triggered } from "./follower.ts";
import { StepLogs } from "./logs.ts";
import type { JobOf } from "./problems.ts";

/** What a host on Hydra needs of the records. */
export interface HydraHostRecords extends HydraRecords {
  fileOf(id: string, name: "logs"): string;
  requestCancel(id: string): Promise<void>;
}

/** The parts of a request that following it needs. */
export interface FollowedRequest {
  readonly uri: string;
  readonly startedAt: string;
  readonly place: Place;
  readonly hydra?: HydraRequest | undefined;
}

export interface HydraHostParts {
  readonly records: HydraHostRecords;
  readonly requestOf: (id: string) => Promise<FollowedRequest | undefined>;
  /** The API for an address; undefined while the workspace is not connected to it, or not trusted. */
  readonly api: (url: string) => HydraApi | undefined;
  readonly locate: Locate;
  readonly clock?: FollowerClock | undefined;
}

const systemClock: FollowerClock = { now: () => Date.now(), pause: (ms, signal) => pause(ms, signal, false) };

/** Hydra as the host of builds: nothing of them runs on this machine, and following one starts nothing that following it again would. */
export class HydraHost implements StoreHost {
  readonly #parts: HydraHostParts;
  readonly #followers = new Map<string, HydraFollower>();
  /** Jobset -> the last request for its evaluation. */
  readonly #triggers = new Map<string, { readonly at: number; readonly outcome: Promise<Outcome<Triggered>> }>();
  readonly #logs: StepLogs;
  #isClosed = false;

  constructor(parts: HydraHostParts) {
    this.#parts = parts;
    this.#logs = new StepLogs(parts.records, parts.clock ?? systemClock);
  }

  async launch(id: string): Promise<Outcome<null>> {
    await this.sync(id);
    return { value: null };
  }

  /** Whether Hydra can be asked. What it answers is in the record. */
  async liveness(id: string): Promise<CommandLiveness> {
    const request = await this.#parts.requestOf(id);
    const isKnown = request?.hydra !== undefined && this.#parts.api(request.hydra.url) !== undefined;
    return isKnown ? { supervisor: "alive", command: "alive" } : { supervisor: "unknown", command: "unknown" };
  }

  async isInUse(id: string): Promise<boolean> {
    return this.#followers.has(id) && (await this.#parts.records.read(id, "hydra"))?.end === undefined;
  }

  async requestCancel(id: string): Promise<void> {
    await this.#parts.records.requestCancel(id);
    this.#followers.get(id)?.wake();
  }

  /** Follows a build in the background. */
  async sync(id: string): Promise<void> {
    if (this.#isClosed || this.#followers.has(id)) return;
    const { records, requestOf, api, locate, clock = systemClock } = this.#parts;
    const request = await requestOf(id);
    if (request?.hydra === undefined || request.place.kind !== "hydra" || api(request.hydra.url) === undefined) return;
    if ((await records.read(id, "hydra"))?.end !== undefined || this.#followers.has(id)) return;
    const { uri, place, startedAt } = request;
    const { project, jobset } = place;
    const follower = new HydraFollower(
      id,
      request.hydra,
      { project, jobset, job: request.hydra.job },
      {
        records,
        api,
        clock,
        locate: (error, problem) => locate(uri, error, problem),
        trigger: (found, of, before, signal) => this.#trigger(found, of, before, Date.parse(startedAt), signal),
      },
    );
    this.#followers.set(id, follower);
    void follower.run().finally(() => this.#followers.delete(id));
  }

  async syncLog(id: string, derivation: string): Promise<LogFile | undefined> {
    const url = (await this.#parts.requestOf(id))?.hydra?.url;
    return this.#logs.sync(id, derivation, url === undefined ? undefined : this.#parts.api(url));
  }

  /** Hydra keeps its results itself. */
  keep(): undefined {
    return undefined;
  }

  async release(): Promise<void> {}

  close(): void {
    this.#isClosed = true;
    for (const follower of this.#followers.values()) follower.stop();
  }

  /** Machines that are built together are often jobs of one jobset: what was requested since a build was started is enough for it. */
  #trigger(
    api: HydraApi,
    { project, jobset }: JobOf,
    { checkedBefore }: Triggered,
    startedAt: number,
    signal: AbortSignal,
  ): Promise<Outcome<Triggered>> {
    const key = `${api.url} ${project}:${jobset}`;
    const last = this.#triggers.get(key);
    if (last !== undefined && last.at >= startedAt) return last.outcome;
    const triggered = api.trigger(project, jobset, signal);
    const outcome = triggered.then(each => ("problem" in each ? each : { value: { checkedBefore } }));
    this.#triggers.set(key, { at: Date.now(), outcome });
    return outcome;
  }
}
