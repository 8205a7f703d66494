import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import type { Batch } from "../../client/src/builds/batches.ts";
import { hasEnded } from "../../client/src/builds/batches.ts";
import { commandIds, settingKeys } from "../../client/src/manifest.ts";
import { endBuilds, rows, textOf } from "./support/builds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork } from "./support/workspace.ts";

const network = `let
  machine = name: { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkSlow { name = "batch-\${name}-1.0"; seconds = 2; lines = 3; }) ];
  };
in
{
  anna = machine "anna";
  bert = machine "bert";
  carl = { pkgs, ... }: { nixpkgs.system = "x86_64-linux"; environment.systemPackages = [ pkgs.broken ]; };
  dora = machine "dora";
}
`;

describe("a batch", () => {
  let api: InternalApi;
  let uri: string;

  before(async () => {
    api = await activeExtension();
    uri = await addNetwork(api, "batches", network);
    await vscode.workspace.getConfiguration().update(settingKeys.maxBuilds, 1, vscode.ConfigurationTarget.Global);
  });

  afterEach(() => endBuilds(api));

  after(() =>
    vscode.workspace.getConfiguration().update(settingKeys.maxBuilds, undefined, vscode.ConfigurationTarget.Global),
  );

  /** Starts a batch by a command. */
  async function start(command: string, argument: object): Promise<Batch> {
    const ids = await vscode.commands.executeCommand<readonly string[] | undefined>(command, argument);
    const batch = api.builds.batch(api.builds.summary(ids?.[0] ?? "")?.batch?.id ?? "");
    assert.ok(batch, "no batch was started");
    return batch;
  }

  function batchThat(id: string, what: string, condition: (batch: Batch) => boolean): Promise<Batch> {
    const look = () => {
      const batch = api.builds.batch(id);
      return batch !== undefined && condition(batch) ? batch : undefined;
    };
    return eventually(`${what} (${id})`, look, api.builds.onDidChange);
  }

  function rowOf({ id }: Batch) {
    const row = api.buildsView.tree.row(id);
    assert.ok(row, `there is no row of batch ${id}`);
    return row;
  }

  it("is one row, with what runs, then what failed, then the queue, and builds its failures again", async () => {
    const batch = await start(commandIds.buildAllMachines, { uri });
    assert.equal(batch.size, 4);
    const top = (await rows(api)).filter(row => row.kind === "build" && row.uri === uri);
    assert.deepEqual(top, []);
    const below = async () => (await rows(api, rowOf(batch))).map(row => textOf(api, row).split(" ")[0]);
    const isBuilt = ({ builds }: Batch) => builds[0]?.state === "building" && builds[3]?.state === "queued";
    await batchThat(batch.id, "the first is built", isBuilt);
    assert.match(textOf(api, rowOf(batch)), /^All machines \d of 4/);
    assert.deepEqual(await below(), ["anna", "bert", "carl", "dora"]);
    await batchThat(
      batch.id,
      "one has failed and one is queued",
      ({ failed, running }) => failed === 1 && running === 1,
    );
    assert.deepEqual(await below(), ["dora", "carl", "anna", "bert"]);
    const ended = await batchThat(batch.id, "it ends", hasEnded);
    assert.deepEqual([ended.succeeded, ended.failed], [3, 1]);
    assert.match(textOf(api, rowOf(batch)), /^All machines 1 failed · 3 succeeded/);
    const again = await vscode.commands.executeCommand<readonly string[]>(commandIds.retryFailed, rowOf(batch));
    assert.deepEqual(
      again.map(id => api.builds.summary(id)?.machine),
      ["carl"],
    );
  });

  it("of selected machines has their number as its name, and offers to cancel it", async () => {
    const selection = ["anna", "bert"].map(machine => ({ uri, machine }));
    const [first] = selection;
    const ids = await vscode.commands.executeCommand(commandIds.buildMachine, first, selection);
    assert.equal(ids, undefined);
    const batch = [...api.builds.batches.values()].find(each => each.kind === "selection" && !hasEnded(each));
    assert.ok(batch);
    assert.match(textOf(api, rowOf(batch)), /^2 machines /);
    const item = api.buildsView.tree.getTreeItem(rowOf(batch));
    assert.match(item.contextValue ?? "", /^batch\b.*\bcancelBatch\b/);
  });
});
