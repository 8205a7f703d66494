import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { BuilderChecks } from "../builders/check/checks.ts";
import { copyDerivation } from "../builds/start/copyDerivation.ts";
import { fetchArguments } from "../builds/start/fetchArguments.ts";
import type { BuildPorts } from "../builds/start/ports.ts";
import { realisationArguments, storeAt } from "../builds/start/realisation.ts";
import type { EvaluationContext } from "../evaluation/context.ts";
import { type DeploymentChecks, notDeployable } from "../evaluation/deploymentChecks.ts";
import { evaluate, rememberNeeds } from "../evaluation/machine.ts";
import { evaluateMachines } from "../evaluation/together.ts";
import { buildFolder } from "../nix/config.ts";
import { keepOutputs } from "../nix/derivations/keepOutputs.ts";
import { processProblem } from "../nix/nix.ts";
import type { EvaluatedMachine } from "../protocol.ts";
import type { CheckOptions } from "../signing/check/check.ts";
import { routeSteps } from "../signing/routes/target.ts";
import { ignoresChoice } from "../toolchain/ignored.ts";
import type { Toolchain } from "../toolchain/toolchain.ts";
import { pathOf } from "../workspace/paths.ts";
import type { FailureReports } from "./failures/failureReports.ts";
import { checkClosureNow } from "./handlers/closureCheck.ts";

/** Connects the ports of builds to the other rooms. */
export function createBuildPorts(
  context: EvaluationContext,
  deployments: DeploymentChecks,
  failures: Pick<FailureReports, "evaluated">,
  checks: Pick<BuilderChecks, "addProofs">,
  storageDir: string,
): BuildPorts {
  const { toolchain } = context;
  return {
    evaluate: (params, root, signal) => evaluate(context, params, signal, root),
    evaluateMachines: (uri, roots, signal) => evaluateMachines(context, uri, roots, signal),
    deployment: async ({ uri, attribute }, evaluation, signal) => {
      const evaluated = { evaluation, attribute, revision: evaluation.revision };
      const verdict = await deployments.check(uri, evaluated, signal);
      if (verdict === undefined) return undefined;
      const hosts = verdict.info.hosts.filter(({ name }) => name === evaluation.machine);
      return { info: { ...verdict.info, hosts }, warning: notDeployable(verdict.refusals) };
    },
    didPlan: (params, evaluation, graph) => {
      // The failure of a build's evaluation is that of the build.
      failures.evaluated(params, undefined);
      rememberNeeds(context, params, evaluation, graph);
    },
    realisation: async (params, evaluation, root, signal) => {
      if (params.fromCache === true) {
        const args = fetchArguments(evaluation, root);
        if ("problem" in args) return args;
        const cwd = path.dirname(pathOf(params.uri) ?? "/");
        const folders = [{ use: "store", path: path.dirname(evaluation.drvPath) }] as const;
        return { value: { file: toolchain.nix.file("nix-store"), args: args.value, cwd, folders } };
      }
      const merged = await toolchain.withOptions(evaluation.nixConfig);
      // A requested builder is available even if the network's own options do not name it.
      const byBuilder = new Map([...(toolchain.builders?.lines ?? []), ...(merged?.builders.lines ?? [])]);
      const setting = merged?.config.builders ?? "";
      const added = merged?.builders.added ?? [];
      const machines = { byBuilder, setting, added, areIgnored: ignoresChoice(toolchain.access) };
      const args = realisationArguments(evaluation.drvPath, root, params, machines, evaluation.nixConfig);
      if ("problem" in args) return args;
      const cwd = path.dirname(pathOf(params.uri) ?? "/");
      if (params.place?.kind === "store") {
        const store = storeAt(params.place.store, byBuilder);
        if ("problem" in store) return store;
        const again = { ...params, place: params.place };
        const problem = await copyDerivation(toolchain.nix, evaluation.drvPath, store.value, again, signal);
        if (problem !== undefined) return { problem };
        const file = params.detached === true ? "nix-store" : toolchain.nix.file("nix-store");
        return { value: { file, args: args.value, cwd, folders: [], store: store.value } };
      }
      const folders = [
        { use: "store", path: path.dirname(evaluation.drvPath) },
        { use: "build", path: buildFolder(merged?.config, toolchain.nix.env) },
      ] as const;
      return { value: { file: toolchain.nix.file("nix-store"), args: args.value, cwd, folders } };
    },
    didProve: proofs => void checks.addProofs(proofs),
    keepOutputs: (drvPaths, root) => keepOutputs(toolchain.nix, drvPaths, root),
    launch: async (record, adopt) => {
      const args = [context.supervisor, "launch", record, ...(adopt ? [adopt] : [])];
      const end = await toolchain.nix.runFile(process.execPath, args, { env: { ELECTRON_RUN_AS_NODE: "1" } });
      if (end.kind === "exited" && end.code === 0) return { value: null };
      const message = l10n.t("The build could not be started: its supervisor process exited immediately. Build again.");
      return { problem: { ...processProblem(end), code: "no-supervisor", message } };
    },
    // What Nix already knows is reported immediately, and is useful even if the check of the closure is cancelled.
    checkSignatures: (storePath, signal, { evaluation, isFresh }) => {
      const routes = routesFor(evaluation, toolchain);
      const options = { askUntil: signal, storageDir, isFresh, routes };
      return checkClosureNow(context, storePath, evaluation?.nixConfig, options);
    },
    mayEvaluate: context.mayEvaluate,
    maxBuilds: () => context.settings().maxBuilds,
    limits: () => context.settings().history,
    builders: () => toolchain.builders?.list ?? [],
    buildersWith: async options => (await toolchain.withOptions(options))?.builders.list ?? [],
    isDaemonConnecting: () => toolchain.access?.daemon === true,
    environment: () => Object.keys(toolchain.nix.env).toSorted(),
  };
}

/** How the machine that was built would accept it; undefined if its configuration is not known. */
function routesFor(
  evaluated: Pick<EvaluatedMachine, "machine" | "trust"> | undefined,
  { nix }: Pick<Toolchain, "nix">,
): CheckOptions["routes"] {
  if (evaluated?.trust === undefined) return undefined;
  const target = { machine: evaluated.machine, trust: evaluated.trust, sshUser: nix.env.SSH_USER };
  return checked => routeSteps(target, checked);
}
