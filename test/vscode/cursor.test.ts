import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, logScheme } from "../../client/src/manifest.ts";
import { buildEndsAs, startBuild } from "./support/builds.ts";
import { activeExtension } from "./support/extension.ts";
import { homeNetwork, openHome } from "./support/workspace.ts";

describe("a command without an argument, with the cursor in a machine", () => {
  let api: InternalApi;
  let editor: vscode.TextEditor;

  before(async () => {
    api = await activeExtension();
    await buildEndsAs(api, await startBuild(homeNetwork().toString(), "web01"), "succeeded");
  });

  beforeEach(async () => {
    editor = await openHome();
    const { document } = editor;
    const at = document.positionAt(document.getText().indexOf("web01 =") + "web01 = {\n".length);
    editor.selection = new vscode.Selection(at, at);
  });

  const run = <T>(id: string, ...args: unknown[]) => vscode.commands.executeCommand<T | undefined>(id, ...args);

  it("evaluates that machine", async () => {
    const evaluation = await run<{ machine: string }>(commandIds.evaluateMachine);
    assert.equal(evaluation?.machine, "web01");
  });

  it("builds it, also when a menu of the editor passes the file", async () => {
    const id = await run<string>(commandIds.buildMachine, editor.document.uri);
    assert.ok(id);
    assert.equal((await buildEndsAs(api, id, "succeeded")).machine, "web01");
  });

  it("finds it after the text above it has grown", async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.document.uri, new vscode.Position(0, 0), "# one\n# two\n# three\n# four\n# five\n");
    await vscode.workspace.applyEdit(edit);
    const { document } = editor;
    const at = document.positionAt(document.getText().indexOf("db01 =") + 1);
    editor.selection = new vscode.Selection(at, at);
    await editor.document.save();
    const evaluation = await run<{ machine: string }>(commandIds.evaluateMachine);
    assert.equal(evaluation?.machine, "db01");
    await run("undo");
    await editor.document.save();
  });

  it("opens the log of its last build", async () => {
    const uri =
      api.machines.networks?.find(
        network => vscode.Uri.parse(network.uri).toString() === editor.document.uri.toString(),
      )?.uri ?? "";
    const id = await startBuild(uri, "web01");
    await buildEndsAs(api, id, "succeeded");
    await run(commandIds.showLog);
    const log = vscode.window.activeTextEditor?.document.uri;
    assert.equal(log?.scheme, logScheme);
    assert.ok(log.toString().includes(api.builds.newest(uri, "web01")?.id ?? "?"), log.toString());
  });

  it("selects its last build in the Builds view", async () => {
    await run(commandIds.showLastBuild);
    assert.ok(api.buildsView.visible);
    const selected = api.buildsView.selection.map(row => (row.kind === "build" ? row.machine : row.kind));
    assert.deepEqual(selected, ["web01"]);
  });
});
