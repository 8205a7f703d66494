import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, comparisonScheme, settingKeys } from "../../client/src/manifest.ts";
import type { MachinesRow } from "../../client/src/views/machines/rows/kinds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { homeNetwork } from "./support/workspace.ts";

const hour = Math.floor(Date.now() / 1000) - 3600;
const build = (drvpath: string) => {
  const job = { project: "morph", jobset: "eiffel", job: "eiffel", system: "aarch64-linux" };
  const times = { timestamp: hour, starttime: hour, stoptime: hour };
  return { id: 7, ...job, ...times, drvpath, finished: 1, buildstatus: 0, jobsetevals: [3], buildoutputs: {} };
};

describe("Hydra", () => {
  let api: InternalApi;
  let server: http.Server;
  let url = "";
  /** Path -> answer. */
  const answers = new Map<string, unknown>();

  before(async () => {
    api = await activeExtension();
    server = http.createServer(({ url: path = "" }, response) => {
      const answer = answers.get(path);
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: "There is no such page." }));
    });
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { drvPath } = await api.session.request("morph/evaluate", {
      uri: homeNetwork().toString(),
      machine: "eiffel",
    });
    const jobset = { enabled: 1, visible: true, type: 0, nixexprinput: "network", nixexprpath: "hydra/eiffel.nix" };
    const evaluation = { id: 3, timestamp: hour, builds: [7], jobsetevalinputs: {} };
    answers.set("/project/morph", { name: "morph", jobsets: ["eiffel"] });
    answers.set("/jobset/morph/eiffel", { name: "eiffel", ...jobset, lastcheckedtime: hour, checkinterval: 3600 });
    answers.set("/jobset/morph/eiffel/errors", { errormsg: "" });
    answers.set("/jobset/morph/eiffel/evals", { evals: [evaluation] });
    answers.set("/build/7", build(drvPath));
    answers.set("/api/queue?nr=1000", []);
    await setUrl(url);
  });

  after(async () => {
    await setUrl(undefined);
    server.closeAllConnections();
    server.close();
  });

  const setUrl = (value: string | undefined) =>
    vscode.workspace.getConfiguration().update(settingKeys.hydraUrl, value, vscode.ConfigurationTarget.Global);

  const below = (row?: MachinesRow) => api.machinesTree.getChildren(row);

  function rows(): readonly string[] {
    const network = below().find(({ uri }) => vscode.Uri.parse(uri).toString() === homeNetwork().toString());
    const eiffel = network && below(network).find(row => row.kind === "machine" && row.machine === "eiffel");
    return (eiffel === undefined ? [] : below(eiffel)).map(row => {
      const { label, description } = api.machinesTree.getTreeItem(row);
      return `${String(label)}: ${String(description)}`;
    });
  }

  it("shows the newest build and the jobset of a machine below it", async () => {
    await vscode.commands.executeCommand("morph.machines.focus");
    await eventually("the rows", () => (rows().length === 2 ? true : undefined), api.hydra.onDidChange);
    assert.deepEqual(rows(), [
      "Hydra build 7: succeeded · 1 h ago",
      "Jobset eiffel: evaluated 1 h ago · checked 1 h ago",
    ]);
  });

  it("says on a page that its build is what would be deployed", async () => {
    await vscode.commands.executeCommand(commandIds.compareWithHydra, {
      uri: homeNetwork().toString(),
      machine: "eiffel",
    });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.scheme, comparisonScheme);
    assert.equal(editor.document.lineAt(0).text, "eiffel: The same as what you would deploy");
    assert.match(editor.document.getText(), /→ Fetch from Cache/);
  });

  it("keeps what it knew of a server that no longer answers, with a row that says why", async () => {
    answers.delete("/project/morph");
    answers.set("/project/morph", "no project");
    await api.hydra.refresh();
    const problem = below().find(({ kind }) => kind === "hydraProblem");
    assert.ok(problem);
    assert.equal(api.machinesTree.getTreeItem(problem).label, "Hydra");
    assert.equal(rows().length, 2);
  });

  it("shows nothing without a server in the settings", async () => {
    await setUrl(undefined);
    await eventually("the rows are gone", () => (rows().length === 0 ? true : undefined), api.hydra.onDidChange);
    assert.ok(!below().some(({ kind }) => kind === "hydraProblem"));
  });
});
