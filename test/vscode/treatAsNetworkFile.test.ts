import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, settingKeys } from "../../client/src/manifest.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { workspaceFolder } from "./support/workspace.ts";

describe("Treat as Network File", function () {
  this.timeout(60_000);
  let api: InternalApi;
  const file = vscode.Uri.joinPath(workspaceFolder(), "treated", "hosts [1].nix");

  before(async () => {
    api = await activeExtension();
    await vscode.workspace.fs.writeFile(file, Buffer.from("{ web = import ./made.nix; }\n"));
  });

  after(() =>
    vscode.workspace
      .getConfiguration()
      .update(settingKeys.networkFiles, undefined, vscode.ConfigurationTarget.Workspace),
  );

  it("lists a file whose text is not recognized as a network, in this workspace", async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    const found = () => api.machines.networks?.find(({ uri }) => vscode.Uri.parse(uri).toString() === file.toString());
    assert.equal(found(), undefined);
    await vscode.commands.executeCommand(commandIds.treatAsNetworkFile);
    const network = await eventually("the file is listed", found, api.machines.onDidChange);
    assert.deepEqual(
      network.machines.map(({ name }) => name),
      ["web"],
    );
    const globs = vscode.workspace.getConfiguration().inspect<readonly string[]>(settingKeys.networkFiles);
    assert.deepEqual(globs?.workspaceValue, [...(globs?.defaultValue ?? []), "treated/hosts [[]1].nix"]);
  });
});
