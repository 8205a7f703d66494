import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { machinesByTag } from "../machines/tags.ts";
import { buildMany } from "../operations/buildMany.ts";
import { networkOf } from "./pick/network.ts";

/** Builds every known machine of a network. */
export function buildAllMachines(context: CommandContext): Command {
  return async argument => {
    const uri = await networkOf(argument, context.machines, vscode.l10n.t("Build All Machines"));
    if (uri === undefined) return undefined;
    const network = context.machines.networks?.find(candidate => candidate.uri === uri);
    const machines = network?.machines.map(({ name }) => name) ?? [];
    return buildMany(uri, { machines, kind: "all" }, context);
  };
}

/** Builds the machines of a network that have a tag. */
export function buildByTag(context: CommandContext): Command {
  return async argument => {
    const title = vscode.l10n.t("Build by Tag");
    const uri = await networkOf(argument, context.machines, title);
    const network = context.machines.networks?.find(candidate => candidate.uri === uri);
    if (uri === undefined || network === undefined) return undefined;
    const tags = machinesByTag(network);
    if (tags.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No machine of this network has a tag."));
      return undefined;
    }
    const items = tags.map(({ tag, machines }) => ({
      label: tag,
      description: countOfMachines(machines.length),
      iconPath: new vscode.ThemeIcon("tag"),
      machines,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: vscode.l10n.t("Select a tag"),
    });
    return picked && buildMany(uri, { machines: picked.machines, kind: "tag", tag: picked.label }, context);
  };
}

function countOfMachines(count: number): string {
  return count === 1 ? vscode.l10n.t("1 machine") : vscode.l10n.t("{0} machines", count);
}
