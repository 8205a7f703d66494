import * as vscode from "vscode";
import { type BuilderId, localBuilder } from "../../../../server/src/protocol.ts";
import { machineLinesOf, openableOrigins, originText } from "../../builders/originText.ts";
import { chosenBuilder } from "../../builds/state.ts";
import type { BuildsStore } from "../../builds/store.ts";
import type { Command, CommandContext } from "../../context.ts";
import { settingKeys } from "../../manifest.ts";
import { reveal } from "../../problems/location.ts";
import { hasDrvPath, isBuilderTarget, isBuildTarget } from "../../targets.ts";
import { storeName } from "../../text/storeNames.ts";
import { buildersOf } from "../pick/builder.ts";

type Origin = ReturnType<typeof openableOrigins>[number];

/** Copies the machine lines of builders, for Nix's `builders` or a machines file; those of several rows, one after the other. */
export function copyMachineLine(context: CommandContext): Command {
  return async (argument, selection) => {
    const texts = {
      title: vscode.l10n.t("Copy Machine Line"),
      none: vscode.l10n.t("No builder has a machine line."),
    };
    const builders = await buildersOf(argument, selection, context, each => machineLinesOf(each) !== undefined, texts);
    const lines = builders.flatMap(builder => machineLinesOf(builder) ?? []);
    if (lines.length > 0) await vscode.env.clipboard.writeText(lines.join("\n"));
  };
}

/** Opens the file and line, or the setting, that defines a builder. */
export function openBuilder(context: CommandContext): Command {
  return async argument => {
    const texts = {
      title: vscode.l10n.t("Open Builder Definition"),
      none: vscode.l10n.t("No builder is defined in a file that can be opened."),
    };
    const [builder] = await buildersOf(argument, [], context, each => openableOrigins(each).length > 0, texts);
    const origin = builder && (originIn(argument) ?? (await pickOrigin(openableOrigins(builder), texts.title)));
    return origin && open(origin);
  };
}

/** The origin that a row is about. */
function originIn(row: unknown): Origin | undefined {
  const origin = isBuilderTarget(row) && "origin" in row ? (row.origin as Origin) : undefined;
  return origin?.file === undefined ? undefined : origin;
}

async function pickOrigin(origins: readonly Origin[], title: string): Promise<Origin | undefined> {
  if (origins.length < 2) return origins[0];
  const items = origins.map(origin => ({ label: originText(origin, pathOf, vscode.l10n), origin }));
  return (await vscode.window.showQuickPick(items, { title }))?.origin;
}

function open({ file, line = 1 }: Origin): unknown {
  if (file === undefined) return vscode.commands.executeCommand("workbench.action.openSettings", settingKeys.builders);
  const start = { line: Math.max(0, line - 1), character: 0 };
  return reveal({ uri: vscode.Uri.file(file).toString(), range: { start, end: start } });
}

const pathOf = (file: string) => vscode.workspace.asRelativePath(vscode.Uri.file(file));

/** Selects the builder of a derivation or a build in the Builders view. */
export function showBuilder({ builds, showBuilder: show }: CommandContext): Command {
  return async argument => {
    const id = isBuilderTarget(argument) ? argument.builder : builderOfRow(argument, builds);
    if (id === undefined || (await show(id))) return;
    void vscode.window.showInformationMessage(vscode.l10n.t("Nix has no builder {0} now.", storeName(id)));
  };
}

/** The builder of a derivation's row; of a build's row the one that it runs on, or was to run on. */
function builderOfRow(row: unknown, builds: BuildsStore): BuilderId | undefined {
  if (!isBuildTarget(row)) return undefined;
  if (hasDrvPath(row)) return builds.derivation(row.id, row.drvPath)?.builder ?? localBuilder;
  const build = builds.summary(row.id);
  return build && chosenBuilder(build);
}
