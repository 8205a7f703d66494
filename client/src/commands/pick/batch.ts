import * as vscode from "vscode";
import type { Batch } from "../../builds/batches.ts";
import { batchDescription, batchName } from "../../builds/batchText.ts";
import { batchIcon } from "../../builds/icons.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { isBatchTarget } from "../../targets.ts";
import { themeIcon } from "../../util/icon.ts";
import type { PickTexts } from "./build.ts";

/** The batch that a menu passed, or else the only one that is `wanted`, or the one of them that the user picks. */
export async function batchOf(
  argument: unknown,
  builds: BuildsStore,
  wanted: (batch: Batch) => boolean,
  { title, none }: PickTexts,
): Promise<Batch | undefined> {
  if (isBatchTarget(argument)) return builds.batch(argument.batchId);
  const choices = [...builds.batches.values()].filter(wanted);
  if (choices.length === 0) return void vscode.window.showInformationMessage(none);
  if (choices.length === 1) return choices[0];
  const items = choices.map(batch => ({
    label: batchName(batch, vscode.l10n),
    description: batchDescription(batch, Date.now(), vscode.l10n),
    detail: new Date(batch.startedAt).toLocaleString(),
    iconPath: themeIcon(batchIcon(batch)),
    batch,
  }));
  const placeHolder = vscode.l10n.t("Select a batch");
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }))?.batch;
}
