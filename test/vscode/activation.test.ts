import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import { serverCommands } from "../../server/src/protocol.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { openHome } from "./support/workspace.ts";

describe("opening a network", () => {
  let api: InternalApi;
  let editor: vscode.TextEditor;

  before(async () => {
    editor = await openHome();
    api = await activeExtension();
  });

  it("makes it a Nix file", () => assert.equal(editor.document.languageId, "nix"));

  it("registers every command, including those of the server", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = [...Object.values(commandIds), ...serverCommands].filter(id => !known.has(id));
    assert.deepEqual(missing, []);
  });

  it("shows Evaluate and Build above each machine, with the builder once builders are known", async () => {
    const titles = await eventually(
      "lenses with places",
      async () => {
        const lenses = await lensTitles(editor.document.uri);
        return lenses.some(title => /^Build eiffel · aarch64-linux · ./.test(title)) ? lenses : undefined;
      },
      listener => api.session.listen("morph/buildersDidChange", listener),
    );
    assert.equal(titles.length, 8);
    assert.deepEqual(titles.slice(0, 2), ["Build all · 3 machines", "Evaluate all"]);
    assert.equal(titles.filter(title => title === "Evaluate").length, 3);
    assert.match(titles.join("\n"), /Build web01 · x86_64-linux · /);
  });

  it("shows the system of a machine on hover", async () => {
    const { document } = editor;
    const position = document.positionAt(document.getText().indexOf("eiffel = ") + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      position,
    );
    const text = hovers.flatMap(({ contents }) => contents.map(content => (content as vscode.MarkdownString).value));
    assert.match(text.join("\n"), /aarch64-linux/);
  });

  it("shows only its name in the status bar while everything is fine, and versions and builders on hover", async () => {
    assert.equal(api.status.text, "Morph");
    const look = () => (/Nix: \d/.test(api.status.hover.replaceAll("\\", "")) ? api.status.hover : undefined);
    const hover = await eventually("Nix has answered", look, listener =>
      api.session.listen("morph/toolchainDidChange", listener),
    );
    assert.match(hover, /x86\\_64\\-linux: this machine/);
  });
});

async function lensTitles(uri: vscode.Uri): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 100);
  return lenses.flatMap(({ command }) => command?.title ?? []);
}
