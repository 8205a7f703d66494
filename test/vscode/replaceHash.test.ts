import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commandIds } from "../../client/src/manifest.ts";
import { activeExtension } from "./support/extension.ts";
import { workspaceFolder } from "./support/workspace.ts";

const got = "sha256-Ag942jUFELIQAWokyrvESx70RC7YjsZlHItswAioNBo=";
const gotNix32 = "06ilm04c0v4b3ijwd3nq5r2g87jbqjxwl93a048b44056pd7h3q2";

describe("the hash of a fetched source", () => {
  before(() => activeExtension());

  /** Writes a Nix file into the workspace. */
  async function write(name: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.joinPath(workspaceFolder(), "hashes", name);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    return uri;
  }

  after(() => vscode.workspace.fs.delete(vscode.Uri.joinPath(workspaceFolder(), "hashes"), { recursive: true }));

  it("replaces the specified one, is shown, and can be undone", async () => {
    const specified = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    const text = '{\n  sha256 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";\n}\n';
    const uri = await write("one.nix", text);
    await vscode.commands.executeCommand(commandIds.replaceHash, { specified, got });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), uri.toString());
    assert.equal(editor.document.getText(), `{\n  sha256 = "${gotNix32}";\n}\n`);
    assert.equal(editor.selection.start.line, 1);
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.getText(), text);
  });

  it("also replaces one that is in the editor but not saved yet", async () => {
    const specified = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    const uri = await write("changed.nix", "{ }\n");
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 1), ` hash = "${specified}";`);
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand(commandIds.replaceHash, { specified, got });
    assert.equal(document.getText(), `{ hash = "${got}"; }\n`);
    await document.save();
  });

  it("replaces all occurrences that the user leaves selected", async () => {
    const specified = "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    const files = await Promise.all(["a.nix", "b.nix"].map(name => write(name, `"${specified}"\n`)));
    const command = vscode.commands.executeCommand(commandIds.replaceHash, { specified, got });
    const accept = setInterval(
      () => vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem"),
      200,
    );
    await command;
    clearInterval(accept);
    for (const uri of files) {
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.getText(), `"${got}"\n`);
      await document.save();
    }
  });

  it("is not replaced for an invalid argument", async () => {
    assert.equal(await vscode.commands.executeCommand(commandIds.replaceHash, { specified: 1 }), undefined);
    assert.equal(await vscode.commands.executeCommand(commandIds.replaceHash), undefined);
  });
});
