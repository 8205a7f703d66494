import { setTimeout as sleep } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { hashOfStorePath, nameOfStorePath } from "../../common/storePath.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import { errorProblem } from "../../outcome.ts";
import { finalStates, type Problem } from "../../protocol.ts";
import { logLimit } from "../../records/log/limit.ts";
import { acquire } from "../../records/processes/lock.ts";
import { connectionFixes } from "../failures/evidence/again.ts";
import type { BuildFacts } from "../record/facts.ts";
import type { BuildRecords, BuildRequest } from "../record/record.ts";
import { hasNixStarted, isUnsupervised, stateOf } from "../summary/state.ts";
import type { NixCall } from "./ports.ts";
import { placeKey } from "./realisation.ts";

/** A supervisor that is killed before it starts Nix is started again, up to this many times in all. */
const maxLaunches = 3;

/** Polling interval while waiting for a launched supervisor to start Nix (ms). */
const pollInterval = 100;

/** Launches the supervisors of builds on their hosts. */
export class Launcher {
  readonly #records: BuildRecords;
  readonly #facts: BuildFacts;

  constructor(records: BuildRecords, facts: BuildFacts) {
    this.#records = records;
    this.#facts = facts;
  }

  /**
   * Acquires the lock of a derivation at a place, records how Nix is called, and launches a supervisor.
   *
   * @param logBytes maximum size of the log.
   */
  async realise(
    request: BuildRequest,
    evaluation: BuildableEvaluation,
    call: NixCall,
    logBytes: number,
  ): Promise<Problem | undefined> {
    const { id } = request;
    const lock = this.#records.lockOf(lockName(request, evaluation));
    const holder = await acquire(lock, id, other => this.#isRunning(other));
    if (holder !== undefined) return alreadyBuilding(evaluation);
    const { store, ...start } = call;
    const command = { ...start, lock, launchedAt: Date.now(), log: logLimit(logBytes) };
    const host = request.detached === true ? store : undefined;
    await this.#records.write(id, "request", { ...request, command, store, host });
    const problem = await this.#launch(id);
    return problem === undefined || host === undefined ? problem : { ...problem, fixes: connectionFixes(request) };
  }

  /** Launches a supervisor that adopts a running Nix whose supervisor was killed. */
  async adopt(id: string): Promise<void> {
    const host = await this.#facts.hostOf(id);
    const liveness = await host.liveness(id, true);
    const result = await this.#records.read(id, "result");
    if (isUnsupervised({ liveness, result })) await host.launch(id, "adopt");
  }

  /** Launches the supervisor, and launches it again if it was killed before it started Nix. */
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
   * Waits until the launched supervisor has started Nix or the build is cancelled. False if the supervisor was killed before that.
   * Where processes cannot be listed, a supervisor that is not alive counts as started.
   */
  async #hasStarted(id: string): Promise<boolean> {
    for (;;) {
      const facts = await this.#facts.of(id);
      if (facts === undefined || facts.cancelled || hasNixStarted(facts)) return true;
      const { supervisor, launching } = facts.liveness;
      if (supervisor !== "alive" && launching !== true) return launching === undefined;
      await sleep(pollInterval, undefined, { ref: false });
    }
  }

  async #isRunning(id: string): Promise<boolean> {
    const facts = await this.#facts.of(id);
    return facts !== undefined && !finalStates.has(stateOf(facts, Date.now()));
  }
}

/** The same derivation is built only once per place, and fetched only once. */
function lockName({ fromCache, place }: BuildRequest, { drvPath }: BuildableEvaluation): string {
  return `${hashOfStorePath(drvPath)}.${fromCache === true ? "from-cache" : placeKey(place)}`;
}

function alreadyBuilding({ drvPath }: BuildableEvaluation): Problem {
  return errorProblem(
    "already-building",
    l10n.t(
      "{0} is already being built there, by another window or for an identical machine.",
      nameOfStorePath(drvPath),
    ),
  );
}
