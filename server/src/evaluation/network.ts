import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Throttle } from "../common/throttle.ts";
import { evaluateAll } from "../nix/evaluation/network.ts";
import type { Outcome } from "../outcome.ts";
import type { EvaluationProgress, MachineEvaluation } from "../protocol.ts";
import { systemTimers } from "../util/timers.ts";
import { pathOf } from "../workspace/paths.ts";
import type { EvaluationContext } from "./context.ts";
import type { DeploymentChecks } from "./deploymentChecks.ts";
import { locationOf, notAFile, placedIn } from "./machine.ts";
import { rememberCached } from "./sources.ts";

/** Minimum time between two change notifications for a network while its machines are evaluated (ms). */
const period = 250;

/** Evaluates every machine of a network and remembers the results, even if it is cancelled part-way. */
export async function evaluateNetwork(
  context: EvaluationContext,
  uri: string,
  signal: AbortSignal,
  didProgress: (progress: EvaluationProgress) => void,
  deployments: Pick<DeploymentChecks, "check">,
): Promise<Outcome<readonly MachineEvaluation[]>> {
  const { evaluated, networks, networkDidChange, settings, toolchain, assets } = context;
  const network = pathOf(uri);
  if (network === undefined) return { problem: notAFile(uri) };
  const stamp = await networks.stampOnDisk(uri);
  const count = { done: 0, expected: 0 };
  const changes = new Throttle(period, () => networkDidChange(uri), systemTimers);
  const publish = () => {
    didProgress({ uri, ...count });
    changes.request();
  };
  const ended = await evaluateAll(toolchain.nix, assets, {
    network,
    evaluator: settings().evaluator,
    memory: settings().evaluationMemory,
    processors: availableParallelism(),
    locationOf: machine => locationOf(context, uri, machine),
    signal,
    didFindNames: names => {
      count.expected = names.length;
      evaluated.rememberNames(uri, names, stamp);
      publish();
    },
    didEvaluate: evaluation => {
      count.done++;
      if ("drvPath" in evaluation) evaluated.remember(uri, evaluation, stamp);
      publish();
    },
  });
  changes.dispose();
  const result = await withPlaces(context, uri, ended);
  if (count.expected > 0) {
    networkDidChange(uri);
    await evaluated.save(uri);
  }
  if ("problem" in result) context.log.warning(`${uri} was not evaluated: ${result.problem.message}`);
  else {
    const failed = result.value.filter(each => "problem" in each).length;
    context.log.info(`${uri}: ${result.value.length} machines were evaluated, ${failed} of them failed`);
  }
  const first = "value" in result ? result.value.find(each => "drvPath" in each) : undefined;
  if (first !== undefined && "drvPath" in first) void deployments.check(uri, { evaluation: first, revision: stamp });
  if ("value" in result) {
    const machines = result.value.filter(each => "drvPath" in each);
    void rememberCached(context, uri, machines, stamp);
  }
  return result;
}

/** The result with the exact place of each problem. */
async function withPlaces(
  context: EvaluationContext,
  uri: string,
  result: Outcome<readonly MachineEvaluation[]>,
): Promise<Outcome<readonly MachineEvaluation[]>> {
  const placed = placedIn(context, { uri });
  if ("problem" in result) return { problem: await placed(result.problem) };
  const value: MachineEvaluation[] = [];
  for (const each of result.value) {
    if (!("problem" in each)) value.push(each);
    else {
      value.push({ ...each, problem: await placed(each.problem, each.machine) });
      // Reading a network takes a while, and there may be many machines.
      await setImmediate();
    }
  }
  return { value };
}
