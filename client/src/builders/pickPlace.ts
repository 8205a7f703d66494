import * as vscode from "vscode";
import type { PlaceChoices } from "../../../server/src/protocol.ts";
import { places } from "../registry.ts";
import type { DefaultButton, PickItem } from "./placeItem.ts";
import { placeItems } from "./placeItems.ts";
import type { BuildPlace } from "./storePlaces.ts";

/** The place that the user picked. */
export interface PickedPlace extends BuildPlace {
  /** Start even though it cannot build the machine, as far as is known. */
  readonly regardless?: true;
}

interface Button extends vscode.QuickInputButton {
  readonly change: DefaultButton;
}

interface Item extends vscode.QuickPickItem {
  readonly source: PickItem;
  readonly buttons: readonly Button[];
}

/**
 * Asks the user where to build a machine. Buttons make a place the default. A builder that cannot build it can be selected to see why.
 *
 * @param load requests the choices: again when a default has changed.
 */
export async function pickPlace(machine: string, load: () => Thenable<PlaceChoices>): Promise<PickedPlace | undefined> {
  for (;;) {
    const picked = await pickItem(machine, load);
    if (picked?.kind !== "place") return undefined;
    const { where, obstacle } = picked;
    if (obstacle === undefined) return where;
    const [another, anyway] = [vscode.l10n.t("Choose Another"), vscode.l10n.t("Build Anyway")];
    const actions = obstacle.mayTry ? [another, anyway] : [another];
    const answer = await vscode.window.showWarningMessage(obstacle.message, ...actions);
    if (answer === anyway) return { ...where, regardless: true };
    if (answer !== another) return undefined;
  }
}

async function pickItem(machine: string, load: () => Thenable<PlaceChoices>): Promise<PickItem | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = vscode.l10n.t("Build {0} on...", machine);
  pick.placeholder = vscode.l10n.t("Select a builder");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const show = async () => {
    pick.busy = true;
    const choices = await load();
    const items = placeItems(choices, { machine, places: places.get(), now: Date.now(), l10n: vscode.l10n });
    pick.items = items.map(toItem);
    pick.activeItems = pick.items.filter(({ source }) => source.kind === "place" && source.isDefault);
    pick.busy = false;
  };
  try {
    return await new Promise<PickItem | undefined>((resolve, reject) => {
      pick.onDidAccept(() => resolve(pick.selectedItems[0]?.source));
      pick.onDidHide(() => resolve(undefined));
      pick.onDidTriggerItemButton(({ button }) => {
        if (isButton(button)) void places.set(button.change.key, button.change.value).then(show, reject);
      });
      pick.show();
      show().catch(reject);
    });
  } finally {
    pick.dispose();
  }
}

function isButton(button: vscode.QuickInputButton): button is Button {
  return "change" in button;
}

function toItem(source: PickItem): Item {
  if (source.kind === "separator")
    return { source, label: source.label, kind: vscode.QuickPickItemKind.Separator, buttons: [] };
  const { label, description, detail, icon } = source;
  const buttons = source.buttons.map(change => ({
    change,
    iconPath: new vscode.ThemeIcon(change.icon),
    tooltip: change.tooltip,
  }));
  return { source, label, description, detail: detail ?? "", iconPath: new vscode.ThemeIcon(icon), buttons };
}
