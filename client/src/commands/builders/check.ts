import * as vscode from "vscode";
import type { Builder, BuilderId } from "../../../../server/src/protocol.ts";
import { isDeclared } from "../../builders/state.ts";
import { builderName } from "../../builders/stateText.ts";
import type { Command, CommandContext } from "../../context.ts";
import { viewIds } from "../../manifest.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { buildersOf } from "../pick/builder.ts";

/** How long the result stays in the status bar (ms). */
const shownFor = 8000;

/** More builders with problems are only counted. */
const maxNames = 2;

/** Checks all builders, and shows them while it does. */
export function checkBuilders(context: CommandContext): Command {
  return async () => {
    if (!trustedToEvaluate()) return undefined;
    await vscode.commands.executeCommand(`${viewIds.builders}.focus`);
    return showResult(await check(context, true));
  };
}

/** Checks the builders of the selected rows, or one that the user picks. */
export function checkBuilder(context: CommandContext): Command {
  return async (argument, selection) => {
    if (!trustedToEvaluate()) return undefined;
    const texts = {
      title: vscode.l10n.t("Check Builder"),
      none: vscode.l10n.t("Nix has no builder that can be checked."),
    };
    const wanted = await buildersOf(argument, selection, context, builder => !isDeclared(builder), texts);
    const ids = wanted.map(({ id }) => id);
    const checked = (await Promise.all(ids.map(id => check(context, id)))).flat();
    return showResult(checked.filter(({ id }) => ids.includes(id)));
  };
}

/** Resolves with all builders. The view shows which of them are being checked. */
function check({ server }: CommandContext, which: BuilderId | true): Thenable<readonly Builder[]> {
  const options = { location: { viewId: viewIds.builders } };
  return vscode.window.withProgress(options, () => server.request("morph/builders", { check: which }));
}

/** Says briefly how it went; the details are in the view. */
function showResult(builders: readonly Builder[]): void {
  if (builders.length === 0) return;
  const names = builders.filter(hasProblem).map(builder => builderName(builder, vscode.l10n));
  const text =
    names.length === 0
      ? vscode.l10n.t("Builders checked: no problems.")
      : names.length > maxNames
        ? vscode.l10n.t("Builders checked: problems with {0} of {1}.", names.length, builders.length)
        : vscode.l10n.t("Builders checked: problems with {0}.", names.join(", "));
  void vscode.window.setStatusBarMessage(text, shownFor);
}

function hasProblem({ check: result, offers }: Builder): boolean {
  const isRefused = offers.some(
    ({ systems, refusedFeatures = [] }) =>
      refusedFeatures.length > 0 || systems.some(({ refusal }) => refusal !== undefined),
  );
  return isRefused || result?.problem !== undefined;
}
