import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { t } from "@vscode/l10n";
import { readGraph } from "../nix/derivationGraph.ts";
import { errorProblem, type Outcome } from "../outcome.ts";
import { type BuildParams, type Evaluation, finalStates, type Problem } from "../protocol.ts";
import { claim, release } from "./claim.ts";
import { preflight } from "./preflight.ts";
import { identify, isProcessAlive, nameOfProcess } from "./processIdentity.ts";
import { placeKey } from "./realisation.ts";
import type { BuildRecords, BuildRequest, EvaluationResult } from "./record.ts";
import { Slots } from "./slots.ts";
import { nameOfStorePath } from "./storePath.ts";
import { isOrphaned, stateOf } from "./summary.ts";
import { type BuildWorld, defaultPlace } from "./world.ts";

/** What cannot be written, because the disk is full, is tried again this often (ms). */
const retry = 1000;

/** Brings builds on their way: record, evaluation, claim, supervisor. From there on the record tells how it goes. */
export class BuildRunner {
  readonly #records: BuildRecords;
  readonly #world: BuildWorld;
  readonly #evaluating = new Map<string, AbortController>();
  readonly #slots: Slots;

  constructor(records: BuildRecords, world: BuildWorld) {
    this.#records = records;
    this.#world = world;
    this.#slots = new Slots(() => world.maxBuilds());
  }

  /**
   * Records a build and gives its id at once; `done` ends when it has been evaluated and its supervisor runs. Problem:
   * `not-recorded`.
   */
  async start(params: BuildParams): Promise<Outcome<{ readonly id: string; readonly done: Promise<void> }>> {
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
        environment: this.#world.environment(),
        waiting: this.#slots.isFull ? true : undefined,
      });
      return { value: { id: request.id, done: this.#begin(request) } };
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
    const folder = this.#records.claimOf(`${id}.resume`);
    const name = nameOfProcess(owner);
    if ((await claim(folder, name, async other => isProcessAlive(other))) !== undefined) return;
    try {
      const facts = await this.#records.facts(id);
      if (facts === undefined || !isOrphaned(facts, Date.now())) return;
      const waiting = this.#slots.isFull ? (true as const) : undefined;
      const request = { ...facts.request, owner, realisation: undefined, waiting };
      await this.#records.write(id, "request", request);
      void this.#begin(request, facts.evaluation?.evaluation);
    } finally {
      release(folder, name);
    }
  }

  /** Stops the evaluation of a build, if it is ours and has not ended. */
  abort(id: string): void {
    this.#evaluating.get(id)?.abort();
  }

  /** A build has ended: the next one may begin. */
  ended(id: string): void {
    this.#slots.release(id);
  }

  /** @param known what an earlier server has evaluated. */
  async #begin(request: BuildRequest, known?: Evaluation): Promise<void> {
    const abort = new AbortController();
    this.#evaluating.set(request.id, abort);
    await this.#run(request, abort.signal, known);
    this.#evaluating.delete(request.id);
  }

  async #run(waiting: BuildRequest, signal: AbortSignal, known: Evaluation | undefined): Promise<void> {
    const { id } = waiting;
    const params: BuildParams = waiting;
    try {
      if (!(await this.#slots.take(id, signal))) return await this.#finish(id, { problem: cancelled() });
      const request = { ...waiting, waiting: undefined };
      if (waiting.waiting === true) await this.#records.write(id, "request", request);
      const evaluated = await this.#evaluate(id, params, signal, known);
      if ("problem" in evaluated) return await this.#finish(id, { problem: evaluated.problem });
      const evaluation = evaluated.value;
      await this.#finish(id, { evaluation });
      if (signal.aborted) return await this.#finish(id, { evaluation, problem: cancelled() });
      const graph = await readGraph(evaluation.plan.build);
      await this.#records.write(id, "graph", graph);
      const refusal = request.regardless ? undefined : preflight(graph, this.#world.builders(), request);
      const problem = refusal ?? (await this.#realise(request, params, evaluation));
      if (problem !== undefined) await this.#finish(id, { evaluation, problem });
    } catch (error) {
      await this.#finishSometime(id, { problem: notRecorded(String(error)) });
    }
  }

  /** A full disk is waited for; a record that is gone is not. */
  async #finishSometime(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    while (existsSync(this.#records.folderOf(id)))
      try {
        return await this.#finish(id, result);
      } catch {
        await sleep(retry, undefined, { ref: false });
      }
  }

  async #evaluate(
    id: string,
    params: BuildParams,
    signal: AbortSignal,
    known: Evaluation | undefined,
  ): Promise<Outcome<Evaluation>> {
    if (known !== undefined && existsSync(known.drvPath)) return { value: known };
    return this.#world.evaluate(params, this.#records.fileOf(id, "drv"), signal);
  }

  #finish(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    return this.#records.write(id, "evaluation", { at: new Date().toISOString(), ...result });
  }

  async #realise(request: BuildRequest, params: BuildParams, evaluation: Evaluation): Promise<Problem | undefined> {
    const { id } = request;
    const call = await this.#world.realisation(params, evaluation, this.#records.fileOf(id, "output"));
    if ("problem" in call) return call.problem;
    const hash = evaluation.drvPath.slice(evaluation.drvPath.lastIndexOf("/") + 1).slice(0, 32);
    const claimFolder = this.#records.claimOf(`${hash}.${placeKey(request.place)}`);
    const holder = await claim(claimFolder, id, other => this.#isRunning(other));
    if (holder !== undefined) return alreadyBuilding(evaluation);
    const realisation = { ...call.value, claim: claimFolder, launchedAt: Date.now() };
    await this.#records.write(id, "request", { ...request, realisation });
    const launched = await this.#world.launch(this.#records.folderOf(id));
    return "problem" in launched ? launched.problem : undefined;
  }

  async #isRunning(id: string): Promise<boolean> {
    const facts = await this.#records.facts(id);
    return facts !== undefined && !finalStates.has(stateOf(facts, Date.now()));
  }
}

function cancelled(): Problem {
  return { code: "cancelled", severity: "info", message: t("Cancelled.") };
}

function alreadyBuilding({ drvPath }: Evaluation): Problem {
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
