import * as vscode from "vscode";
import { buildMany } from "../operations/buildMany.ts";
import type { Rooms } from "../rooms.ts";
import { machinesByTag } from "../text/tags.ts";
import type { Command } from "./command.ts";
import { networkOf } from "./pickNetwork.ts";

/** Builds the machines of a network that have a tag. */
export function buildByTag(rooms: Rooms): Command {
  return async argument => {
    const title = vscode.l10n.t("Build by Tag");
    const uri = await networkOf(argument, rooms.machines, title);
    const network = rooms.machines.networks?.find(candidate => candidate.uri === uri);
    if (uri === undefined || network === undefined) return undefined;
    const tags = machinesByTag(network);
    if (tags.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No machine of this network has a tag."));
      return undefined;
    }
    const items = tags.map(({ tag, machines }) => ({
      label: tag,
      description: machines.join(", "),
      iconPath: new vscode.ThemeIcon("tag"),
      machines,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: vscode.l10n.t("Tag"),
      matchOnDescription: true,
    });
    return picked && buildMany(uri, picked.machines, rooms);
  };
}
