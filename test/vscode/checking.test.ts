import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, settingKeys } from "../../client/src/manifest.ts";
import { type SilentCache, startSilentCache } from "../support/silentCache.ts";
import { buildEndsAs, buildRow, buildThat, rows, startBuild, textOf } from "./support/builds.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, slowNetwork } from "./support/workspace.ts";

describe("a build whose signatures are being checked", () => {
  let api: InternalApi;
  let silent: SilentCache;

  const configure = (environment: object | undefined) =>
    vscode.workspace.getConfiguration().update(settingKeys.environment, environment, vscode.ConfigurationTarget.Global);

  before(async () => {
    api = await activeExtension();
    silent = await startSilentCache();
    await configure({ NIX_CONFIG: `substituters = ${silent.url}\nsubstitute = false` });
  });

  after(async () => {
    await configure(undefined);
    await silent.stop();
  });

  it("has succeeded when the check is cancelled, even if a cache never answers", async () => {
    const uri = await addNetwork(api, "hush", slowNetwork("hush", 1));
    const id = await startBuild(uri, "slow");
    await buildThat(api, id, "its signatures are checked", ({ state }) => state === "checking");
    await silent.asked;
    const row = buildRow(api, id);
    assert.match(textOf(api, row), /^slow checking/);
    const { contextValue = "" } = api.buildsView.tree.getTreeItem(row);
    assert.match(contextValue, /\bcancel\b/);
    await vscode.commands.executeCommand(commandIds.cancelBuild, row);
    const { failure, signatures } = await buildEndsAs(api, id, "succeeded");
    assert.equal(failure, undefined);
    // The cache may have the paths: they are neither unsigned nor only here.
    assert.ok(signatures !== undefined && signatures.total > 0);
    assert.equal(signatures.unreachable, signatures.total);
    assert.match(textOf(api, buildRow(api, id)), /^slow succeeded · signatures not checked/);
    const ended = (await rows(api, buildRow(api, id))).find(({ kind }) => kind === "signatures");
    assert.ok(ended);
    assert.equal(textOf(api, ended), "Signatures not checked check cancelled");
  });
});
