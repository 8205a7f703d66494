import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, settingKeys } from "../../client/src/manifest.ts";
import { BuildersTree } from "../../client/src/views/builders/buildersTree.ts";
import type { BuildersRow } from "../../client/src/views/builders/rows/kinds.ts";
import { buildThat, endBuilds } from "./support/builds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, slowNetwork, workspaceFolder } from "./support/workspace.ts";

/** The machine line of a real builder behind an ssh server, which Nix uses only while this test runs. */
const line = process.env.MORPH_TEST_MACHINE_LINE ?? "";

describe("the Builders view", () => {
  let api: InternalApi;
  /** Another tree of the same builders: the tree of the view counts rows that are requested as shown by VS Code. */
  let tree: BuildersTree;

  const configure = (lines: readonly string[] | undefined) =>
    vscode.workspace.getConfiguration().update(settingKeys.builders, lines, vscode.ConfigurationTarget.Global);

  before(async () => {
    api = await activeExtension();
    tree = new BuildersTree(api.builders, api.builds);
    assert.notEqual(line, "");
  });

  after(() => {
    tree.dispose();
    return configure(undefined);
  });

  const rows = (parent?: BuildersRow) => tree.getChildren(parent);

  const textOf = (row: BuildersRow) => {
    const { label, description } = tree.getTreeItem(row);
    return `${String(label)}: ${String(description ?? "")}`;
  };

  const attic = () => rows().find(row => textOf(row).startsWith("attic: "));

  /** The row of the builder, once it is known. */
  const known = () => eventually("the builder is known", attic, api.builders.onDidChange);

  /** Waits until a row has this text. */
  const shows = (row: BuildersRow, text: string) =>
    eventually(text, () => (textOf(row) === text ? true : undefined), api.builders.onDidChange);

  it("has this machine, and says that there is no remote builder", async () => {
    await eventually("Nix has answered", () => api.builders.report?.nix, api.builders.onDidChange);
    const [first, ...others] = rows();
    assert.ok(first);
    assert.match(textOf(first), /^This machine: x86_64-linux, .*aarch64-linux \(emulated\)/);
    assert.deepEqual(others.map(textOf), ["No remote builder: set one up..."]);
    const below = rows(first).map(textOf);
    assert.ok(below.includes("x86_64-linux: native") && below.includes("aarch64-linux: emulated"), below.join("\n"));
  });

  it("shows a builder as soon as the setting names it, with what its line claims", async () => {
    await configure([line]);
    const row = await known();
    assert.match(textOf(row), /^attic: not checked · x86_64-linux/);
    const below = rows(row).map(textOf);
    assert.ok(below.includes("x86_64-linux: declared, not verified"), below.join("\n"));
    assert.ok(below.includes("Defined in: the setting morph.builders"), below.join("\n"));
  });

  it("copies the machine lines of the selected builders", async () => {
    const row = await known();
    await vscode.env.clipboard.writeText("");
    await vscode.commands.executeCommand(commandIds.copyMachineLine, row, [row, ...rows(row), ...rows().slice(0, 1)]);
    assert.equal(await vscode.env.clipboard.readText(), line);
  });

  it("counts the slots that a build uses, and shows the builder of its derivation", async () => {
    const row = await known();
    const uri = await addNetwork(api, "busy", slowNetwork("busy", 600));
    const place = { kind: "only", builder: row.builder ?? "" } as const;
    const { id } = await api.session.request("morph/build", { uri, machine: "slow", place });
    try {
      await buildThat(api, id, "it runs on the builder", ({ runningOn }) => runningOn !== undefined);
      const used = () => (/^attic: 1 of 2 slots in use · /.test(textOf(row)) ? true : undefined);
      await eventually("a slot is in use", used, api.builds.onDidChange);
      const slots = rows(row).find(({ kind }) => kind === "slots");
      assert.ok(slots);
      assert.equal(textOf(slots), "Slots: 1 of 2 in use");
      assert.deepEqual(rows(slots).map(textOf), ["slow: 1 derivation"]);
      await vscode.commands.executeCommand(commandIds.showBuilder, { id });
      const view = api.buildersView;
      const isSelected = () => (view.selection.some(({ key }) => key === row.key) ? true : undefined);
      await eventually("the builder is selected", isSelected, view.onDidChangeSelection);
    } finally {
      await endBuilds(api);
    }
    const free = () => (textOf(row).startsWith("attic: not checked") ? true : undefined);
    await eventually("it is free again", free, api.builds.onDidChange);
  });

  it("checks the builder of a row, which spins meanwhile: what its line claims is then proven", async () => {
    const row = await known();
    const seen = new Set<string>();
    const listener = api.builders.onDidChange(() => seen.add(textOf(row)));
    await vscode.commands.executeCommand(commandIds.checkBuilder, row);
    await shows(row, "attic: reachable · just now · x86_64-linux");
    listener.dispose();
    assert.ok(seen.has("attic: checking · x86_64-linux"), [...seen].join("\n"));
    const below = rows(row).map(textOf);
    assert.ok(below.includes("x86_64-linux: native · proven just now"), below.join("\n"));
    assert.ok(below.includes("Last check: just now · as your user"), below.join("\n"));
    assert.match(below.join("\n"), /^Nix: 2\.\d+\S* · trusts its user$/m);
    assert.match(below.join("\n"), /^Free space: \S+ [MG]iB$/m);
  });

  it("checks all builders, and says why one cannot be used", async () => {
    await configure([line, line.replace("attic", "nowhere")]);
    const nowhere = () => rows().find(row => textOf(row).startsWith("nowhere: "));
    const row = await eventually("the other builder is known", nowhere, api.builders.onDidChange);
    await vscode.commands.executeCommand(commandIds.checkBuilders);
    await shows(row, "nowhere: unreachable · just now · x86_64-linux");
    const [problem] = rows(row);
    assert.equal(problem?.kind, "problem");
    assert.match(textOf(problem), /nowhere/);
    await configure([line]);
  });

  it("lists what a module of the workspace declares last, and not as something that is in effect", async () => {
    const file = vscode.Uri.joinPath(workspaceFolder(), "workstation.nix");
    await vscode.workspace.fs.writeFile(
      file,
      Buffer.from('{ nix.buildMachines = [ { hostName = "builder-arm"; systems = [ "aarch64-linux" ]; } ]; }\n'),
    );
    try {
      await api.builders.findDeclared();
      const find = () => rows().find(({ kind }) => kind === "declared");
      const group = await eventually("the group is listed", find, api.builders.onDidChange);
      assert.equal(rows().at(-1)?.key, group.key);
      assert.deepEqual(rows(group).map(textOf), ["builder-arm: not in effect here · aarch64-linux"]);
      await vscode.commands.executeCommand(commandIds.openBuilder, rows(group)[0]);
      assert.equal(vscode.window.activeTextEditor?.document.uri.path, file.path);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });
});
