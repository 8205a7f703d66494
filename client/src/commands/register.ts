import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { type CommandId, commandIds } from "../manifest.ts";
import { reportError } from "../problems/report.ts";
import { buildAnyway, buildKeepingFolders, buildMachine, buildMachineOn, buildOther } from "./build.ts";
import { buildAllMachines, buildByTag } from "./buildMany.ts";
import { cancelAllBuilds, cancelBuild } from "./cancel.ts";
import { copyStorePath } from "./copyStorePath.ts";
import { evaluateAllMachines, evaluateMachine } from "./evaluate.ts";
import { openKeptFolder, whatToDo } from "./failure.ts";
import { filterBuilds, showAllBuilds } from "./filterBuilds.ts";
import { keepBuild, removeBuild, stopKeepingBuild } from "./keep.ts";
import { firstError, showLog } from "./log.ts";
import { replaceHash } from "./replaceHash.ts";
import { revealMachine } from "./revealMachine.ts";
import { copyDiagnostics, restartServer, showOutput } from "./server.ts";
import { treatAsNetworkFile } from "./treatAsNetworkFile.ts";
import { whyRebuild } from "./whyRebuild.ts";

const commands: Readonly<Record<CommandId, (context: CommandContext) => Command>> = {
  [commandIds.evaluateMachine]: evaluateMachine,
  [commandIds.evaluateAllMachines]: evaluateAllMachines,
  [commandIds.buildMachine]: buildMachine,
  [commandIds.buildMachineOn]: buildMachineOn,
  [commandIds.buildOther]: buildOther,
  [commandIds.buildKeepingFolders]: buildKeepingFolders,
  [commandIds.buildAnyway]: buildAnyway,
  [commandIds.buildAllMachines]: buildAllMachines,
  [commandIds.buildByTag]: buildByTag,
  [commandIds.cancelBuild]: cancelBuild,
  [commandIds.cancelAllBuilds]: cancelAllBuilds,
  [commandIds.filterBuilds]: filterBuilds,
  [commandIds.showAllBuilds]: showAllBuilds,
  [commandIds.showLog]: showLog,
  [commandIds.firstError]: firstError,
  [commandIds.whyRebuild]: whyRebuild,
  [commandIds.keepBuild]: keepBuild,
  [commandIds.stopKeepingBuild]: stopKeepingBuild,
  [commandIds.removeBuild]: removeBuild,
  [commandIds.revealMachine]: revealMachine,
  [commandIds.copyStorePath]: copyStorePath,
  [commandIds.whatToDo]: whatToDo,
  [commandIds.replaceHash]: replaceHash,
  [commandIds.openKeptFolder]: openKeptFolder,
  [commandIds.treatAsNetworkFile]: treatAsNetworkFile,
  [commandIds.restartServer]: restartServer,
  [commandIds.showOutput]: showOutput,
  [commandIds.copyDiagnostics]: copyDiagnostics,
};

/** Registers every command of the manifest. Errors are shown to the user. */
export function registerCommands(context: CommandContext): vscode.Disposable[] {
  return Object.entries(commands).map(([id, create]) => {
    const command = create(context);
    return vscode.commands.registerCommand(id, async (argument?: unknown, selection?: unknown) => {
      try {
        return await command(argument, selection);
      } catch (error) {
        reportError(error, context.session.output);
        return undefined;
      }
    });
  });
}
