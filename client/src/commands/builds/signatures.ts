import * as vscode from "vscode";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { signedText } from "../../builds/signatures/text.ts";
import { isCheckable } from "../../builds/state.ts";
import type { Command, CommandContext } from "../../context.ts";
import { viewIds } from "../../manifest.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { exportedReport } from "../../signatures/exportedReport.ts";
import { signaturesUri } from "../../signatures/signatureAddress.ts";
import { buildIdOf } from "../pick/build.ts";

/** How long the result stays in the status bar (ms). */
const shownFor = 8000;

/** Checks the signatures of a result again, for example because a cache did not answer. Returns the report. */
export function checkSignatures({ builds }: CommandContext): Command {
  return async argument => {
    if (!trustedToEvaluate()) return undefined;
    const choices = builds.summaries.filter(isCheckable);
    const title = vscode.l10n.t("Check Signatures Again");
    const id = await buildIdOf(argument, choices, { title, none: noResult() });
    if (id === undefined) return undefined;
    const options = { location: { viewId: viewIds.builds } };
    const report = await vscode.window.withProgress(options, () => builds.checkSignatures(id));
    const text = `${builds.summary(id)?.machine ?? ""}: ${signedText(report, vscode.l10n)}`;
    void vscode.window.setStatusBarMessage(text, shownFor);
    return report;
  };
}

/** Opens the signature report of a build as a document. */
export function showSignatures({ builds }: CommandContext): Command {
  return async argument => {
    const title = vscode.l10n.t("Show Signature Report");
    const build = await reported(argument, builds, title);
    return build && vscode.commands.executeCommand("vscode.open", signaturesUri(build), {});
  };
}

/** Saves the signature report of a build as JSON, where the user chooses. */
export function exportSignatures({ builds }: CommandContext): Command {
  return async argument => {
    const title = vscode.l10n.t("Export Signature Report");
    const build = await reported(argument, builds, title);
    if (build === undefined) return;
    const report = await builds.signatures(build.id);
    const folder = vscode.Uri.joinPath(vscode.Uri.parse(build.uri, true), "..");
    const defaultUri = vscode.Uri.joinPath(folder, `${build.machine.replaceAll("/", "_")}-signatures.json`);
    const target = await vscode.window.showSaveDialog({ title, defaultUri, filters: { JSON: ["json"] } });
    if (target === undefined) return;
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(exportedReport(build, report)));
    const text = vscode.l10n.t("Signature report saved to {0}.", vscode.workspace.asRelativePath(target));
    void vscode.window.setStatusBarMessage(text, shownFor);
  };
}

/** The build that a menu passed, or that the user picks among those with a report. */
async function reported(
  argument: unknown,
  builds: CommandContext["builds"],
  title: string,
): Promise<BuildSummary | undefined> {
  const choices = builds.summaries.filter(({ signatures }) => signatures !== undefined);
  const id = await buildIdOf(argument, choices, { title, none: noResult() });
  return id === undefined ? undefined : builds.summary(id);
}

function noResult(): string {
  return vscode.l10n.t("No build has a result on this machine yet.");
}
