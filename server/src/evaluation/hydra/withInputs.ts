import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { MachineJobset } from "../../hydra/status/machineJobset.ts";
import { evaluateHydraJobs } from "../../nix/evaluation/hydraJobs.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { EvaluationContext } from "../context.ts";
import { addRevision } from "./revisions.ts";

/**
 * Evaluates a job here with the inputs of Hydra's newest evaluation, at their revisions, as Hydra does. Returns its derivation.
 * Problems: `no-checkout`, `hydra-inputs`, `hydra-no-job`, `cancelled`, and those of the evaluation.
 *
 * @param network path of the network file.
 * @param repository the working tree of its repository.
 */
export async function evaluateWithInputs(
  { toolchain, assets, storageDir }: EvaluationContext,
  { state, newest, job }: MachineJobset,
  network: string,
  repository: string | undefined,
  signal: AbortSignal,
): Promise<Outcome<string>> {
  const inputs: Record<string, string> = {};
  for (const [name, { uri, revision }] of Object.entries(newest?.inputs ?? {})) {
    // A value, such as a string, has no path.
    if (uri === undefined) continue;
    if (revision === undefined)
      return {
        problem: errorProblem("hydra-inputs", l10n.t("Input {0} of the jobset has no revision in git: {1}", name, uri)),
      };
    const local = name === state.expressionInput ? repository : undefined;
    const checkout = await addRevision(toolchain.nix, { uri, revision }, local, storageDir, signal);
    if ("problem" in checkout) return checkout;
    inputs[name] = checkout.value;
  }
  const expression = {
    path: `${state.expressionInput}/${state.expressionPath}`,
    inputs,
    searched: {},
    wanted: [job],
    readStderr: (stderr: string) => stderr,
  };
  const jobs = await evaluateHydraJobs(toolchain.nix, assets, expression, network, signal);
  if ("problem" in jobs) return jobs;
  const found = jobs.value.find(each => each.job === job);
  if (found === undefined)
    return {
      problem: errorProblem(
        "hydra-no-job",
        l10n.t("{0} has no job for {1}.", state.expressionPath, path.basename(job)),
      ),
    };
  return "problem" in found ? found : { value: found.drvPath };
}
