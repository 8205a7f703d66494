import * as vscode from "vscode";
import type { Builder, BuilderId } from "../../../../server/src/protocol.ts";
import { builderIcon } from "../../builders/icons.ts";
import { stateOf } from "../../builders/state.ts";
import { builderName, stateText, systemsText } from "../../builders/stateText.ts";
import type { CommandContext } from "../../context.ts";
import { isBuilderTarget } from "../../targets.ts";
import { themeIcon } from "../../util/icon.ts";
import type { PickTexts } from "./build.ts";
import { chosenInView } from "./rows.ts";

/**
 * The builders that a command acts on: those of all selected rows if several are, of the row that a menu passed, or of the rows that are
 * chosen in the Builders view, for a keybinding; else the one of the `wanted` ones that the user picks.
 */
export async function buildersOf(
  argument: unknown,
  selection: unknown,
  { builders, chosenBuilders }: Pick<CommandContext, "builders" | "chosenBuilders">,
  wanted: (builder: Builder) => boolean,
  texts: PickTexts,
): Promise<readonly Builder[]> {
  const known = (ids: readonly BuilderId[]) =>
    [...new Set(ids)].flatMap(id => builders.builder(id) ?? []).filter(wanted);
  if (argument === chosenInView) return known(idsOf(await chosenBuilders()));
  if (!isBuilderTarget(argument)) return pickBuilder(builders.builders.filter(wanted), texts);
  const selected = Array.isArray(selection) ? idsOf(selection) : [];
  return known(selected.length > 1 ? selected : [argument.builder]);
}

function idsOf(rows: readonly unknown[]): readonly BuilderId[] {
  return rows.filter(isBuilderTarget).map(({ builder }) => builder);
}

async function pickBuilder(choices: readonly Builder[], { title, none }: PickTexts): Promise<readonly Builder[]> {
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(none);
    return [];
  }
  const items = choices.map(builder => {
    const state = stateOf(builder, 0);
    return {
      label: builderName(builder, vscode.l10n),
      description: stateText(state, builder, vscode.l10n),
      detail: systemsText(builder, vscode.l10n),
      iconPath: themeIcon(builderIcon(builder, state, Date.now())),
      builder,
    };
  });
  const options = { title, placeHolder: vscode.l10n.t("Select a builder"), matchOnDetail: true };
  const picked = await vscode.window.showQuickPick(items, options);
  return picked === undefined ? [] : [picked.builder];
}
