import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import type { BuildsRow } from "../../client/src/views/builds/rows/kinds.ts";
import { buildEndsAs, buildRow, startBuild } from "./support/builds.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork } from "./support/workspace.ts";

const text = `{
  one = { nixpkgs.system = "x86_64-linux"; };
  two = { nixpkgs.system = "x86_64-linux"; };
}
`;

describe("several rows of the Builds view", () => {
  let api: InternalApi;
  let uri: string;
  const ids: string[] = [];
  const rows = (): BuildsRow[] => ids.map(id => buildRow(api, id));
  const pins = () => ids.map(id => api.builds.summary(id)?.kept.pinned === true);

  before(async () => {
    api = await activeExtension();
    uri = await addNetwork(api, "several", text);
    for (const machine of ["one", "two"]) ids.push(await startBuild(uri, machine));
    for (const id of ids) await buildEndsAs(api, id, "succeeded");
  });

  it("are pinned and unpinned together, and only builds count", async () => {
    const [one] = rows();
    await vscode.commands.executeCommand(commandIds.keepBuild, one, rows());
    assert.deepEqual(pins(), [true, true]);
    await vscode.commands.executeCommand(commandIds.stopKeepingBuild, one, [...rows(), { kind: "failure", id: "?" }]);
    assert.deepEqual(pins(), [false, false]);
  });

  it("have their store paths copied, one per line", async () => {
    const [one] = rows();
    await vscode.commands.executeCommand(commandIds.copyStorePath, one, rows());
    const paths = ids.map(id => api.builds.summary(id)?.outPath);
    assert.equal(await vscode.env.clipboard.readText(), paths.join("\n"));
  });

  it("are built again together, each in its place", async () => {
    const [one] = rows();
    await vscode.commands.executeCommand(commandIds.buildAgain, one, rows());
    for (const machine of ["one", "two"]) {
      const again = api.builds.newest(uri, machine)?.id ?? "";
      assert.ok(!ids.includes(again), machine);
      await buildEndsAs(api, again, "succeeded");
    }
  });

  it("are what a key acts on: the row with the focus, or the selection that contains it", async () => {
    const [first, second] = await api.buildsView.tree.getChildren();
    await api.buildsView.show(first?.id ?? "");
    assert.deepEqual(await api.buildsView.chosenRows(), [first]);
    await vscode.commands.executeCommand("list.collapse");
    await vscode.commands.executeCommand("list.focusDown");
    assert.deepEqual(await api.buildsView.chosenRows(), [second]);
    await vscode.commands.executeCommand("list.clear");
    await vscode.commands.executeCommand("list.focusFirst");
    await vscode.commands.executeCommand("list.toggleSelection");
    await vscode.commands.executeCommand("list.expandSelectionDown");
    assert.deepEqual(await api.buildsView.chosenRows(), [first, second]);
  });
});
