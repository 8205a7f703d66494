import path from "node:path";
import { t } from "@vscode/l10n";
import { realisationArguments } from "./builds/realisation.ts";
import type { BuildWorld } from "./builds/world.ts";
import type { EvaluatedNetworks } from "./evaluated/networks.ts";
import type { NixAssets } from "./nix/assets.ts";
import { evaluateMachine } from "./nix/evaluate.ts";
import { processProblem } from "./nix/nix.ts";
import { runProcess } from "./nix/process.ts";
import { errorProblem, type Outcome } from "./outcome.ts";
import type { BuildParams, Evaluation } from "./protocol.ts";
import type { Settings } from "./settings.ts";
import { checkClosure } from "./signing/check.ts";
import type { Toolchain } from "./toolchain.ts";
import { type NetworkFiles, pathOf } from "./workspace/networkFiles.ts";

/** The rooms that a build needs, put together. */
export interface WorldParts {
  readonly toolchain: Toolchain;
  readonly networks: NetworkFiles;
  readonly settings: () => Settings;
  readonly assets: NixAssets;
  /** Path of the built supervisor. */
  readonly supervisor: string;
  /** What evaluations have told. */
  readonly evaluated: EvaluatedNetworks;
  /** Whether a network may be evaluated without being asked once more. */
  readonly mayEvaluate: (uri: string) => boolean;
  /** What is known of a network is another. */
  readonly networkDidChange: (uri: string) => void;
}

export function buildWorld(parts: WorldParts): BuildWorld {
  const { toolchain } = parts;
  return {
    evaluate: (params, root, signal) => evaluate(parts, params, signal, root),
    realisation: async (params, evaluation, root) => {
      const lines = toolchain.known?.lines ?? new Map<string, string>();
      const args = realisationArguments(evaluation.drvPath, root, params, lines);
      if ("problem" in args) return args;
      const cwd = path.dirname(pathOf(params.uri) ?? "/");
      return { value: { file: toolchain.nix.file("nix-store"), args: args.value, cwd } };
    },
    launch: async record => {
      const env = { ...toolchain.nix.env, ELECTRON_RUN_AS_NODE: "1" };
      const end = await runProcess(process.execPath, [parts.supervisor, "launch", record], { env });
      if (end.kind === "exited" && end.code === 0) return { value: null };
      return {
        problem: { ...processProblem(end), code: "no-supervisor", message: t("The build could not be started.") },
      };
    },
    checkSignatures: async storePath => {
      const config = toolchain.config ?? (await toolchain.refresh().then(() => toolchain.config));
      const { substituters, trustedPublicKeys } = config ?? { substituters: [], trustedPublicKeys: [] };
      return checkClosure(toolchain.nix, storePath, { substituters, trustedPublicKeys });
    },
    mayEvaluate: parts.mayEvaluate,
    maxBuilds: () => parts.settings().maxBuilds,
    limits: () => parts.settings().history,
    builders: () => toolchain.known?.builders ?? [],
    environment: () => Object.keys(toolchain.nix.env).toSorted(),
  };
}

/** Evaluates a machine of a network. @param root where to keep its derivation. */
export async function evaluate(
  parts: WorldParts,
  params: BuildParams,
  signal: AbortSignal,
  root?: string,
): Promise<Outcome<Evaluation>> {
  const network = pathOf(params.uri);
  if (network === undefined)
    return { problem: errorProblem("not-a-file", t("{0} is not a file of this machine.", params.uri)) };
  const stamp = await parts.networks.stampOnDisk(params.uri);
  const machine = parts.networks.get(params.uri)?.machines.find(({ name }) => name === params.machine);
  const result = await evaluateMachine(parts.toolchain.nix, parts.assets, {
    network,
    machine: params.machine,
    attribute: params.attribute,
    evaluator: parts.settings().evaluator,
    root,
    location: machine === undefined ? undefined : { uri: params.uri, range: machine.selectionRange },
    signal,
  });
  if ("value" in result) {
    parts.evaluated.remember(params.uri, result.value, stamp);
    parts.networkDidChange(params.uri);
    void parts.evaluated.save(params.uri);
  }
  return result;
}
