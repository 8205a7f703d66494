import { type BuildSummary, finalStates } from "../../protocol.ts";
import type { Failure } from "./failures.ts";

/** What a failure of a machine belongs to: one output of it. */
export function outputKey({ uri, machine, attribute }: Pick<BuildSummary, "uri" | "machine" | "attribute">): string {
  return JSON.stringify([uri, machine, attribute]);
}

/**
 * The failure of an output: that of its newest build that has succeeded or failed.
 *
 * @param builds newest first. @param applies whether the text is still the one that a build was started from.
 */
export function failureOfOutput(
  builds: readonly BuildSummary[],
  key: string,
  applies: (build: BuildSummary) => boolean,
): Failure | undefined {
  const build = builds.find(
    each =>
      finalStates.has(each.state) && (each.state === "succeeded" || each.state === "failed") && outputKey(each) === key,
  );
  if (build?.state !== "failed" || build.failure === undefined || !applies(build)) return undefined;
  return { network: build.uri, machine: build.machine, problem: build.failure };
}
