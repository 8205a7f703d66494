import * as vscode from "vscode";
import type { Builder, Place } from "../../../server/src/protocol.ts";
import { builderDescription, rankBuilders } from "./text.ts";

interface PlaceItem extends vscode.QuickPickItem {
  readonly place: Place;
}

/** Asks where a machine is to be built. `system`: of the machine, if that is known. */
export async function pickPlace(
  machine: string,
  system: string | undefined,
  builders: Thenable<readonly Builder[]>,
): Promise<Place | undefined> {
  const items = builders.then(list => [
    nixDecides(),
    ...rankBuilders(list, system).map(builder => toItem(builder, system)),
  ]);
  const title = vscode.l10n.t("Build {0} on ...", machine);
  const placeHolder = vscode.l10n.t("Builder");
  const options = { title, placeHolder, matchOnDescription: true, matchOnDetail: true };
  const picked = await vscode.window.showQuickPick<PlaceItem>(items, options);
  return picked?.place;
}

function nixDecides(): PlaceItem {
  return {
    label: vscode.l10n.t("Any builder"),
    description: vscode.l10n.t("as Nix decides"),
    iconPath: new vscode.ThemeIcon("server-environment"),
    place: { kind: "schedule" },
  };
}

function toItem(builder: Builder, system: string | undefined): PlaceItem {
  const { id, name, kind, maxJobs, origin } = builder;
  const source = origin.file === undefined ? origin.source : `${origin.source}: ${origin.file}`;
  return {
    label: kind === "local" ? vscode.l10n.t("This machine") : name,
    description: builderDescription(builder, system, vscode.l10n),
    detail: vscode.l10n.t("{0} jobs at a time ({1})", maxJobs, source),
    iconPath: new vscode.ThemeIcon(kind === "local" ? "device-desktop" : "server"),
    place: { kind: "only", builder: id },
  };
}
