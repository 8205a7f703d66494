import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { type CommandId, commandIds } from "../manifest.ts";
import { reportError } from "../problems/report.ts";
import {
  buildAgain,
  buildAnyway,
  buildKeepingFolders,
  buildMachine,
  buildMachineOn,
  buildOther,
  fetchFromCache,
  pickAndBuild,
} from "./build.ts";
import { copyMachineLine, openBuilder, showBuilder } from "./builders/builder.ts";
import { checkBuilder, checkBuilders } from "./builders/check.ts";
import { addBuilder } from "./buildMachine/addBuilder.ts";
import { setUpBuildMachine } from "./buildMachine/setUp.ts";
import { buildAllMachines, buildByTag } from "./buildMany.ts";
import { cancelBatch, removeFailed, retryFailed } from "./builds/batch.ts";
import { copyStorePath } from "./builds/copyStorePath.ts";
import { filterBuilds, showAllBuilds } from "./builds/filterBuilds.ts";
import { keepBuild, stopKeepingBuild } from "./builds/keep.ts";
import { showLastBuild } from "./builds/lastBuild.ts";
import { lookForLeftovers } from "./builds/leftovers.ts";
import { removeBuild } from "./builds/remove.ts";
import { retryBuild } from "./builds/retry.ts";
import { checkSignatures, exportSignatures, showSignatures } from "./builds/signatures.ts";
import { showTimeline } from "./builds/timeline.ts";
import { whyRebuild } from "./builds/whyRebuild.ts";
import { cancelAllBuilds, cancelBuild } from "./cancel.ts";
import { cancelEvaluations, evaluateAllMachines, evaluateMachine } from "./evaluate.ts";
import { openKeptFolder, whatToDo } from "./failure.ts";
import { buildOnHydra, followHydraBuild } from "./hydra/buildOnHydra.ts";
import { compareWithHydra, evaluateWithHydraInputs } from "./hydra/compare.ts";
import { connectHydra } from "./hydra/connect.ts";
import { createHydraJobset, evaluateAsHydra, putHydraJobset, writeHydraFiles } from "./hydra/jobset.ts";
import { openInHydra } from "./hydra/openInHydra.ts";
import { restartOnHydra } from "./hydra/restartOnHydra.ts";
import { firstError, showLog } from "./log.ts";
import { copyMachineNames, groupMachines } from "./machinesView.ts";
import { replaceHash } from "./replaceHash.ts";
import { revealMachine } from "./revealMachine.ts";
import { copyDiagnostics, openSettings, restartServer, showOutput } from "./server.ts";
import { showBuilds, showStatus } from "./show.ts";
import { copySnippet } from "./signatures/copySnippet.ts";
import { pushPaths } from "./signatures/pushPaths.ts";
import { signPaths } from "./signatures/signPaths.ts";
import { trustKey } from "./signatures/trustKey.ts";
import { treatAsNetworkFile } from "./treatAsNetworkFile.ts";

const commands: Readonly<Record<CommandId, (context: CommandContext) => Command>> = {
  [commandIds.evaluateMachine]: evaluateMachine,
  [commandIds.cancelEvaluations]: cancelEvaluations,
  [commandIds.evaluateAllMachines]: evaluateAllMachines,
  [commandIds.buildMachine]: buildMachine,
  [commandIds.buildAgain]: buildAgain,
  [commandIds.pickAndBuild]: pickAndBuild,
  [commandIds.buildMachineOn]: buildMachineOn,
  [commandIds.buildOther]: buildOther,
  [commandIds.fetchFromCache]: fetchFromCache,
  [commandIds.buildKeepingFolders]: buildKeepingFolders,
  [commandIds.buildAnyway]: buildAnyway,
  [commandIds.addBuilder]: addBuilder,
  [commandIds.setUpBuildMachine]: setUpBuildMachine,
  [commandIds.connectHydra]: connectHydra,
  [commandIds.createHydraJobset]: createHydraJobset,
  [commandIds.evaluateAsHydra]: evaluateAsHydra,
  [commandIds.writeHydraFiles]: writeHydraFiles,
  [commandIds.putHydraJobset]: putHydraJobset,
  [commandIds.buildAllMachines]: buildAllMachines,
  [commandIds.buildByTag]: buildByTag,
  [commandIds.cancelBuild]: cancelBuild,
  [commandIds.cancelAllBuilds]: cancelAllBuilds,
  [commandIds.cancelBatch]: cancelBatch,
  [commandIds.retryBuild]: retryBuild,
  [commandIds.lookForLeftovers]: lookForLeftovers,
  [commandIds.restartOnHydra]: restartOnHydra,
  [commandIds.retryFailed]: retryFailed,
  [commandIds.removeFailed]: removeFailed,
  [commandIds.filterBuilds]: filterBuilds,
  [commandIds.showAllBuilds]: showAllBuilds,
  [commandIds.showLastBuild]: showLastBuild,
  [commandIds.showLog]: showLog,
  [commandIds.firstError]: firstError,
  [commandIds.whyRebuild]: whyRebuild,
  [commandIds.checkSignatures]: checkSignatures,
  [commandIds.showTimeline]: showTimeline,
  [commandIds.showSignatures]: showSignatures,
  [commandIds.exportSignatures]: exportSignatures,
  [commandIds.keepBuild]: keepBuild,
  [commandIds.stopKeepingBuild]: stopKeepingBuild,
  [commandIds.removeBuild]: removeBuild,
  [commandIds.revealMachine]: revealMachine,
  [commandIds.copyMachineNames]: copyMachineNames,
  [commandIds.groupMachines]: groupMachines,
  [commandIds.openInHydra]: openInHydra,
  [commandIds.compareWithHydra]: compareWithHydra,
  [commandIds.evaluateWithHydraInputs]: evaluateWithHydraInputs,
  [commandIds.buildOnHydra]: buildOnHydra,
  [commandIds.followHydraBuild]: followHydraBuild,
  [commandIds.copyStorePath]: copyStorePath,
  [commandIds.copyMachineLine]: copyMachineLine,
  [commandIds.openBuilder]: openBuilder,
  [commandIds.showBuilder]: showBuilder,
  [commandIds.checkBuilders]: checkBuilders,
  [commandIds.checkBuilder]: checkBuilder,
  [commandIds.whatToDo]: whatToDo,
  [commandIds.replaceHash]: replaceHash,
  [commandIds.openKeptFolder]: openKeptFolder,
  [commandIds.trustKey]: trustKey,
  [commandIds.signPaths]: signPaths,
  [commandIds.pushPaths]: pushPaths,
  [commandIds.copySnippet]: copySnippet,
  [commandIds.treatAsNetworkFile]: treatAsNetworkFile,
  [commandIds.restartServer]: restartServer,
  [commandIds.showOutput]: showOutput,
  [commandIds.copyDiagnostics]: copyDiagnostics,
  [commandIds.openSettings]: openSettings,
  [commandIds.showBuilds]: showBuilds,
  [commandIds.showStatus]: showStatus,
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
