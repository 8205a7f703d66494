import { cancelled } from "./cancelled.ts";
import type { BuildPorts, EvaluationOutcome } from "./ports.ts";

/** A build that is evaluated with others. */
export interface BuildTogether {
  readonly machine: string;
  /** Where to keep its derivation. */
  readonly root: string;
  /** Aborted when the build is cancelled. */
  readonly signal: AbortSignal;
}

/**
 * Evaluates the machines of several builds of a network together. A cancelled build stops waiting; the evaluation is aborted when
 * no build is waiting for it.
 */
export function evaluateTogether(
  ports: Pick<BuildPorts, "evaluateMachines">,
  uri: string,
  builds: readonly BuildTogether[],
): ReadonlyMap<string, Promise<EvaluationOutcome>> {
  const abort = new AbortController();
  const roots = new Map(builds.map(({ machine, root }) => [machine, root]));
  const evaluations = ports.evaluateMachines(uri, roots, abort.signal);
  const waiting = new Set(roots.keys());
  const leave = (machine: string) => {
    if (waiting.delete(machine) && waiting.size === 0) abort.abort();
  };
  return new Map(
    builds.map(({ machine, signal }) => {
      const gone = new Promise<EvaluationOutcome>(resolve =>
        signal.addEventListener("abort", () => {
          leave(machine);
          resolve({ problem: cancelled() });
        }),
      );
      const evaluated = (evaluations.get(machine) ?? gone).finally(() => leave(machine));
      return [machine, Promise.race([gone, evaluated])];
    }),
  );
}
