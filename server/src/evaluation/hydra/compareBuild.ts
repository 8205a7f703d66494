import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { HydraApi } from "../../hydra/api.ts";
import { compareClosures, versionLabel } from "../../hydra/compare/compareClosures.ts";
import { differentInputs } from "../../hydra/compare/reasons.ts";
import { findJobsetOfMachine, type MachineJobset } from "../../hydra/status/machineJobset.ts";
import { type ComparedBuild, comparedBuild } from "../../hydra/status/machineStatus.ts";
import { readDerivationText } from "../../nix/derivations/text.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import { processProblem } from "../../nix/nix.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { HydraComparison, HydraComparisonParams, Problem } from "../../protocol.ts";
import { runInSlices } from "../../util/slices.ts";
import { pathOf } from "../../workspace/paths.ts";
import type { EvaluationContext } from "../context.ts";
import { evaluate, notAFile } from "../machine.ts";
import { fetchDerivation } from "./fetchDerivation.ts";
import { readRepository } from "./repository.ts";
import { evaluateWithInputs } from "./withInputs.ts";

/** The Hydra server to compare with. */
interface Server {
  readonly api: HydraApi;
  readonly project: string;
}

/**
 * Compares the newest build of a machine by Hydra with an evaluation here: the closures of their derivations, and their inputs.
 * Problems: `hydra-no-jobset`, `hydra-no-build`, those of Hydra and of the evaluation here.
 */
export async function compareBuild(
  context: EvaluationContext,
  { api, project }: Server,
  params: HydraComparisonParams,
  signal: AbortSignal,
): Promise<Outcome<HydraComparison>> {
  const { uri, machine } = params;
  const network = pathOf(uri);
  if (network === undefined) return { problem: notAFile(uri) };
  const found = await buildOf(api, project, machine, signal);
  if ("problem" in found) return found;
  const { jobset, build } = found.value;
  const [ours, repository] = await Promise.all([
    evaluate(context, { uri, machine }, signal),
    readRepository(context.toolchain.nix, path.dirname(network), signal),
  ]);
  if ("problem" in ours) return ours;
  const known = "value" in repository ? repository.value : undefined;
  const replayed =
    params.withInputs === true ? await evaluateWithInputs(context, jobset, network, known?.root, signal) : undefined;
  if (replayed !== undefined && "problem" in replayed && replayed.problem.code === "cancelled") return replayed;
  const isSame = ours.value.drvPath === build.drvPath;
  const closures = await compareDerivations(context, build.drvPath, ours.value.drvPath, signal);
  if (signal.aborted) return { problem: processProblem({ kind: "cancelled" }) };
  const reasons = differentInputs(
    { ...ourInputs(ours.value), head: known?.head, changed: known?.changed ?? [] },
    { drvPath: build.drvPath, inputs: jobset.newest?.inputs ?? {}, networkInput: jobset.state.expressionInput },
  );
  return {
    value: {
      machine,
      url: api.url,
      project,
      jobset: jobset.state.name,
      build,
      ours: ours.value.drvPath,
      theirs: build.drvPath,
      ...closures,
      reasons: isSame ? [] : reasons,
      ...(replayed && { replayed: "problem" in replayed ? replayed : { drvPath: replayed.value } }),
    },
  };
}

async function buildOf(
  api: HydraApi,
  project: string,
  machine: string,
  signal: AbortSignal,
): Promise<Outcome<{ readonly jobset: MachineJobset; readonly build: ComparedBuild }>> {
  const jobset = await findJobsetOfMachine(api, project, machine, signal);
  if ("problem" in jobset) return jobset;
  if (jobset.value === undefined) {
    const message = l10n.t("Project {0} on Hydra has no jobset for {1}. Create it first.", project, machine);
    return { problem: errorProblem("hydra-no-jobset", message) };
  }
  const { build } = jobset.value;
  if (build === undefined)
    return { problem: errorProblem("hydra-no-build", l10n.t("Hydra has no build of {0} yet.", machine)) };
  const shown = await comparedBuild(api, project, build, signal);
  return "problem" in shown ? shown : { value: { jobset: jobset.value, build: shown.value } };
}

type Closures = Pick<HydraComparison, "closure" | "unread" | "causes">;

async function compareDerivations(
  context: EvaluationContext,
  theirs: string,
  ours: string,
  signal: AbortSignal,
): Promise<Closures> {
  if (path.dirname(theirs) !== path.dirname(ours)) return { unread: otherStore(theirs), causes: [] };
  await fetchDerivation(context, theirs, signal);
  const [theirLabel, ourLabel] = [versionLabel(theirs), versionLabel(ours)];
  const labels =
    theirLabel === undefined || ourLabel === undefined || theirLabel === ourLabel
      ? undefined
      : { theirs: theirLabel, ours: ourLabel };
  const compared = await runInSlices(compareClosures(theirs, ours, readDerivationText, labels), signal);
  if (compared === undefined) return { unread: notHere(theirs), causes: [] };
  const { causes, ...closure } = compared;
  return { closure, causes };
}

function ourInputs({ drvPath, provenance, evaluator }: BuildableEvaluation) {
  const { morphVersion, nixpkgs } = provenance;
  const version = morphVersion === undefined ? "" : ` (Morph ${morphVersion})`;
  return { drvPath, nixpkgs, evaluator: `${evaluator.path}${version}` };
}

function notHere(drvPath: string): Problem {
  return {
    code: "hydra-no-derivation",
    severity: "info",
    message: l10n.t(
      "Hydra's derivation is not in the store of this machine, and no cache has it. To compare what differs, evaluate with Hydra's inputs.",
    ),
    detail: drvPath,
  };
}

function otherStore(drvPath: string): Problem {
  return {
    code: "hydra-no-derivation",
    severity: "info",
    message: l10n.t("Hydra's store is in {0}, so none of its derivations is the same.", path.dirname(drvPath)),
    detail: drvPath,
  };
}
