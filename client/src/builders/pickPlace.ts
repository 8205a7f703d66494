import * as vscode from "vscode";
import type { BuilderChoice, Place } from "../../../server/src/protocol.ts";
import { builderDescription } from "./text.ts";

interface PlaceItem extends vscode.QuickPickItem {
  readonly place: Place;
}

/** Asks the user for a builder. @param choices the best first. */
export async function pickPlace(
  machine: string,
  choices: Thenable<readonly BuilderChoice[]>,
): Promise<Place | undefined> {
  const items = choices.then(list => [nixDecides(), ...list.map(toItem)]);
  const title = vscode.l10n.t("Build {0} on...", machine);
  const placeHolder = vscode.l10n.t("Select a builder");
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  const picked = await vscode.window.showQuickPick<PlaceItem>(items, options);
  return picked?.place;
}

function nixDecides(): PlaceItem {
  return {
    label: vscode.l10n.t("Any builder"),
    description: vscode.l10n.t("chosen by Nix"),
    iconPath: new vscode.ThemeIcon("server-environment"),
    place: { kind: "schedule" },
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
    place: { kind: "only", builder: id },
  };
}
