import { nameOfStorePath } from "../../common/storePath.ts";
import type { BuildOnHydra } from "../../protocol.ts";
import type { RecordedStep, RecordedSteps } from "../hosts/hydra/files.ts";

/**
 * The log of a whole build on Hydra: where it is, a line for each step as Nix prints them, and at the end the last lines of those that
 * failed. Lines are only appended.
 */
export function stepLines(steps: RecordedSteps, { url, build, project, jobset }: BuildOnHydra): string[] {
  if (build === undefined) return [`${url}/jobset/${project}/${jobset}`];
  const tails = steps.flatMap(({ path, tail = [] }) => tail.map(line => `${nameOfStorePath(path)}> ${line}`));
  return [`${url}/build/${build}`, ...steps.map(lineOf), ...tails];
}

function lineOf({ kind, path, machine, inBuild }: RecordedStep): string {
  if (kind === "substitution") return `fetching '${path}'`;
  const where = machine === undefined || machine === "localhost" ? "" : ` on '${machine}'`;
  return `building '${path}'${where}${inBuild === undefined ? "" : ` (build ${inBuild})`}`;
}
