import * as vscode from "vscode";
import type { BuilderChoice } from "../../../server/src/protocol.ts";
import { type BuildPlace, type StorePlace, storePlaces } from "./storePlaces.ts";
import { builderDescription } from "./text.ts";

interface PlaceItem extends vscode.QuickPickItem {
  /** Undefined for a separator. */
  readonly where?: BuildPlace;
}

/** Asks the user for a builder. @param choices the best first. */
export async function pickPlace(
  machine: string,
  choices: Thenable<readonly BuilderChoice[]>,
): Promise<BuildPlace | undefined> {
  const items = choices.then(list => [nixDecides(), ...list.map(toItem), ...inStores(storePlaces(list, vscode.l10n))]);
  const title = vscode.l10n.t("Build {0} on...", machine);
  const placeHolder = vscode.l10n.t("Select a builder");
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  const picked = await vscode.window.showQuickPick<PlaceItem>(items, options);
  return picked?.where;
}

function nixDecides(): PlaceItem {
  return {
    label: vscode.l10n.t("Any builder"),
    description: vscode.l10n.t("chosen by Nix"),
    iconPath: new vscode.ThemeIcon("server-environment"),
    where: { place: { kind: "schedule" } },
  };
}

function toItem(choice: BuilderChoice): PlaceItem {
  const { id, name, kind } = choice.builder;
  const { why } = choice.capability ?? {};
  return {
    label: kind === "local" ? vscode.l10n.t("This machine") : name,
    description: builderDescription(choice, vscode.l10n),
    ...(why !== undefined && { detail: why }),
    iconPath: new vscode.ThemeIcon(kind === "local" ? "device-desktop" : "server"),
    where: { place: { kind: "only", builder: id } },
  };
}

function inStores(places: readonly StorePlace[]): PlaceItem[] {
  if (places.length === 0) return [];
  const separator = { label: vscode.l10n.t("In the Builder's Store"), kind: vscode.QuickPickItemKind.Separator };
  return [
    separator,
    ...places.map(({ label, description, detail, ...where }) => ({
      label,
      description,
      detail,
      iconPath: new vscode.ThemeIcon(where.detached === true ? "server-process" : "database"),
      where,
    })),
  ];
}
