import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, settingKeys } from "../../client/src/manifest.ts";
import { buildEndsAs, buildRow, buildThat, endBuilds, rows, startBuild, textOf } from "./support/builds.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork } from "./support/workspace.ts";

/** Machines with a common tag that take a while to build, and one whose evaluation never ends. */
const network = `let
  machine = name: { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    deployment.tags = [ "row" ];
    environment.systemPackages = [ (pkgs.mkSlow { name = "queue-\${name}-1.0"; seconds = 3; lines = 6; }) ];
  };
  list = builtins.genList (x: x) 20000;
  late = builtins.foldl' (a: x: builtins.foldl' (b: y: b + 1) a list) 0 list;
in
{
  first = machine "first";
  second = machine "second";
  third = machine "third";
  turtle = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = "turtle-\${toString late}"; };
}
`;

describe("several builds", () => {
  let api: InternalApi;
  let uri: string;

  before(async () => {
    api = await activeExtension();
    uri = await addNetwork(api, "queue", network);
    await vscode.workspace.getConfiguration().update(settingKeys.maxBuilds, 1, vscode.ConfigurationTarget.Global);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand(commandIds.showAllBuilds);
    await endBuilds(api);
  });

  after(() =>
    vscode.workspace.getConfiguration().update(settingKeys.maxBuilds, undefined, vscode.ConfigurationTarget.Global),
  );

  const selected = (...machines: string[]) => machines.map(machine => ({ uri, machine }));

  /** Builds the selection of the Machines view. */
  async function buildSelected(...machines: string[]): Promise<string[]> {
    const [first] = selected(...machines);
    await vscode.commands.executeCommand(commandIds.buildMachine, first, selected(...machines));
    return machines.map(machine => {
      const build = api.builds.summaries.find(summary => summary.uri === uri && summary.machine === machine);
      assert.ok(build, machine);
      return build.id;
    });
  }

  it("are queued, and a queued one can be cancelled", async () => {
    const [first = "", second = "", third = ""] = await buildSelected("first", "second", "third");
    await buildThat(api, third, "it waits", ({ state }) => state === "queued");
    assert.match(textOf(api, buildRow(api, third)), /^third queued/);
    await buildThat(api, first, "the first is built", ({ state }) => state === "building");
    assert.equal(api.builds.summary(second)?.state, "queued");
    await vscode.commands.executeCommand(commandIds.cancelBuild, buildRow(api, second));
    await buildEndsAs(api, second, "cancelled");
    await buildEndsAs(api, first, "succeeded");
    await buildEndsAs(api, third, "succeeded");
  });

  it("leave the queue to the next when one is cancelled while it is evaluated", async () => {
    const [turtle = "", second = ""] = await buildSelected("turtle", "second");
    // By name, in the absence of another order: the turtle waits for the second.
    await buildEndsAs(api, second, "succeeded");
    await buildThat(api, turtle, "it is evaluated", ({ state }) => state === "evaluating");
    await vscode.commands.executeCommand(commandIds.cancelBuild, buildRow(api, turtle));
    const { failure } = await buildEndsAs(api, turtle, "cancelled");
    assert.equal(failure, undefined);
  });

  it("are filtered by machine and by result", async () => {
    const labels = async () => (await rows(api)).map(node => textOf(api, node).split(" ").slice(0, 2).join(" "));
    api.buildsView.setFilter({ kind: "machine", machine: "turtle" });
    assert.deepEqual(await labels(), ["turtle cancelled"]);
    api.buildsView.setFilter({ kind: "running" });
    assert.deepEqual(await labels(), []);
    await vscode.commands.executeCommand(commandIds.showAllBuilds);
    assert.ok((await labels()).length > 3);
  });

  it("can be pinned", async () => {
    const id = await startBuild(uri, "third");
    await buildEndsAs(api, id, "succeeded");
    await vscode.commands.executeCommand(commandIds.keepBuild, buildRow(api, id));
    await buildThat(api, id, "it is kept", ({ kept }) => kept.pinned === true);
    const words = () => api.buildsView.tree.getTreeItem(buildRow(api, id)).contextValue ?? "";
    assert.match(words(), /\bkept\b/);
    await vscode.commands.executeCommand(commandIds.stopKeepingBuild, buildRow(api, id));
    await buildThat(api, id, "it is not kept any more", ({ kept }) => kept.pinned !== true);
    assert.doesNotMatch(words(), /\bkept\b/);
  });
});
