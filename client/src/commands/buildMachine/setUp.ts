import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { BuildMachineFiles, CacheKeys } from "../../../../server/src/protocol.ts";
import { type Answers, initialAnswers, toBuildMachine } from "../../buildMachine/answers.ts";
import { ask } from "../../buildMachine/ask.ts";
import { hostQuestions } from "../../buildMachine/hostQuestions.ts";
import { keyQuestions } from "../../buildMachine/keyQuestions.ts";
import { freeName, openNew } from "../../buildMachine/newFiles.ts";
import { serviceQuestions } from "../../buildMachine/serviceQuestions.ts";
import type { Command, CommandContext } from "../../context.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { hasSystem } from "../../targets.ts";

/** Asks for a build machine step by step, and opens the NixOS modules of it and of its clients as new files. */
export function setUpBuildMachine({ server, nextSteps }: CommandContext): Command {
  // The answers of a flow whose modules could not be made, for the next attempt.
  let draft: Answers | undefined;
  return async argument => {
    const title = vscode.l10n.t("Set Up a Build Machine");
    const defaults = await server.request("morph/buildMachineDefaults", {});
    const keyFolder = path.join(os.homedir(), ".local/share/nix-cache-keys");
    const proposed = initialAnswers(defaults, keyFolder, hasSystem(argument) ? argument.system : undefined);
    const questions = [
      ...hostQuestions(vscode.l10n, pathOf),
      ...serviceQuestions(vscode.l10n),
      ...keyQuestions(vscode.l10n, isInWorkspace),
    ];
    const answers = await ask(title, questions, draft === undefined ? proposed : { ...draft, defaults });
    if (answers === undefined) return;
    draft = answers;
    const keys = await keysFor(answers);
    if (keys === "cancelled") return;
    const machine = toBuildMachine(answers, keys);
    const { folder, files } = await filesFor(answers);
    const modules = await server.request("morph/buildMachineModules", { machine, files });
    await openNew(folder, files.clientFile, modules.clientModule);
    await openNew(folder, files.machineFile, modules.machineModule);
    await nextSteps.show(machine.host, modules.nextSteps);
    draft = undefined;
  };

  /** Creates the cache's keys if the user wants them here, and agrees to where they go. */
  async function keysFor(answers: Answers): Promise<CacheKeys | "cancelled" | undefined> {
    const { hasCache, keyOrigin, keyFolder, cacheHost } = answers;
    if (!hasCache || keyOrigin !== "created") return undefined;
    if (!trustedToEvaluate()) return "cancelled";
    const create = vscode.l10n.t("Create Keys");
    const message = vscode.l10n.t("Create the keys of {0}?", cacheHost);
    const detail = vscode.l10n.t(
      "Nix writes a secret key that only you can read and a public key to {0}. The modules contain the public key and the path of the secret one.",
      keyFolder,
    );
    const picked = await vscode.window.showInformationMessage(message, { modal: true, detail }, create);
    if (picked !== create) return "cancelled";
    return server.request("morph/createCacheKeys", { host: cacheHost, folder: keyFolder });
  }
}

/** The folder for the new files, beside the network of the build machine, and their names. */
async function filesFor({ candidate }: Answers): Promise<{
  readonly folder: vscode.Uri | undefined;
  readonly files: BuildMachineFiles;
}> {
  const network = candidate && vscode.Uri.parse(candidate.uri, true);
  const folder = network ? vscode.Uri.joinPath(network, "..") : vscode.workspace.workspaceFolders?.[0]?.uri;
  const machineFile = await freeName(folder, "build-machine");
  const clientFile = await freeName(folder, "build-machine-client");
  const deployed = candidate && { machine: candidate.machine, network: pathOf(candidate.uri) };
  return { folder, files: { machineFile, clientFile, deployed } };
}

function pathOf(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true));
}

function isInWorkspace(folder: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) !== undefined;
}
