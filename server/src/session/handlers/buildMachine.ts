import type { Diagnostic, Range } from "vscode-languageserver";
import type { CodeAction } from "vscode-languageserver-types";
import { buildMachineModules } from "../../buildMachine/buildMachine.ts";
import { candidates, systemsOf } from "../../buildMachine/defaults.ts";
import { keyName } from "../../buildMachine/names.ts";
import { builderActions } from "../../features/builderFixes/actions.ts";
import { builderFixes } from "../../features/builderFixes/builderFixes.ts";
import { createCacheKeys } from "../../nix/cacheKeys.ts";
import { emulatableSystems } from "../../options/foreignSystems.ts";
import type { Outcome } from "../../outcome.ts";
import type {
  BuilderFix,
  BuildMachineDefaults,
  BuildMachineModules,
  CacheKeys,
  Machine,
  Network,
  Requests,
} from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { thisHost } from "../../toolchain/thisHost.ts";
import { absolutePath } from "../../workspace/pathKinds.ts";
import { choiceForSystem, choicesIn } from "./builderChoice.ts";
import type { SessionContext } from "./context.ts";

type Params<Method extends keyof Requests> = Requests[Method]["params"];

/** The fixes for a machine of a network, which no builder can build. */
export async function fixesFor(
  session: SessionContext,
  network: Network,
  { machine: name, system }: Params<"morph/builderFixes">,
): Promise<readonly BuilderFix[]> {
  const machine = network.machines.find(each => each.name === name);
  const needed = system ?? (machine && systemToBuild(session, machine));
  if (needed === undefined) return [];
  const localSystem = session.toolchain.config?.system;
  const document = session.networks.openDocument(network.uri);
  const [host, imported] = [await thisHost(), importedBy(session, network.uri)];
  return builderFixes({ network, document, imported, machine: name, system: needed, host, localSystem });
}

/** The code actions for machines without a builder. */
export async function builderActionsFor(
  session: SessionContext,
  { document, network }: { readonly document: NixDocument; readonly network: Network },
  range: Range,
  diagnostics: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const localSystem = session.toolchain.config?.system;
  const choice = choicesIn(session, network.uri);
  const unbuildable = (machine: Machine) =>
    choice(machine)?.isComplete === false ? systemToBuild(session, machine) : undefined;
  const host = await thisHost();
  const { commands } = session.traits;
  const imported = importedBy(session, network.uri);
  return builderActions(network, range, diagnostics, { document, imported, host, localSystem, unbuildable, commands });
}

/** The texts that the paths of a network lead to, as far as they have been read. */
export function importedBy({ networks }: SessionContext, uri: string): (literal: string) => NixDocument | undefined {
  return literal => {
    const file = absolutePath(uri, literal);
    return file === undefined ? undefined : networks.imported(file);
  };
}

/** The system of the builders that a machine needs, as far as is known. */
function systemToBuild({ toolchain }: SessionContext, machine: Machine): string | undefined {
  const { value, origin } = machine.buildSystem ?? machine.system;
  return value ?? (origin === "unstated" ? toolchain.config?.system : undefined);
}

export async function buildMachineDefaults(session: SessionContext): Promise<BuildMachineDefaults> {
  const networks = await session.findNetworks();
  const isBuildable = (system: string) => choiceForSystem(session, system)?.isComplete;
  return {
    candidates: candidates(networks),
    systems: systemsOf(networks, isBuildable),
    emulatable: emulatableSystems(),
  };
}

export function modulesFor({ machine, files }: Params<"morph/buildMachineModules">): BuildMachineModules {
  return buildMachineModules(machine, files);
}

/** Problems: `keys-exist`, `no-keys`, `no-nix`. */
export function createKeys(
  { toolchain }: SessionContext,
  { host, folder }: Params<"morph/createCacheKeys">,
): Promise<Outcome<CacheKeys>> {
  return createCacheKeys(toolchain.nix, keyName(host), folder);
}
