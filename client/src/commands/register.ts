import * as vscode from "vscode";
import { type CommandId, commandIds } from "../manifest.ts";
import { reportError } from "../problems/report.ts";
import type { Rooms } from "../rooms.ts";
import { buildAllMachines } from "./buildAllMachines.ts";
import { buildAnyway } from "./buildAnyway.ts";
import { buildByTag } from "./buildByTag.ts";
import { buildKeepingFolders } from "./buildKeepingFolders.ts";
import { buildMachine } from "./buildMachine.ts";
import { buildMachineOn } from "./buildMachineOn.ts";
import { buildOther } from "./buildOther.ts";
import { cancelAllBuilds } from "./cancelAllBuilds.ts";
import { cancelBuild } from "./cancelBuild.ts";
import type { Command } from "./command.ts";
import { copyDiagnostics } from "./copyDiagnostics.ts";
import { copyStorePath } from "./copyStorePath.ts";
import { evaluateAllMachines } from "./evaluateAllMachines.ts";
import { evaluateMachine } from "./evaluateMachine.ts";
import { filterBuilds, showAllBuilds } from "./filterBuilds.ts";
import { firstError } from "./firstError.ts";
import { keepBuild, stopKeepingBuild } from "./keepBuild.ts";
import { openKeptFolder } from "./openKeptFolder.ts";
import { removeBuild } from "./removeBuild.ts";
import { replaceHash } from "./replaceHash.ts";
import { restartServer } from "./restartServer.ts";
import { revealMachine } from "./revealMachine.ts";
import { showLog } from "./showLog.ts";
import { showOutput } from "./showOutput.ts";
import { treatAsNetworkFile } from "./treatAsNetworkFile.ts";
import { whatToDo } from "./whatToDo.ts";
import { whyRebuild } from "./whyRebuild.ts";

const commands: Readonly<Record<CommandId, (rooms: Rooms) => Command>> = {
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

/** Registers every command of the manifest. What one fails with is shown to the user. */
export function registerCommands(rooms: Rooms): vscode.Disposable[] {
  return Object.entries(commands).map(([id, create]) => {
    const command = create(rooms);
    return vscode.commands.registerCommand(id, async (argument?: unknown, selection?: unknown) => {
      try {
        return await command(argument, selection);
      } catch (error) {
        reportError(error, rooms.session.output);
        return undefined;
      }
    });
  });
}
