import * as vscode from "vscode";
import { type HashChange, isHashChange } from "../../../server/src/common/hashText.ts";
import type { Command } from "../context.ts";
import { type FoundHash, findHash, putHash } from "../problems/hashPlaces.ts";
import { showMessage } from "../problems/show.ts";

/** Replaces the specified hash by that of the fetched source. */
export function replaceHash(): Command {
  return async argument => {
    if (!isHashChange(argument)) return undefined;
    const found = await findHash(argument);
    if (found.length === 0) return showNotFound(argument);
    const chosen = found.length === 1 ? found : await choose(found);
    return chosen && putHash(chosen);
  };
}

async function showNotFound({ specified, got }: HashChange): Promise<void> {
  const message = vscode.l10n.t(
    "No Nix file in this workspace contains the hash {0}. It is in a file that the network imports from elsewhere.",
    specified,
  );
  const copy = { title: vscode.l10n.t("Copy New Hash"), run: () => vscode.env.clipboard.writeText(got) };
  await showMessage("info", message, [copy]);
}

async function choose(found: readonly FoundHash[]): Promise<readonly FoundHash[] | undefined> {
  const items = found.map(place => ({
    label: place.document.lineAt(place.range.start.line).text.trim(),
    description: `${vscode.workspace.asRelativePath(place.document.uri)}:${place.range.start.line + 1}`,
    picked: true,
    place,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Update Hash"),
    placeHolder: vscode.l10n.t("The hash occurs in several places. Select the ones to update."),
    canPickMany: true,
  });
  return chosen?.map(({ place }) => place);
}
