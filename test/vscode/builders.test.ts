import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, settingKeys } from "../../client/src/manifest.ts";
import type { BuildersRow } from "../../client/src/views/builders/rows/kinds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";

/** The machine line of a real builder behind an ssh server, which Nix uses only while this test runs. */
const line = process.env.MORPH_TEST_MACHINE_LINE ?? "";

describe("the Builders view", () => {
  let api: InternalApi;

  const configure = (lines: readonly string[] | undefined) =>
    vscode.workspace.getConfiguration().update(settingKeys.builders, lines, vscode.ConfigurationTarget.Global);

  before(async () => {
    api = await activeExtension();
    assert.notEqual(line, "");
  });

  after(() => configure(undefined));

  const rows = (parent?: BuildersRow) => api.buildersView.tree.getChildren(parent);

  const textOf = (row: BuildersRow) => {
    const { label, description } = api.buildersView.tree.getTreeItem(row);
    return `${String(label)}: ${String(description ?? "")}`;
  };

  const attic = () => rows().find(row => textOf(row).startsWith("attic: "));

  /** The row of the builder, once it is known. */
  const known = () => eventually("the builder is known", attic, api.builders.onDidChange);

  it("has this machine, and says that there is no remote builder", async () => {
    await eventually("Nix has answered", () => api.builders.report?.nix, api.builders.onDidChange);
    const [first, ...others] = rows();
    assert.ok(first);
    assert.match(textOf(first), /^This machine: x86_64-linux, .*aarch64-linux \(emulated\)/);
    assert.deepEqual(others.map(textOf), ["No remote builder: add one to Nix's 'builders'"]);
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
});
