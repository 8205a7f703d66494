import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import type { MachineEvaluation } from "../../server/src/protocol.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { Provided } from "./support/provided.ts";
import { addNetwork, machineRows } from "./support/workspace.ts";

/** A network whose names and systems can only be determined by evaluating it. */
const files = {
  "network.nix": `{
  plain = { };
  late = { nixpkgs.system = if builtins.currentTime > 0 then "aarch64-linux" else "x86_64-linux"; };
  odd = import ./odd.nix { time = builtins.currentTime; };
  hub = { nodes, ... }: {
    nixpkgs.system = "x86_64-linux";
    networking.extraHosts = nodes.hub.config.networking.hostName;
  };
}
// builtins.listToAttrs (map (number: {
  name = "sensor\${toString number}";
  value = { nixpkgs.system = "aarch64-linux"; };
}) (import ./numbers.nix { time = builtins.currentTime; }))
`,
  "odd.nix": '{ time }: if time > 0 then { nixpkgs.system = "aarch64-linux"; } else { }\n',
  "numbers.nix": "{ time }: if time > 0 then [ 1 2 ] else [ ]\n",
};

describe("Evaluate All Machines", () => {
  let api: InternalApi;
  let uri: string;
  let editor: Provided;

  before(async () => {
    api = await activeExtension();
    uri = await addNetwork(api, "evaluateAll", files);
    editor = new Provided(await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)));
    await vscode.window.showTextDocument(editor.document);
  });

  /** Waits until the Machines view shows these rows. */
  const rowsAre = async (expected: readonly string[]) => {
    const rows = () => machineRows(api, editor.document.uri);
    const areSo = () => (rows().join() === expected.join() ? true : undefined);
    await eventually("the rows are so", areSo, api.machines.onDidChange).catch(() => undefined);
    assert.deepEqual(rows(), expected);
  };

  it("is needed: some names and systems are not in the text", async () => {
    const titles = await editor.lenses();
    for (const title of [
      "Build plain · system not set",
      "Build late · system unknown",
      "Build odd · system unknown",
      "Build hub · x86_64-linux",
    ])
      assert.ok(
        titles.some(each => each.startsWith(title)),
        title,
      );
    assert.equal(
      (await editor.hover("\n  la"))[1],
      "The system is set on line 3; its value is only known after an evaluation.",
    );
    assert.deepEqual(await editor.hints(), {});
  });

  it("returns the result of each machine", async () => {
    const all = await vscode.commands.executeCommand<MachineEvaluation[]>(commandIds.evaluateAllMachines, { uri });
    assert.deepEqual(
      all.map(each => `${each.machine} ${"system" in each ? each.system : each.problem.message}`),
      [
        "hub x86_64-linux",
        "late aarch64-linux",
        "odd aarch64-linux",
        "plain Evaluation failed: Neither nixpkgs.hostPlatform nor the legacy option nixpkgs.system has been set.",
        "sensor1 aarch64-linux",
        "sensor2 aarch64-linux",
      ],
    );
  });

  it("shows the results in the view, on hover, in inlay hints and in completion", async () => {
    await rowsAre([
      "plain not set",
      "late aarch64-linux · evaluated",
      "odd aarch64-linux · evaluated",
      "hub x86_64-linux",
      "sensor1 aarch64-linux · evaluated",
      "sensor2 aarch64-linux · evaluated",
    ]);
    assert.equal((await editor.hover("\n  la"))[1], "System aarch64-linux, as evaluated.");
    assert.equal((await editor.hover("\n  hu"))[1], "System x86_64-linux, set on line 6.");
    assert.deepEqual(await editor.hints(), {
      late: "aarch64-linux: As evaluated.",
      odd: "aarch64-linux: As evaluated.",
    });
    assert.ok((await editor.lenses()).some(title => title.startsWith("Build late · aarch64-linux")));
    assert.ok((await editor.completions("nodes.")).includes("sensor1"));
  });

  it("is out of date as soon as the text changes, and up to date when that is undone", async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(editor.document.uri, new vscode.Position(0, 0), "# another text\n");
    await vscode.workspace.applyEdit(edit);
    await rowsAre([
      "plain not set",
      "late aarch64-linux · outdated",
      "odd aarch64-linux · outdated",
      "hub x86_64-linux",
      "sensor1 aarch64-linux · outdated",
      "sensor2 aarch64-linux · outdated",
    ]);
    assert.equal((await editor.hover("\n  la"))[1], "System aarch64-linux, as evaluated before the last change.");
    assert.deepEqual(await editor.symbols(), [
      "plain system not set",
      "late aarch64-linux",
      "odd aarch64-linux",
      "hub x86_64-linux",
    ]);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    const isBack = () => (machineRows(api, editor.document.uri)[1]?.endsWith("· evaluated") ? true : undefined);
    await eventually("the rows are up to date", isBack, api.machines.onDidChange);
    assert.equal((await editor.hover("\n  la"))[1], "System aarch64-linux, as evaluated.");
  });
});
