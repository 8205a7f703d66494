import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import type { MachineRow } from "../../client/src/views/machines/rows/machine.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { homeNetwork, openHome } from "./support/workspace.ts";

describe("the Machines view", () => {
  let api: InternalApi;

  before(async () => {
    api = await activeExtension();
  });

  const home = () =>
    api.machinesTree.getChildren().find(node => vscode.Uri.parse(node.uri).toString() === homeNetwork().toString());

  const machines = () => {
    const node = home();
    return node === undefined ? [] : (api.machinesTree.getChildren(node) as MachineRow[]);
  };

  const texts = () =>
    machines().map(node => {
      const { label, description } = api.machinesTree.getTreeItem(node);
      // Other suites may have built them: the last part is the system.
      return `${String(label)} ${String(description).split(" · ").at(-1)}`;
    });

  it("lists the network and its machines with their systems", () => {
    const node = home();
    assert.ok(node);
    const item = api.machinesTree.getTreeItem(node);
    assert.equal(item.label, "network.nix");
    assert.equal(item.description, "Home · 3 machines");
    assert.deepEqual(texts(), ["web01 x86_64-linux", "db01 x86_64-linux", "eiffel aarch64-linux"]);
  });

  it("has actions and a screen-reader label for each row", () => {
    const [node] = machines();
    assert.ok(node);
    const item = api.machinesTree.getTreeItem(node);
    assert.equal(item.contextValue, "machine reveal");
    assert.match(item.accessibilityInformation?.label ?? "", /^[^,]+, web01, (?:.*, )?x86_64-linux$/);
  });

  it("goes to a machine's definition", async () => {
    const node = machines().find(({ machine }) => machine === "eiffel");
    await vscode.commands.executeCommand(commandIds.revealMachine, node);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.getText(editor.selection), "eiffel");
  });

  it("follows the text while it is edited", async () => {
    const { document } = await openHome();
    const at = document.positionAt(document.getText().indexOf("  web01 ="));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, at, '  mail = { nixpkgs.system = "riscv64-linux"; };\n');
    await vscode.workspace.applyEdit(edit);
    const look = () => (texts()[0] === "mail riscv64-linux" ? true : undefined);
    await eventually("the new machine is listed", look, api.machines.onDidChange);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    const gone = () => (texts().length === 3 ? true : undefined);
    await eventually("it is gone again", gone, api.machines.onDidChange);
  });

  it("groups the machines by what was chosen, and remembers it", async () => {
    const grouped = () => {
      const node = home();
      const rows = node === undefined ? [] : api.machinesTree.getChildren(node);
      return rows.map(row => String(api.machinesTree.getTreeItem(row).label));
    };
    try {
      await api.machinesView.group("system");
      assert.deepEqual(grouped(), ["aarch64-linux", "x86_64-linux"]);
      await api.machinesView.group("tag");
      assert.deepEqual(grouped(), ["data", "pi", "web"]);
    } finally {
      await api.machinesView.group("network");
    }
    assert.deepEqual(grouped(), ["web01", "db01", "eiffel"]);
  });

  it("copies the names of the selected machines, each once", async () => {
    const [first, second] = machines();
    await vscode.commands.executeCommand(commandIds.copyMachineNames, first, [first, second, { ...first }]);
    assert.equal(await vscode.env.clipboard.readText(), "web01\ndb01");
  });

  it("refreshes the row of a machine whose system changes, not the whole network", async () => {
    const { document } = await openHome();
    await vscode.commands.executeCommand("morph.machines.focus");
    const text = document.getText();
    const at = text.indexOf('"aarch64-linux"');
    const fired: string[] = [];
    const listener = api.machinesTree.onDidChangeTreeData(rows => {
      fired.push(...(rows ?? []).map(row => (row.kind === "machine" ? row.machine : row.kind)));
    });
    // VS Code may ask for the rows, after the view was focused, only when the system has changed.
    const [given, getTreeItem] = [new vscode.EventEmitter<void>(), api.machinesTree.getTreeItem];
    let hasNewRow = false;
    api.machinesTree.getTreeItem = row => {
      const item = getTreeItem.call(api.machinesTree, row);
      hasNewRow ||= item.label === "eiffel" && String(item.description).endsWith("armv7l-linux");
      given.fire();
      return item;
    };
    try {
      const edit = new vscode.WorkspaceEdit();
      const range = new vscode.Range(document.positionAt(at), document.positionAt(at + '"aarch64-linux"'.length));
      edit.replace(document.uri, range, '"armv7l-linux"');
      await vscode.workspace.applyEdit(edit);
      await eventually("VS Code has the new row", () => (hasNewRow ? true : undefined), given.event);
      // Machines that were built are refreshed as well: their text has changed. The network is not.
      assert.ok(!fired.includes("network"), JSON.stringify(fired));
    } finally {
      Reflect.deleteProperty(api.machinesTree, "getTreeItem");
      listener.dispose();
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
  });
});
