import { existsSync } from "node:fs";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import { retry } from "../../util/retry.ts";
import type { BuildRecords, EvaluationResult } from "../record/record.ts";
import type { EvaluationOutcome } from "./ports.ts";

/** Delays between attempts to write, for example on a full disk (ms). */
const pace = { first: 1000, longest: 1000 };

/** Writes the results of evaluations into the records of builds. */
export class EvaluationRecords {
  readonly #records: BuildRecords;

  constructor(records: BuildRecords) {
    this.#records = records;
  }

  /** Records the result of an evaluation; undefined if it is a problem. */
  async take(id: string, outcome: Promise<EvaluationOutcome>): Promise<BuildableEvaluation | undefined> {
    const result = await outcome;
    if ("problem" in result) await this.write(id, { problem: result.problem, revision: result.revision });
    else await this.write(id, { evaluation: result.value });
    return "problem" in result ? undefined : result.value;
  }

  write(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    return this.#records.write(id, "evaluation", { at: new Date().toISOString(), ...result });
  }

  /** The same, but retries until it succeeds, for example on a full disk, or the record is gone. */
  async writeEventually(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    await retry(() => this.write(id, result), {
      ...pace,
      isWanted: () => existsSync(this.#records.folderOf(id)),
      didFail: error => this.#records.log.warning(`Cannot record the evaluation of ${id} yet`, error),
    });
  }
}
