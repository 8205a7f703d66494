import pLimit from "p-limit";
import type { Log } from "../../logging/log.ts";
import type { Builder, BuilderId } from "../../protocol.ts";
import { type Proof, withProofs } from "../proofs/proofs.ts";
import type { BuilderResults } from "../proofs/results.ts";
import { checkBuilder } from "./check.ts";
import type { CheckedBuilder, CheckTools } from "./context.ts";

/** The most builders that are checked in parallel: each has a process of ssh and one of Nix. */
const maxParallel = 32;

/**
 * Checks builders at the user's request, in parallel and each of them once at a time, and knows the results of all windows. Nothing
 * is checked periodically.
 */
export class BuilderChecks {
  readonly #results: BuilderResults;
  readonly #log: Log;
  readonly #didChange: () => void;
  readonly #running = new Map<BuilderId, Promise<void>>();
  readonly #limit = pLimit(maxParallel);
  readonly #checkBuilder: typeof checkBuilder;

  /**
   * @param didChange called when a check starts or ends.
   * @param check checks one builder; tests pass their own.
   */
  constructor(results: BuilderResults, log: Log, didChange: () => void, check = checkBuilder) {
    this.#checkBuilder = check;
    this.#results = results;
    this.#log = log;
    this.#didChange = didChange;
  }

  /** The builders with what is known of them from checks and builds. */
  addTo(builders: readonly Builder[]): readonly Builder[] {
    return withProofs(builders, this.#results.proofs).map(builder => {
      const check = this.#results.checkOf(builder.id);
      return {
        ...builder,
        ...(check !== undefined && { check }),
        ...(this.#running.has(builder.id) && { isChecking: true as const }),
      };
    });
  }

  /** Adds the result of a build that ran. Never rejects. */
  addProofs(proofs: readonly Proof[]): Promise<void> {
    const added = this.#results.add({ proofs });
    this.#didChange();
    return added;
  }

  /** Reads what other windows have found. Never rejects. */
  load(): Promise<void> {
    return this.#results.load();
  }

  /** Checks builders, and resolves when all are done. One that is being checked is not checked again. Never rejects. */
  async check(tools: CheckTools, builders: readonly CheckedBuilder[]): Promise<void> {
    const checks = builders.map(each => this.#running.get(each.builder.id) ?? this.#start(tools, each));
    this.#didChange();
    await Promise.all(checks);
  }

  #start(tools: CheckTools, checked: CheckedBuilder): Promise<void> {
    const { id } = checked.builder;
    const check = this.#limit(() => this.#run(tools, checked)).finally(() => {
      this.#running.delete(id);
      this.#didChange();
    });
    this.#running.set(id, check);
    return check;
  }

  async #run(tools: CheckTools, checked: CheckedBuilder): Promise<void> {
    const { id } = checked.builder;
    try {
      const { check, proofs } = await this.#checkBuilder(tools, checked);
      const problem = check.problem === undefined ? "" : `: ${check.problem.code}`;
      this.#log.info(`checked ${id}: ${check.reachable ? "reachable" : "not reachable"}${problem}`);
      // It counts now; a slow disk must not hold up the answer.
      void this.#results.add({ proofs, checks: [{ builder: id, check }] });
    } catch (error) {
      this.#log.error(`Failed: checking ${id}`, error);
    }
  }
}
