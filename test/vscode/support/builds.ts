import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../../client/src/api.ts";
import { commandIds } from "../../../client/src/manifest.ts";
import type { BuildsRow } from "../../../client/src/views/builds/rows/kinds.ts";
import { type BuildSummary, finalStates } from "../../../server/src/protocol.ts";
import { eventually } from "./eventually.ts";

/** Starts a build like a click on its lens. Returns its id. */
export async function startBuild(uri: string, machine: string): Promise<string> {
  const id = await vscode.commands.executeCommand<string | undefined>("morph.build", { uri, machine });
  assert.ok(id, "the build was not started");
  return id;
}

/** Waits until a build fulfils `condition`. Rejects with the reason if it has failed before. */
export function buildThat(
  { builds }: InternalApi,
  id: string,
  what: string,
  condition: (summary: BuildSummary) => boolean,
): Promise<BuildSummary> {
  const look = () => {
    const summary = builds.summary(id);
    if (summary === undefined || condition(summary)) return summary;
    const { machine, state, failure } = summary;
    assert.notEqual(state, "failed", `${machine} (${id}) has failed: ${JSON.stringify(failure, undefined, 2)}`);
    return undefined;
  };
  return eventually(`${what} (${id})`, look, builds.onDidChange);
}

/** Waits for the end of a build. */
export function buildEnd(api: InternalApi, id: string): Promise<BuildSummary> {
  return buildThat(api, id, "the build ends", ({ state }) => finalStates.has(state));
}

/** Waits for the end of a build with the given state; reports the failure if it is a different one. */
export async function buildEndsAs(
  api: InternalApi,
  id: string,
  wanted: "succeeded" | "cancelled" | "failed",
): Promise<BuildSummary> {
  const summary = await buildEnd(api, id);
  const { machine, state, failure } = summary;
  assert.equal(state, wanted, `${machine} (${id}) ${state}: ${JSON.stringify(failure, undefined, 2)}`);
  return summary;
}

/** Cancels what still runs and waits for its end, so that a test that fails leaves nothing that others wait for. */
export async function endBuilds(api: InternalApi): Promise<void> {
  const running = api.builds.summaries.filter(({ state }) => !finalStates.has(state));
  for (const { id } of running) await vscode.commands.executeCommand(commandIds.cancelBuild, { id });
  for (const { id } of running) await buildEnd(api, id);
}

/** The rows below a row of the Builds view; without one, the builds. */
export function rows({ buildsView }: InternalApi, node?: BuildsRow): Promise<BuildsRow[]> {
  return buildsView.tree.getChildren(node);
}

/** The row of a build. */
export function buildRow({ buildsView }: InternalApi, id: string): BuildsRow {
  const node = buildsView.tree.row(id);
  assert.ok(node, `there is no row of build ${id}`);
  return node;
}

/** The text of a row: its label, followed by its description. */
export function textOf({ buildsView }: InternalApi, node: BuildsRow): string {
  const { label, description } = buildsView.tree.getTreeItem(node);
  return `${String(label)} ${String(description ?? "")}`.trim();
}
