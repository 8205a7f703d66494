import type { BuildableEvaluation } from "../nix/evaluation/evaluation.ts";
import { errorProblem } from "../outcome.ts";
import type { Problem, SignatureReport } from "../protocol.ts";
import type { Backoff } from "../util/backoff.ts";
import { retry } from "../util/retry.ts";
import type { BuildRecords } from "./record/record.ts";
import type { BuildPorts } from "./start/ports.ts";

/** Delays before retrying a check whose report could not be made or written, for example on a full disk (ms). */
const usualPauses: Backoff = { first: 1000, longest: 5000 };

/** Checks the signatures of build outputs and records the reports. */
export class SignatureChecks {
  readonly #records: Pick<BuildRecords, "log" | "write">;
  readonly #ports: Pick<BuildPorts, "checkSignatures">;
  readonly #pauses: Backoff;
  /** Build -> the controller that ends its check. */
  readonly #running = new Map<string, AbortController>();

  constructor(
    records: Pick<BuildRecords, "log" | "write">,
    ports: Pick<BuildPorts, "checkSignatures">,
    pauses: Backoff = usualPauses,
  ) {
    this.#records = records;
    this.#ports = ports;
    this.#pauses = pauses;
  }

  /**
   * Starts the check of a build's output, unless it is already running.
   *
   * @param evaluation what the output was built from.
   * @param unchecked why nothing can be checked: the report says so.
   */
  begin(id: string, output: string, evaluation?: BuildableEvaluation, unchecked?: Problem): void {
    if (this.#running.has(id)) return;
    const abort = new AbortController();
    this.#running.set(id, abort);
    let report: SignatureReport | undefined;
    const check = async () => {
      report ??=
        unchecked === undefined ? await this.#report(output, evaluation, abort.signal) : uncheckedReport(unchecked);
      await this.#records.write(id, "signatures", report);
    };
    void retry(check, {
      ...this.#pauses,
      isWanted: () => this.#running.get(id) === abort,
      didFail: error => this.#records.log.warning(`Cannot record the signatures of ${id} yet`, error),
    });
  }

  /** Stops querying caches: the remaining paths are not checked. */
  stop(id: string): void {
    this.#running.get(id)?.abort();
  }

  /** A build has ended. */
  forget(id: string): void {
    this.#running.delete(id);
  }

  async #report(
    output: string,
    evaluation: BuildableEvaluation | undefined,
    signal: AbortSignal,
  ): Promise<SignatureReport> {
    const report = await this.#ports.checkSignatures(output, signal, { evaluation });
    if (!("problem" in report)) return report.value;
    return uncheckedReport(errorProblem("not-checked", report.problem.message, report.problem.detail));
  }
}

/** The report of a closure that could not be read: nothing is known about any path. */
function uncheckedReport(problem: Problem): SignatureReport {
  const none = { total: 0, trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, missing: 0, contentAddressed: 0 };
  const caches = [{ url: "", reachable: false, problem }];
  return { ...none, builtHere: 0, differs: 0, unreachable: 0, caches, paths: [] };
}
