import { existsSync } from "node:fs";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import type { Outcome } from "../../outcome.ts";
import { retry } from "../../util/retry.ts";
import type { BuildRecords, EvaluationResult } from "../record/record.ts";

/** What cannot be written, because the disk is full, is tried again this often (ms). */
const pace = { first: 1000, longest: 1000 };

/** Writes what came of evaluating builds into their records. */
export class EvaluationRecords {
  readonly #records: BuildRecords;

  constructor(records: BuildRecords) {
    this.#records = records;
  }

  /** Records what came of an evaluation; undefined: a problem. */
  async take(id: string, outcome: Promise<Outcome<BuildableEvaluation>>): Promise<BuildableEvaluation | undefined> {
    const result = await outcome;
    if ("problem" in result) await this.write(id, { problem: result.problem });
    else await this.write(id, { evaluation: result.value });
    return "problem" in result ? undefined : result.value;
  }

  write(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    return this.#records.write(id, "evaluation", { at: new Date().toISOString(), ...result });
  }

  /** The same, however long a full disk makes it wait; not for a record that is gone. */
  async writeEventually(id: string, result: Omit<EvaluationResult, "at">): Promise<void> {
    await retry(() => this.write(id, result), {
      ...pace,
      isWanted: () => existsSync(this.#records.folderOf(id)),
      didFail: error => this.#records.log.warning(`What evaluating ${id} gave is not recorded yet`, error),
    });
  }
}
