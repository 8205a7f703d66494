import fs from "node:fs";
import path from "node:path";

/** One test that ran inside the extension host. */
export interface HostTest {
  /** Its full name, with those of its suites. */
  readonly name: string;
  readonly passed: boolean;
  /** Duration, in ms. */
  readonly ms: number;
  /** Why it failed, with its stack. */
  readonly error?: string;
}

/** The result of a run inside the extension host. */
export interface HostResult {
  readonly passes: number;
  readonly failures: number;
  /** Tests that were skipped. */
  readonly pending: number;
  readonly tests: readonly HostTest[];
}

/** The environment variable with the path for the result. */
export const outputVariable = "MORPH_TEST_OUT";

/** The environment variable with a regular expression for the names of the tests to run. */
export const grepVariable = "MORPH_TEST_GREP";

const fileName = "result.json";

/** Called inside the extension host: leaves the result. */
export function writeResult(folder: string, result: HostResult): void {
  fs.writeFileSync(path.join(folder, fileName), JSON.stringify(result, undefined, 2));
}

/** The result that a run has left, or undefined: an extension host that dies leaves none. */
export function readResult(folder: string): HostResult | undefined {
  const file = path.join(folder, fileName);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as HostResult) : undefined;
}
