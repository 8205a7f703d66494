import * as vscode from "vscode";
import type { BatchKind, Place } from "../../../server/src/protocol.ts";
import type { BuildTools } from "./build.ts";
import { prepare } from "./prepare.ts";

/** Starting more builds than this needs a confirmation. */
const many = 5;

/** The machines of a batch, and how they were chosen. */
export interface ManyMachines {
  readonly machines: readonly string[];
  readonly kind: BatchKind;
  /** The tag, if the kind is `tag`. */
  readonly tag?: string | undefined;
  readonly place?: Place | undefined;
}

/**
 * Starts the builds of several machines of a network, in Morph's order. Resolves with their ids once they are recorded;
 * undefined if the user cancelled before.
 */
export async function buildMany(
  uri: string,
  { machines, kind, tag, place }: ManyMachines,
  { server, builds, follow, reveal }: BuildTools,
): Promise<readonly string[] | undefined> {
  if (machines.length === 0 || (machines.length > many && !(await confirmed(machines.length)))) return undefined;
  if (!(await prepare(server))) return undefined;
  const { ids, batch } = await server.request("morph/buildMany", { uri, machines, kind, tag, place });
  if (ids.some(id => builds.summary(id) === undefined)) await builds.reload();
  await follow(ids);
  const row = batch ?? ids[0];
  // The builds run even if a row cannot be shown.
  if (row !== undefined) await reveal(row).catch(() => undefined);
  return ids;
}

async function confirmed(count: number): Promise<boolean> {
  const build = vscode.l10n.t("Build");
  const message = vscode.l10n.t("Build {0} machines?", count);
  const detail = vscode.l10n.t("Only some run in parallel (setting morph.maxBuilds); the others are queued.");
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, build)) === build;
}
