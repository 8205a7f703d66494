import * as vscode from "vscode";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { buildIcon } from "../../builds/icons.ts";
import { buildDescription } from "../../builds/text.ts";
import { isBuildTarget } from "../../targets.ts";
import { themeIcon } from "../../util/icon.ts";

interface BuildItem extends vscode.QuickPickItem {
  readonly id: string;
}

/** The title of the list, and the message if there is nothing to choose from. */
export interface PickTexts {
  readonly title: string;
  readonly none: string;
}

/** The id of the build that a menu passed, or else of the one of `choices` that the user picks. */
export async function buildIdOf(
  argument: unknown,
  choices: readonly BuildSummary[],
  { title, none }: PickTexts,
): Promise<string | undefined> {
  if (isBuildTarget(argument)) return argument.id;
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  const placeHolder = vscode.l10n.t("Select a build");
  const picked = await vscode.window.showQuickPick(choices.map(toItem), {
    title,
    placeHolder,
    matchOnDescription: true,
  });
  return picked?.id;
}

function toItem(build: BuildSummary): BuildItem {
  return {
    id: build.id,
    label: build.machine,
    description: buildDescription(build, Date.now(), vscode.l10n),
    detail: new Date(build.startedAt).toLocaleString(),
    iconPath: themeIcon(buildIcon(build)),
  };
}
