import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import { buildEndsAs, buildRow, buildThat, endBuilds, rows, startBuild, textOf } from "./support/builds.ts";
import { eventually, next } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, slowNetwork } from "./support/workspace.ts";

describe("a running build", () => {
  let api: InternalApi;

  before(async () => {
    api = await activeExtension();
  });

  afterEach(() => endBuilds(api));

  /** Starts a build that takes `seconds`, and waits until it is building. */
  async function startSlow(name: string, seconds: number): Promise<string> {
    const uri = await addNetwork(api, name, slowNetwork(name, seconds));
    const id = await startBuild(uri, "slow");
    await buildThat(api, id, "a derivation is built", ({ progress }) => progress.running > 0);
    return id;
  }

  it("is cancelled and stays in the list", async () => {
    const id = await startSlow("patience", 300);
    await vscode.commands.executeCommand(commandIds.cancelBuild, buildRow(api, id));
    await buildEndsAs(api, id, "cancelled");
    assert.match(textOf(api, buildRow(api, id)), /^slow cancelled · /);
    const { contextValue = "" } = api.buildsView.tree.getTreeItem(buildRow(api, id));
    assert.match(contextValue, /\bagain remove\b/);
  });

  it("continues when the language server is killed, and the next server shows its end", async () => {
    const id = await startSlow("survivor", 8);
    const { pid } = api.session;
    assert.ok(pid);
    const failed = next("the failure is told", api.session.onDidFail);
    const started = next("a new server starts", api.session.onDidStart);
    process.kill(pid, "SIGKILL");
    assert.equal(await failed, "restarted");
    await started;
    assert.notEqual(api.session.pid, pid);
    await buildEndsAs(api, id, "succeeded");
  });

  it("is followed again after the user restarted the server", async () => {
    const id = await startSlow("follower", 6);
    await rows(api, buildRow(api, id));
    await vscode.commands.executeCommand(commandIds.restartServer);
    assert.equal(api.session.state, "running");
    await buildEndsAs(api, id, "succeeded");
    const derivations = await rows(api, buildRow(api, id));
    assert.ok(derivations.some(node => / built · /.test(textOf(api, node))));
  });

  it("has a log that grows while it is visible", async () => {
    const id = await startSlow("talker", 6);
    const [node] = await rows(api, buildRow(api, id));
    await vscode.commands.executeCommand(commandIds.showLog, node);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    const before = document.lineCount;
    const grown = () => (document.lineCount > before ? true : undefined);
    await eventually("the log grows", grown, vscode.workspace.onDidChangeTextDocument);
    await vscode.commands.executeCommand(commandIds.cancelBuild, { id });
    await buildEndsAs(api, id, "cancelled");
  });
});
