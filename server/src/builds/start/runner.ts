import { existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { t } from "@vscode/l10n";
import { nameOfStorePath } from "../../common/storePath.ts";
import { readGraph } from "../../nix/derivations/graph.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import { type BuildParams, finalStates, type Problem } from "../../protocol.ts";
import { logLimit } from "../../records/log/limit.ts";
import { identify, isProcessAlive, nameOfProcess } from "../../records/processes/identity.ts";
import { acquire, release } from "../../records/processes/lock.ts";
import { Slots } from "../../util/slots.ts";
import { longBuilds } from "../checks/longBuilds.ts";
import { preflight } from "../checks/preflight.ts";
import { shortOfSpace } from "../checks/shortOfSpace.ts";
import type { Estimator } from "../estimate/estimator.ts";
import type { BuildFacts } from "../record/facts.ts";
import type { BuildRecords, BuildRequest, EvaluationResult } from "../record/record.ts";
import { hasNixStarted, isOrphaned, isUnsupervised, stateOf } from "../summary/state.ts";
import { cancelled } from "./cancelled.ts";
import { foldersOf } from "./earlierSpace.ts";
import type { BuildPorts, NixCall } from "./ports.ts";
import { defaultPlace, placeKey } from "./realisation.ts";
import { evaluateTogether } from "./sharedEvaluation.ts";

/** What cannot be written, because the disk is full, is tried again this often (ms). */
const retry = 1000;

/** A supervisor that is killed before it starts Nix is started again, up to this many times in all. */
const maxLaunches = 3;

/** How often it is looked whether a supervisor that was launched has started Nix (ms). */
const arrival = 100;

/** Between two attempts to have a Nix adopted: at first, and at most (ms). */
const [firstPause, maxPause] = [1000, 60_000];

let runners = 0;

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
  /** Tells it from others of the same process, so that two never resume the same build. */
  readonly #part = runners++;
  readonly #records: BuildRecords;
  readonly #facts: BuildFacts;
  readonly #ports: BuildPorts;
  readonly #evaluating = new Map<string, AbortController>();
  /** Builds whose network is looked at for Morph. */
  readonly #checking = new Map<string, AbortController>();
  readonly #slots: Slots;
  /** Build -> when another supervisor may be started for it (epoch ms), and how long to wait after that (ms). */
  readonly #adoptions = new Map<string, { readonly next: number; readonly pause: number }>();
  readonly #estimator: Estimator;
  readonly #didCheck: (id: string) => void;

  /** @param didCheck is called when a record has got what Morph would say, perhaps after the build has ended. */
  constructor({ records, facts, ports, estimator }: RunnerParts, didCheck: (id: string) => void) {
    this.#records = records;
    this.#facts = facts;
    this.#ports = ports;
    this.#estimator = estimator;
    this.#didCheck = didCheck;
    this.#slots = new Slots(() => ports.maxBuilds());
  }

  /** Records a build and brings it on its way. Problem: `not-recorded`. */
  async start(params: BuildParams): Promise<Outcome<BuildRequest>> {
    const recorded = await this.#record(params, this.#slots.isFull ? true : undefined);
    if ("value" in recorded) void this.#begin(recorded.value, new AbortController());
    return recorded;
  }

  /**
   * The same for several machines of a network, which are evaluated together before any of them takes its turn. Where one cannot
   * be recorded none is started.
   */
  async startTogether(uri: string, builds: readonly BuildParams[]): Promise<Outcome<readonly BuildRequest[]>> {
    const requests: BuildRequest[] = [];
    for (const params of builds) {
      const recorded = await this.#record(params);
      if ("value" in recorded) requests.push(recorded.value);
      else {
        for (const { id } of requests) await this.#records.remove(id);
        return recorded;
      }
    }
    const started = requests.map(request => ({ request, abort: new AbortController() }));
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

  async #record(params: BuildParams, waiting?: true): Promise<Outcome<BuildRequest>> {
    const owner = identify(process.pid);
    if (owner === undefined) return { problem: notRecorded("") };
    try {
      const request = await this.#records.create({
        uri: params.uri,
        machine: params.machine,
        attribute: params.attribute,
        place: params.place ?? defaultPlace,
        keepFailed: params.keepFailed,
        regardless: params.regardless,
        startedAt: new Date().toISOString(),
        owner,
        environment: this.#ports.environment(),
        waiting,
      });
      return { value: request };
    } catch (error) {
      return { problem: notRecorded(String(error)) };
    }
  }

  /**
   * Takes up a build that nobody brings on its way any more: evaluates it where that was not done, and builds it. Of several
   * servers that try, one does it.
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
      const isThere = evaluation !== undefined && (await exists(evaluation.drvPath));
      void this.#begin(request, new AbortController(), isThere ? Promise.resolve({ value: evaluation }) : undefined);
    } finally {
      release(folder, name);
    }
  }

  /** Stops the evaluations of a build, if it is ours and they have not ended. */
  abort(id: string): void {
    this.#evaluating.get(id)?.abort();
    this.#checking.get(id)?.abort();
  }

  /** A build has ended: the next one may begin. */
  ended(id: string): void {
    this.#adoptions.delete(id);
    this.#slots.release(id);
  }

  /** @param evaluation what is evaluated without its turn: together with others, or by an earlier server. */
  async #begin(
    request: BuildRequest,
    abort: AbortController,
    evaluation?: Promise<Outcome<BuildableEvaluation>>,
  ): Promise<void> {
    this.#evaluating.set(request.id, abort);
    await this.#run(request, abort, evaluation);
    this.#evaluating.delete(request.id);
  }

  async #run(
    asked: BuildRequest,
    abort: AbortController,
    early?: Promise<Outcome<BuildableEvaluation>>,
  ): Promise<void> {
    const { id } = asked;
    const { signal } = abort;
    try {
      const turn = this.#slots.take(id, signal);
      const known = early && (await this.#evaluated(id, early));
      // It leaves the queue.
      if (early !== undefined && known === undefined) return abort.abort();
      if (!(await turn)) return await this.#recordEvaluation(id, { evaluation: known, problem: cancelled() });
      const request = { ...asked, waiting: undefined };
      if (asked.waiting === true) await this.#records.write(id, "request", request);
      const drv = this.#records.fileOf(id, "drv");
      const evaluation = known ?? (await this.#evaluated(id, this.#ports.evaluate(asked, drv, signal)));
      if (evaluation === undefined) return;
      if (signal.aborted) return await this.#recordEvaluation(id, { evaluation, problem: cancelled() });
      void this.#checkDeployment(request, evaluation);
      const problem = await this.#checkAndRealise(request, evaluation);
      if (problem !== undefined) await this.#recordEvaluation(id, { evaluation, problem });
    } catch (error) {
      this.#records.log.error(`${id} was given up`, error);
      await this.#recordEvaluationEventually(id, { problem: notRecorded(String(error)) });
    }
  }

  /** Records what came of an evaluation; undefined: a problem. */
  async #evaluated(
    id: string,
    outcome: Promise<Outcome<BuildableEvaluation>>,
  ): Promise<BuildableEvaluation | undefined> {
    const result = await outcome;
    if ("problem" in result) await this.#recordEvaluation(id, { problem: result.problem });
    else await this.#recordEvaluation(id, { evaluation: result.value });
    return "problem" in result ? undefined : result.value;
  }

  /** Finds out whether Morph would deploy it, and records that. The build does not wait for it. */
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
      // It cannot be recorded, because the disk is full: the build's own files say so.
    } finally {
      this.#checking.delete(id);
    }
  }

  /** Looks the plan through and has it realised. */
  async #checkAndRealise(request: BuildRequest, evaluation: BuildableEvaluation): Promise<Problem | undefined> {
    const graph = await readGraph(evaluation.plan.build);
    await this.#records.write(request.id, "graph", graph);
    this.#ports.didPlan(request, evaluation, graph);
    const builders = await this.#ports.buildersWith(evaluation.nixConfig);
    const refusal = request.regardless ? undefined : preflight(graph, builders, request);
    if (refusal !== undefined) return refusal;
    const call = await this.#ports.realisation(request, evaluation, this.#records.fileOf(request.id, "output"));
    if ("problem" in call) return call.problem;
    const folders = await foldersOf(this.#records, request, call.value.folders);
    const warnings = [
      longBuilds(graph, builders, request.place, await this.#estimator.durations()),
      shortOfSpace(evaluation.plan, folders),
    ].filter(warning => warning !== undefined);
    if (warnings.length > 0) await this.#recordEvaluation(request.id, { evaluation, warnings });
    return this.#realise(request, evaluation, call.value);
  }

  /** The same, however long a full disk makes it wait; not for a record that is gone. */
  async #recordEvaluationEventually(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    while (existsSync(this.#records.folderOf(id)))
      try {
        return await this.#recordEvaluation(id, result);
      } catch (error) {
        this.#records.log.warning(`What evaluating ${id} gave is not recorded yet`, error);
        await sleep(retry, undefined, { ref: false });
      }
  }

  #recordEvaluation(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    return this.#records.write(id, "evaluation", { at: new Date().toISOString(), ...result });
  }

  async #realise(request: BuildRequest, evaluation: BuildableEvaluation, call: NixCall): Promise<Problem | undefined> {
    const { id } = request;
    const hash = evaluation.drvPath.slice(evaluation.drvPath.lastIndexOf("/") + 1).slice(0, 32);
    const lock = this.#records.lockOf(`${hash}.${placeKey(request.place)}`);
    const holder = await acquire(lock, id, other => this.#isRunning(other));
    if (holder !== undefined) return alreadyBuilding(evaluation);
    const log = logLimit(this.#ports.limits().logBytes);
    const command = { ...call, lock, launchedAt: Date.now(), log };
    await this.#records.write(id, "request", { ...request, command });
    return this.#launch(id);
  }

  /** Starts the supervisor, and another where it was killed before it started Nix. */
  async #launch(id: string): Promise<Problem | undefined> {
    const host = await this.#facts.hostOf(id);
    for (let attempt = 0; attempt < maxLaunches; attempt++) {
      const launched = await host.launch(id);
      if ("problem" in launched) return launched.problem;
      if (await this.#hasStarted(id)) return undefined;
    }
    return errorProblem(
      "no-supervisor",
      t(
        "The build could not be started: the process that supervises it was killed {0} times. Build again.",
        maxLaunches,
      ),
    );
  }

  /**
   * Waits until the supervisor that was launched has started Nix, or is not to. False: it was killed before. Where processes cannot
   * be listed, a supervisor that does not live is not missed.
   */
  async #hasStarted(id: string): Promise<boolean> {
    for (;;) {
      const facts = await this.#facts.of(id);
      if (facts === undefined || facts.cancelled || hasNixStarted(facts)) return true;
      const { supervisor, launching } = facts.liveness;
      if (supervisor !== "alive" && launching !== true) return launching === undefined;
      await sleep(arrival, undefined, { ref: false });
    }
  }

  /**
   * Starts a supervisor for a Nix whose own was killed. Of several servers that try, one does it at a time, and of several
   * supervisors one serves the record.
   */
  async adopt(id: string): Promise<void> {
    const owner = identify(process.pid);
    const { next = 0, pause = firstPause } = this.#adoptions.get(id) ?? {};
    if (owner === undefined || Date.now() < next) return;
    this.#adoptions.set(id, { next: Date.now() + pause, pause: Math.min(2 * pause, maxPause) });
    const folder = this.#records.lockOf(`${id}.resume`);
    const name = nameOfProcess(owner, this.#part);
    if ((await acquire(folder, name, async other => isProcessAlive(other))) !== undefined) return;
    try {
      const host = await this.#facts.hostOf(id);
      const liveness = await host.liveness(id, true);
      const result = await this.#records.read(id, "result");
      if (isUnsupervised({ liveness, result })) await host.launch(id, "adopt");
    } finally {
      release(folder, name);
    }
  }

  async #isRunning(id: string): Promise<boolean> {
    const facts = await this.#facts.of(id);
    return facts !== undefined && !finalStates.has(stateOf(facts, Date.now()));
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function alreadyBuilding({ drvPath }: BuildableEvaluation): Problem {
  return errorProblem(
    "already-building",
    t(
      "{0} is being built at the same place already: by another window, or for another machine that is the same.",
      nameOfStorePath(drvPath),
    ),
  );
}

/** A record that cannot be written. */
export function notRecorded(detail: string): Problem {
  return errorProblem(
    "not-recorded",
    t("The build cannot be recorded. Check that the storage folder can be written and the disk is not full."),
    detail,
  );
}
