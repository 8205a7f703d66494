import { existsSync } from "node:fs";
import { readGraph } from "../../nix/derivations/graph.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import type { Outcome } from "../../outcome.ts";
import type { Batch, BuildParams, Problem } from "../../protocol.ts";
import { identify, isProcessAlive, nameOfProcess } from "../../records/processes/identity.ts";
import { acquire, release } from "../../records/processes/lock.ts";
import { exists } from "../../storage/exists.ts";
import { AttemptLimit } from "../../util/backoff.ts";
import { Slots } from "../../util/slots.ts";
import { emulation } from "../checks/emulation.ts";
import { withExpected } from "../checks/expected.ts";
import { longBuilds } from "../checks/longBuilds.ts";
import { preflight } from "../checks/preflight.ts";
import { refusedDownloads } from "../checks/refusedDownloads.ts";
import { shortOfSpace } from "../checks/shortOfSpace.ts";
import type { Estimator } from "../estimate/estimator.ts";
import { type HydraRequest, hydraHostName } from "../hosts/hydra/files.ts";
import type { BuildFacts } from "../record/facts.ts";
import type { BuildRecords, BuildRequest } from "../record/record.ts";
import { isOrphaned } from "../summary/state.ts";
import { cancelled } from "./cancelled.ts";
import { foldersOf } from "./earlierSpace.ts";
import { EvaluationRecords } from "./evaluationRecords.ts";
import { Launcher } from "./launcher.ts";
import { notRecorded } from "./notRecorded.ts";
import type { BuildPorts, EvaluationOutcome } from "./ports.ts";
import { defaultPlace } from "./realisation.ts";
import { evaluateTogether } from "./sharedEvaluation.ts";

/** Delays between attempts to have a running Nix adopted (ms). */
const adoptionPauses = { first: 1000, longest: 60_000 };

let runners = 0;

/** A build to start, possibly as part of a batch. `hydra`: what to follow there, if that is its place. */
export type NewBuild = BuildParams & { readonly batch?: Batch | undefined; readonly hydra?: HydraRequest | undefined };

/** What starting builds needs. */
export interface RunnerParts {
  readonly records: BuildRecords;
  readonly facts: BuildFacts;
  readonly ports: BuildPorts;
  readonly estimator: Estimator;
}

/**
 * Starts a build: writes the record, evaluates, takes the lock, launches the supervisor. Progress is then read from the record.
 */
export class BuildRunner {
  /** Distinguishes several runners in one process, so that two never resume the same build. */
  readonly #part = runners++;
  readonly #records: BuildRecords;
  readonly #facts: BuildFacts;
  readonly #ports: BuildPorts;
  readonly #evaluating = new Map<string, AbortController>();
  /** Builds whose network is being checked for Morph. */
  readonly #checking = new Map<string, AbortController>();
  readonly #slots: Slots;
  /** When another supervisor may be started for a build. */
  readonly #adoptions = new AttemptLimit(adoptionPauses);
  readonly #estimator: Estimator;
  readonly #launcher: Launcher;
  readonly #evaluations: EvaluationRecords;
  readonly #didCheck: (id: string) => void;

  /** @param didCheck called when Morph's verdict has been recorded, possibly after the build has ended. */
  constructor({ records, facts, ports, estimator }: RunnerParts, didCheck: (id: string) => void) {
    this.#records = records;
    this.#facts = facts;
    this.#ports = ports;
    this.#estimator = estimator;
    this.#launcher = new Launcher(records, facts);
    this.#evaluations = new EvaluationRecords(records);
    this.#didCheck = didCheck;
    this.#slots = new Slots(() => ports.maxBuilds());
  }

  /** Records a build and starts it. Problem: `not-recorded`. */
  async start(params: NewBuild): Promise<Outcome<BuildRequest>> {
    // Hydra has a queue of its own, and its host follows what is recorded.
    if (params.hydra !== undefined) return this.#record(params);
    const recorded = await this.#record(params, this.#slots.isFull ? true : undefined);
    if ("value" in recorded) void this.#begin(recorded.value, new AbortController());
    return recorded;
  }

  /**
   * The same for several machines of a network, which are evaluated together before they wait for a slot. If one cannot be
   * recorded, none is started.
   */
  async startTogether(uri: string, builds: readonly NewBuild[]): Promise<Outcome<readonly BuildRequest[]>> {
    const requests: BuildRequest[] = [];
    for (const params of builds) {
      const recorded = await this.#record(params);
      if ("value" in recorded) requests.push(recorded.value);
      else {
        for (const { id } of requests) await this.#records.remove(id);
        return recorded;
      }
    }
    const here = requests.filter(({ hydra }) => hydra === undefined);
    if (here.length === 0) return { value: requests };
    const started = here.map(request => ({ request, abort: new AbortController() }));
    const evaluations = evaluateTogether(
      this.#ports,
      uri,
      started.map(({ request: { id, machine }, abort: { signal } }) => {
        return { machine, root: this.#records.fileOf(id, "drv"), signal };
      }),
    );
    for (const { request, abort } of started) void this.#begin(request, abort, evaluations.get(request.machine));
    return { value: requests };
  }

  async #record(params: NewBuild, waiting?: true): Promise<Outcome<BuildRequest>> {
    const owner = identify(process.pid);
    if (owner === undefined) return { problem: notRecorded("") };
    try {
      const request = await this.#records.create({
        uri: params.uri,
        machine: params.machine,
        attribute: params.attribute,
        batch: params.batch,
        place: params.place ?? defaultPlace,
        detached: params.detached,
        fetch: params.fetch,
        fromCache: params.fromCache,
        keepFailed: params.keepFailed,
        regardless: params.regardless,
        startedAt: new Date().toISOString(),
        owner,
        environment: this.#ports.environment(),
        waiting,
        hydra: params.hydra,
        host: params.hydra && hydraHostName,
      });
      return { value: request };
    } catch (error) {
      return { problem: notRecorded(String(error)) };
    }
  }

  /**
   * Resumes an orphaned build: evaluates it unless that was done, and builds it. If several servers try, only one resumes it.
   */
  async resume(id: string): Promise<void> {
    const owner = identify(process.pid);
    if (owner === undefined || this.#evaluating.has(id)) return;
    const folder = this.#records.lockOf(`${id}.resume`);
    const name = nameOfProcess(owner, this.#part);
    if ((await acquire(folder, name, async other => isProcessAlive(other))) !== undefined) return;
    try {
      const facts = await this.#facts.of(id);
      if (facts === undefined || !isOrphaned(facts, Date.now())) return;
      const waiting = this.#slots.isFull ? (true as const) : undefined;
      const request = { ...facts.request, owner, command: undefined, waiting };
      await this.#records.write(id, "request", request);
      const { evaluation } = facts.evaluation ?? {};
      const isEvaluated = evaluation !== undefined && (await exists(evaluation.drvPath));
      void this.#begin(
        request,
        new AbortController(),
        isEvaluated ? Promise.resolve({ value: evaluation }) : undefined,
      );
    } finally {
      release(folder, name);
    }
  }

  /** Cancels running evaluations of a build that this runner has started. */
  abort(id: string): void {
    this.#evaluating.get(id)?.abort();
    this.#checking.get(id)?.abort();
  }

  /** A build has ended: releases its slot for the next one. */
  ended(id: string): void {
    this.#adoptions.forget(id);
    this.#slots.release(id);
  }

  /** @param evaluation set if it is evaluated before it gets a slot: together with others, or by an earlier server. */
  async #begin(request: BuildRequest, abort: AbortController, evaluation?: Promise<EvaluationOutcome>): Promise<void> {
    this.#evaluating.set(request.id, abort);
    await this.#run(request, abort, evaluation);
    this.#evaluating.delete(request.id);
  }

  async #run(asked: BuildRequest, abort: AbortController, early?: Promise<EvaluationOutcome>): Promise<void> {
    const { id } = asked;
    const { signal } = abort;
    try {
      const turn = this.#slots.take(id, signal);
      const known = early && (await this.#evaluations.take(id, early));
      // Leaves the queue for a slot.
      if (early !== undefined && known === undefined) return abort.abort();
      if (!(await turn)) return await this.#evaluations.write(id, { evaluation: known, problem: cancelled() });
      const request = { ...asked, waiting: undefined };
      if (asked.waiting === true) await this.#records.write(id, "request", request);
      const drv = this.#records.fileOf(id, "drv");
      const evaluation = known ?? (await this.#evaluations.take(id, this.#ports.evaluate(asked, drv, signal)));
      if (evaluation === undefined) return;
      if (signal.aborted) return await this.#evaluations.write(id, { evaluation, problem: cancelled() });
      void this.#checkDeployment(request, evaluation);
      const problem = await this.#checkAndRealise(request, evaluation, signal);
      if (problem !== undefined) await this.#evaluations.write(id, { evaluation, problem });
    } catch (error) {
      this.#records.log.error(`Giving up ${id}`, error);
      await this.#evaluations.writeEventually(id, { problem: notRecorded(String(error)) });
    }
  }

  /** Checks whether Morph would deploy it and records the verdict. The build does not wait for this. */
  async #checkDeployment(request: BuildRequest, evaluation: BuildableEvaluation): Promise<void> {
    const { id } = request;
    const abort = new AbortController();
    this.#checking.set(id, abort);
    try {
      const deployment = await this.#ports.deployment(request, evaluation, abort.signal);
      if (deployment === undefined || !existsSync(this.#records.folderOf(id))) return;
      await this.#records.write(id, "deployment", { at: new Date().toISOString(), ...deployment });
      this.#didCheck(id);
    } catch {
      // It cannot be written because the disk is full, which the build itself reports.
    } finally {
      this.#checking.delete(id);
    }
  }

  /** Checks the plan and has it realised. */
  async #checkAndRealise(
    request: BuildRequest,
    evaluation: BuildableEvaluation,
    signal: AbortSignal,
  ): Promise<Problem | undefined> {
    const builders = await this.#ports.buildersWith(evaluation.nixConfig);
    const planned = withExpected(await readGraph(evaluation.plan.build), builders, request.place);
    const graph = request.fromCache === true ? [] : planned;
    await this.#records.write(request.id, "graph", graph);
    this.#ports.didPlan(request, evaluation, planned);
    const refusal = request.regardless ? undefined : preflight(graph, builders, request);
    if (refusal !== undefined) return refusal;
    const call = await this.#ports.realisation(request, evaluation, this.#records.fileOf(request.id, "output"), signal);
    if ("problem" in call) return call.problem;
    const folders = await foldersOf(this.#records, request, call.value.folders);
    const warnings = [
      longBuilds(graph, builders, request.place, await this.#estimator.durations()),
      shortOfSpace(evaluation.plan, folders),
      emulation(graph, builders, request.place),
      request.fromCache === true ? undefined : refusedDownloads(evaluation.plan),
    ].filter(warning => warning !== undefined);
    if (warnings.length > 0) await this.#evaluations.write(request.id, { evaluation, warnings });
    return this.#launcher.realise(request, evaluation, call.value, this.#ports.limits().logBytes);
  }

  /**
   * Starts a supervisor that adopts a running Nix whose supervisor was killed. If several servers try, they do so one at a time,
   * and only one supervisor serves the record.
   */
  async adopt(id: string): Promise<void> {
    const owner = identify(process.pid);
    if (owner === undefined || !this.#adoptions.take(id, Date.now())) return;
    const folder = this.#records.lockOf(`${id}.resume`);
    const name = nameOfProcess(owner, this.#part);
    if ((await acquire(folder, name, async other => isProcessAlive(other))) !== undefined) return;
    try {
      await this.#launcher.adopt(id);
    } finally {
      release(folder, name);
    }
  }
}
