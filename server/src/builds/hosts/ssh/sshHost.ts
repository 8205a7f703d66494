import { createHash } from "node:crypto";
import { hostname } from "node:os";
import * as l10n from "@vscode/l10n";
import type { Log } from "../../../logging/log.ts";
import { errorProblem, type Outcome } from "../../../outcome.ts";
import type { Problem } from "../../../protocol.ts";
import type { CommandRequest } from "../../../records/format/schemas.ts";
import { isAlive } from "../../../records/processes/identity.ts";
import { type CommandLiveness, nothingRuns } from "../../../records/processes/liveness.ts";
import { release } from "../../../records/processes/lock.ts";
import { pause } from "../../../util/pause.ts";
import type { BuildHost } from "../host.ts";
import { BuilderAccess, type SshParts } from "./access.ts";
import { type CollectEnd, collect, keepResult, resultOf } from "./collect.ts";
import type { Ended, StoredResult } from "./files.ts";
import { type FollowedRecords, Follower, type Leftover } from "./follower.ts";
import { isLost, scriptProblem } from "./problems.ts";
import type { Releases } from "./releases.ts";

/** What a host on a builder needs of the records. */
export interface RemoteRecords extends Omit<FollowedRecords, "fileOf" | "write"> {
  readonly log: Log;
  readonly folder: string;
  fileOf(id: string, name: "events" | "clock" | "output"): string;
  requestCancel(id: string): Promise<void>;
  write(id: string, name: "process" | "connection" | "stored" | "result", value: unknown): Promise<void>;
}

/** The parts of a request that a builder needs. */
export type RemoteRequest = Pick<CommandRequest, "command"> & {
  readonly fetch?: true | undefined;
  /** The store path of its result, by the evaluation. */
  readonly outPath?: string | undefined;
  /** It could not be started. */
  readonly isRefused: boolean;
};

export interface SshHostParts {
  readonly records: RemoteRecords;
  readonly requestOf: (id: string) => Promise<RemoteRequest | undefined>;
  readonly releases: Releases;
  readonly ssh: SshParts;
}

/** How long starting a build may take, connecting included (ms). */
const startTime = 60_000;

/** How often a start is attempted over a connection that breaks, and the pause between attempts (ms). */
const [startAttempts, startPause] = [3, 2000];

/** A builder on which supervisors run: a detached build continues there while this machine is off. Reached over ssh. */
export class SshHost implements BuildHost {
  readonly #parts: SshHostParts;
  readonly #access: BuilderAccess;
  readonly #client: string;
  readonly #followers = new Map<string, Follower>();
  /** Builds that are being started by this process. */
  readonly #starting = new Set<string>();
  /** Results that are being kept -> why the last attempt failed. */
  readonly #keeping = new Map<string, Problem | undefined>();
  readonly #abort = new AbortController();

  /** @param store the address of its store, with the settings that Nix needs to reach it. */
  constructor(store: string, parts: SshHostParts) {
    this.#parts = parts;
    this.#access = new BuilderAccess(store, parts.ssh);
    this.#client = createHash("sha256").update(`${hostname()}\0${parts.records.folder}`).digest("hex").slice(0, 32);
  }

  async launch(id: string, adopt?: "adopt"): Promise<Outcome<null>> {
    if (adopt !== undefined) return this.#relaunch(id);
    const request = await this.#parts.requestOf(id);
    if (request?.command === undefined)
      return { problem: errorProblem("no-supervisor", l10n.t("There is nothing to start.")) };
    this.#starting.add(id);
    const problem = await this.#start(id, [request.command.file, ...request.command.args]);
    this.#starting.delete(id);
    if (problem === undefined) return { value: null };
    return { problem };
  }

  async liveness(id: string, wasLaunched: boolean): Promise<CommandLiveness> {
    const { records } = this.#parts;
    if (!wasLaunched || (await records.exists(id, "result"))) return nothingRuns;
    if (this.#starting.has(id)) return { ...nothingRuns, launching: true };
    const known = await records.read(id, "connection");
    if (known?.processes === undefined || !isAlive(known.by)) return { supervisor: "unknown", command: "unknown" };
    return known.processes;
  }

  /** A build that has ended has been collected, so nothing of it runs. */
  async isInUse(id: string): Promise<boolean> {
    return this.#followers.has(id) && (await this.#isWanted(id));
  }

  requestCancel(id: string): Promise<void> {
    return this.#parts.records.requestCancel(id);
  }

  /** Follows a build in the background. */
  async sync(id: string, wasLaunched: boolean): Promise<void> {
    const { records } = this.#parts;
    if (!wasLaunched || this.#followers.has(id) || this.#abort.signal.aborted || this.#starting.has(id)) return;
    if (!this.#access.isReady) return;
    if (await records.exists(id, "result")) return;
    const follower = new Follower(id, {
      records,
      access: this.#access,
      isWanted: () => this.#isWanted(id),
      client: this.#client,
      collect: (each, ended, signal) => this.#collect(each, ended, signal),
      removeOthers: builds => this.#removeOthers(builds),
    });
    this.#followers.set(id, follower);
    void follower.run().finally(() => this.#followers.delete(id));
  }

  /**
   * Keeps the result of a build that Nix made in this builder's store, in the background. Its record gets `stored.json`, or a link
   * to the result that was copied here.
   *
   * @returns why the last attempt failed.
   */
  keep(id: string, output: string): Problem | undefined {
    if (!this.#keeping.has(id) && this.#access.isReady) {
      this.#keeping.set(id, undefined);
      void this.#keep(id, output).catch(error => this.#didFail(`keeping the result of ${id}`, error));
    }
    return this.#keeping.get(id);
  }

  /** Removes what a build whose record is being removed has on the builder: now, or when the builder is reached the next time. */
  async release(id: string): Promise<void> {
    await this.#parts.releases.add(id, this.#access.store);
    void this.#remove(id).catch(error => this.#didFail(`removing ${id} on its builder`, error));
  }

  close(): void {
    this.#abort.abort();
    for (const id of this.#followers.keys()) this.#stopFollowing(id);
  }

  async #isWanted(id: string): Promise<boolean> {
    const request = await this.#parts.requestOf(id);
    return request?.command !== undefined && !request.isRefused;
  }

  #stopFollowing(id: string): void {
    this.#followers.get(id)?.stop();
  }

  async #relaunch(id: string): Promise<Outcome<null>> {
    const end = await this.#access.run(["relaunch", id], { timeout: startTime, signal: this.#abort.signal });
    const problem = scriptProblem(end, this.#access.store);
    return problem === undefined ? { value: null } : { problem };
  }

  /** Starting twice does no harm: a connection may break after the builder has started it. */
  async #start(id: string, command: readonly string[]): Promise<Problem | undefined> {
    const args = ["start", id, this.#client, await this.#access.script(), ...command];
    let mayHaveStarted = false;
    for (let attempt = 1; ; attempt++) {
      const end = await this.#access.run(args, { timeout: startTime, signal: this.#abort.signal });
      const problem = scriptProblem(end, this.#access.store);
      mayHaveStarted ||= isLost(end);
      if (problem === undefined) return undefined;
      if (!isLost(end) || attempt === startAttempts || (await this.#parts.records.isCancelRequested(id))) {
        if (mayHaveStarted) await this.release(id);
        return problem;
      }
      await pause(startPause, this.#abort.signal, false);
    }
  }

  async #collect(id: string, ended: Ended, signal: AbortSignal): Promise<Problem | undefined> {
    const { records, requestOf } = this.#parts;
    const { output: _, ...result } = ended;
    const request = await requestOf(id);
    const output = resultOf(ended, request?.outPath);
    const end = await collect(this.#access, id, output, this.#plan(id, request), signal);
    if ("again" in end) return end.again;
    await this.#record(id, end);
    await records.write(id, "result", result);
    if (request?.command !== undefined) release(request.command.lock, id);
    return undefined;
  }

  async #keep(id: string, output: string): Promise<void> {
    const { signal } = this.#abort;
    const plan = this.#plan(id, await this.#parts.requestOf(id));
    for (;;) {
      const end = await keepResult(this.#access, id, this.#client, output, plan, signal);
      if (!("again" in end)) return this.#record(id, end);
      this.#keeping.set(id, end.again);
      await pause(startPause, signal, false);
      if (signal.aborted) return;
    }
  }

  #plan(id: string, request: RemoteRequest | undefined): { readonly root: string; readonly fetch: boolean } {
    return { root: this.#parts.records.fileOf(id, "output"), fetch: request?.fetch === true };
  }

  async #record(id: string, { stored }: Exclude<CollectEnd, { again: Problem }>): Promise<void> {
    if (stored !== undefined) await this.#parts.records.write(id, "stored", stored satisfies StoredResult);
  }

  /** Removes those whose records were removed here. */
  async #removeOthers(builds: readonly Leftover[]): Promise<readonly Leftover[]> {
    const released = new Set(await this.#parts.releases.of(this.#access.store));
    for (const id of released) await this.#remove(id);
    const left = builds.filter(({ id }) => !released.has(id));
    if (left.length > 0)
      this.#parts.records.log.warning(
        `On ${this.#access.store} are builds without a record here: ${left.map(({ id }) => id).join(" ")}`,
      );
    return left;
  }

  async #remove(id: string): Promise<void> {
    const end = await this.#access.run(["remove", id], { timeout: startTime, signal: this.#abort.signal });
    if (scriptProblem(end, this.#access.store) === undefined) await this.#parts.releases.done(id);
  }

  #didFail(what: string, error: unknown): void {
    this.#parts.records.log.warning(`Failed: ${what}`, error);
  }
}
