import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import { buildEndsAs, buildRow, buildThat, rows, startBuild, textOf } from "./support/builds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, slowNetwork } from "./support/workspace.ts";

const damaged = "0lvxa2c00-0000000a";

/** The folder of all records: found from a build's GC root, which links to its record. */
function recordsFolder(id: string): string {
  const roots = path.join(process.env.NIX_STATE_DIR ?? "", "gcroots/auto");
  const targets = fs.readdirSync(roots).map(name => fs.readlinkSync(path.join(roots, name)));
  const own = targets.find(target => target.includes(`/builds/${id}/`));
  assert.ok(own, targets.join("\n"));
  return own.slice(0, own.indexOf(`/${id}/`));
}

describe("a record that is damaged", () => {
  let api: InternalApi;
  let folder: string;

  before(async () => {
    api = await activeExtension();
    const id = await startBuild(await addNetwork(api, "whole", slowNetwork("whole", 1)), "slow");
    await buildEndsAs(api, id, "succeeded");
    folder = path.join(recordsFolder(id), damaged);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "request.json"), `{"id":"${damaged}","machine":"mail","attribu`);
    fs.writeFileSync(path.join(folder, "summary.json"), `{"id":"${damaged}","machine":"mail"}`);
    fs.utimesSync(folder, 0, 0);
  });

  it("is shown as an interrupted build with what is known about it, and every action of its row is harmless", async () => {
    const { failure } = await buildThat(api, damaged, "it is listed", ({ state }) => state === "lost");
    assert.equal(failure?.code, "damaged-record");
    const row = buildRow(api, damaged);
    assert.match(textOf(api, row), /^mail interrupted/);
    const item = api.buildsView.tree.getTreeItem(row);
    assert.match(item.contextValue ?? "", /\bremove\b/);
    const { tooltip } = api.buildsView.tree.resolveTreeItem(item, row);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.match(tooltip.value, /mail/);
    const below = await rows(api, row);
    const told = below.find(({ kind }) => kind === "failure");
    assert.ok(told);
    assert.match(textOf(api, told), /record of this build is damaged/);
    await vscode.commands.executeCommand(commandIds.revealMachine, row);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path.join(folder, "request.json"));
    await vscode.commands.executeCommand(commandIds.showLog, row);
  });

  it("is deleted with its folder when it is removed", async () => {
    await api.session.request("morph/remove", { id: damaged });
    const gone = () => (api.builds.summary(damaged) === undefined ? true : undefined);
    await eventually("it is gone", gone, api.builds.onDidChange);
    assert.equal(fs.existsSync(folder), false);
  });
});
