import { setTimeout as sleep } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { nameOfStorePath } from "../../common/storePath.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import { errorProblem } from "../../outcome.ts";
import { finalStates, type Problem } from "../../protocol.ts";
import { logLimit } from "../../records/log/limit.ts";
import { acquire } from "../../records/processes/lock.ts";
import type { BuildFacts } from "../record/facts.ts";
import type { BuildRecords, BuildRequest } from "../record/record.ts";
import { hasNixStarted, isUnsupervised, stateOf } from "../summary/state.ts";
import type { NixCall } from "./ports.ts";
import { placeKey } from "./realisation.ts";

/** A supervisor that is killed before it starts Nix is started again, up to this many times in all. */
const maxLaunches = 3;

/** How often it is looked whether a supervisor that was launched has started Nix (ms). */
const arrival = 100;

/** Has builds supervised on their hosts. */
export class Launcher {
  readonly #records: BuildRecords;
  readonly #facts: BuildFacts;

  constructor(records: BuildRecords, facts: BuildFacts) {
    this.#records = records;
    this.#facts = facts;
  }

  /**
   * Takes the lock of a derivation and a place, records how Nix is called, and launches a supervisor.
   *
   * @param logBytes how much of the log is kept.
   */
  async realise(
    request: BuildRequest,
    evaluation: BuildableEvaluation,
    call: NixCall,
    logBytes: number,
  ): Promise<Problem | undefined> {
    const { id } = request;
    const hash = evaluation.drvPath.slice(evaluation.drvPath.lastIndexOf("/") + 1).slice(0, 32);
    const lock = this.#records.lockOf(`${hash}.${placeKey(request.place)}`);
    const holder = await acquire(lock, id, other => this.#isRunning(other));
    if (holder !== undefined) return alreadyBuilding(evaluation);
    const command = { ...call, lock, launchedAt: Date.now(), log: logLimit(logBytes) };
    await this.#records.write(id, "request", { ...request, command });
    return this.#launch(id);
  }

  /** Launches a supervisor for a Nix whose own was killed. */
  async adopt(id: string): Promise<void> {
    const host = await this.#facts.hostOf(id);
    const liveness = await host.liveness(id, true);
    const result = await this.#records.read(id, "result");
    if (isUnsupervised({ liveness, result })) await host.launch(id, "adopt");
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
      l10n.t(
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

  async #isRunning(id: string): Promise<boolean> {
    const facts = await this.#facts.of(id);
    return facts !== undefined && !finalStates.has(stateOf(facts, Date.now()));
  }
}

function alreadyBuilding({ drvPath }: BuildableEvaluation): Problem {
  return errorProblem(
    "already-building",
    l10n.t(
      "{0} is being built at the same place already: by another window, or for another machine that is the same.",
      nameOfStorePath(drvPath),
    ),
  );
}
