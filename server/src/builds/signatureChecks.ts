import { errorProblem } from "../outcome.ts";
import type { SignatureReport } from "../protocol.ts";
import type { BuildRecords } from "./record/record.ts";
import type { BuildPorts } from "./start/ports.ts";

/** When signatures are checked again whose report could not be written, because the disk is full (ms). */
const again = 5000;

/** Checks the signatures of what was built, and records what came of it. */
export class SignatureChecks {
  readonly #records: BuildRecords;
  readonly #ports: Pick<BuildPorts, "checkSignatures">;
  /** Build -> what ends its check. */
  readonly #running = new Map<string, AbortController>();

  constructor(records: BuildRecords, ports: Pick<BuildPorts, "checkSignatures">) {
    this.#records = records;
    this.#ports = ports;
  }

  /** Begins the check of a build's output, unless that is under way. */
  begin(id: string, output: string): void {
    if (this.#running.has(id)) return;
    const abort = new AbortController();
    this.#running.set(id, abort);
    void this.#check(id, output, abort.signal).catch(error => {
      this.#records.log.warning(`The signatures of ${id} are not recorded yet`, error);
      setTimeout(() => this.#running.delete(id), again).unref();
    });
  }

  /** Asks no cache any more: what was not looked up is not checked. */
  stop(id: string): void {
    this.#running.get(id)?.abort();
  }

  /** A build has ended. */
  forget(id: string): void {
    this.#running.delete(id);
  }

  async #check(id: string, output: string, signal: AbortSignal): Promise<void> {
    const report = await this.#ports.checkSignatures(output, signal);
    const value = "problem" in report ? unchecked(report.problem.message, report.problem.detail) : report.value;
    await this.#records.write(id, "signatures", value);
  }
}

/** The report of a closure that could not be read: nothing is known of any path. */
function unchecked(message: string, detail: string | undefined): SignatureReport {
  const none = { total: 0, trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, missing: 0, contentAddressed: 0 };
  const problem = errorProblem("not-checked", message, detail);
  return { ...none, builtHere: 0, unreachable: 0, caches: [{ url: "", reachable: false, problem }], paths: [] };
}
