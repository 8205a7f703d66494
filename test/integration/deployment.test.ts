import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Diagnostic } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { DeploymentResult } from "../../server/src/builds/record/record.ts";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { processesIn } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { buildToEnd, buildUntilRunning, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// What Morph would refuse in a network, which is checked in parallel with its builds. With real Nix.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

const system = 'nixpkgs.system = "x86_64-linux";';

/** An expression that takes hours. */
const endless = `(let
    big = builtins.genList (x: x) 10000;
    each = f: builtins.foldl' (sum: _: f sum) 0 big;
  in builtins.seq (each (a: each (b: each (c: 0)))) "db")`;

/** A package that takes a while to build. */
const slow = `environment.systemPackages = [ (pkgs.runCommand "slow" { } "sleep 600") ];`;

function recordOf(id: string): string {
  return path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builds", id);
}

function deploymentOf(id: string): DeploymentResult | undefined {
  const file = path.join(recordOf(id), "deployment.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** The processes that evaluate what Morph reads. */
function checks(): number[] {
  return processesIn(lab.dir).flatMap(({ cmdline, pid }) => (cmdline.includes("deployment.nix") ? [pid] : []));
}

const running = () => until("it is looked at", () => (checks().length > 0 ? true : undefined));
const gone = () => until("it is looked at no more", () => (checks().length === 0 ? true : undefined));

async function change(client: LspClient, { file, uri }: Workspace, text: string): Promise<void> {
  writeFileSync(file, text);
  await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] });
}

function refusals(client: LspClient, uri: string, accept: (found: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
  const of = (diagnostics: readonly Diagnostic[]) => diagnostics.filter(({ code }) => code === "not-deployable");
  return client
    .next<{ uri: string; diagnostics: Diagnostic[] }>(
      "textDocument/publishDiagnostics",
      params => params.uri === uri && accept(of(params.diagnostics)),
    )
    .then(({ diagnostics }) => of(diagnostics));
}

test("a machine of a network that Morph refuses is built, with a warning, and the problem is shown at its position", async () => {
  const text = `{
  db = { ${system} networking.hostNam = "db"; };
  web = { imports = [ ./web.nix ]; };
}
`;
  const network = writeNetwork(lab, "neighbour", text);
  const module = path.join(network.folder, "web.nix");
  writeFileSync(module, `{\n  ${system}\n  deployment.tags = "web";\n}\n`);
  const client = await trustedClient(lab, network);
  await client.open(network.uri, text);
  const moduleUri = URI.file(module).toString();
  await client.open(moduleUri, readFileSync(module, "utf8"));
  const { id } = await client.request("morph/build", { uri: network.uri, machine: "db" });
  assert.equal((await client.build(id, ({ state }) => finalStates.has(state))).state, "failed");

  const build = await client.request("morph/build", { uri: network.uri, machine: "web" });
  const [inModule] = await refusals(client, moduleUri, found => found.length === 1);
  assert.deepEqual(inModule?.range, { start: { line: 2, character: 13 }, end: { line: 2, character: 17 } });
  // The neighbour cannot be evaluated, either, which is reported in place of the refusal; at the import of the module a check reports the
  // same as Morph.
  const published = await client.next<{ uri: string; diagnostics: Diagnostic[] }>(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics }) => uri === network.uri && diagnostics.some(({ code }) => code === "evaluation-failed"),
  );
  const own = published.diagnostics.filter(({ code }) => code === "evaluation-failed" || code === "not-deployable");
  assert.deepEqual(
    own.map(({ code, range }) => [code, range.start]),
    [["evaluation-failed", { line: 1, character: 53 }]],
  );
  // Its system does not need its tags, which Morph refuses, too.
  assert.equal((await client.build(build.id, ({ state }) => finalStates.has(state))).state, "succeeded");
  const { warnings: [warning] = [] } = await client.build(build.id, ({ warnings }) => warnings !== undefined);
  assert.deepEqual(
    [warning?.code, warning?.severity, warning?.location],
    [
      "not-deployable",
      "warning",
      { uri: network.uri, range: { start: { line: 1, character: 53 }, end: { line: 1, character: 60 } } },
    ],
  );
  assert.match(
    warning?.message ?? "",
    /^Morph would not deploy this build, because of db: The option `networking\.hostNam' does not exist.* \(1 more\)$/,
  );
  assert.equal(deploymentOf(build.id)?.warning?.code, "not-deployable");

  // The edited text is not the one that was refused.
  await client.change(network.uri, [{ text: text.replace("hostNam ", "hostName ") }]);
  await refusals(client, network.uri, found => found.length === 0);
  await client.stop();
});

test("what Morph reads about the machine is kept in its record, and evaluated once for all builds of one text", async () => {
  const network = writeNetwork(
    lab,
    "once",
    `{
      network = { description = "Once"; ordering.tags = [ "a" ]; nixConfig.cores = "1"; };
      a = { ${system} deployment.tags = [ "a" ]; deployment.targetHost = "a.example"; };
      b = { ${system} };
    }`,
  );
  // Records how Nix is called.
  const bin = path.join(lab.dir, "noting");
  const asked = path.join(lab.dir, "asked");
  mkdirSync(bin);
  for (const program of ["nix", "nix-instantiate", "nix-store", "nix-build"])
    writeFileSync(
      path.join(bin, program),
      `#!/bin/sh\necho "$*" >> '${asked}'\nPATH=\${PATH#*:} exec ${program} "$@"\n`,
      {
        mode: 0o755,
      },
    );
  const client = await trustedClient(lab, network, { settings: { nix: { binDir: bin } } });
  const { ids } = await client.request("morph/buildMany", { uri: network.uri, machines: ["a", "b"] });
  const again = await client.request("morph/build", { uri: network.uri, machine: "a", attribute: "system.build.etc" });
  for (const id of [...ids, again.id]) {
    const { state, warnings } = await client.build(id, summary => finalStates.has(summary.state));
    assert.deepEqual([state, warnings], ["succeeded", undefined]);
    await until("what Morph reads is recorded", () => deploymentOf(id));
  }
  await buildToEnd(client, network, "a");
  await client.request("morph/evaluate", { uri: network.uri, machine: "b" });
  const { hosts = [], meta } = deploymentOf(again.id)?.info ?? {};
  assert.deepEqual(meta, { description: "Once", ordering: { tags: ["a"] } });
  assert.deepEqual(
    hosts.map(({ name, targetHost, tags, nixConfig }) => ({ name, targetHost, tags, nixConfig })),
    [{ name: "a", targetHost: "a.example", tags: ["a"], nixConfig: { cores: "1" } }],
  );
  const count = () =>
    readFileSync(asked, "utf8")
      .split("\n")
      .filter(line => line.includes("deployment.nix")).length;
  assert.equal(count(), 1);

  appendFileSync(network.file, "# changed\n");
  await change(client, network, readFileSync(network.file, "utf8"));
  const { id } = await client.request("morph/build", { uri: network.uri, machine: "a" });
  await until("what Morph reads of the new text is recorded", () => deploymentOf(id));
  assert.equal(count(), 2);
  await client.stop();
});

test("a build does not wait for the check of the deployment, which ends with the server", async () => {
  const network = writeNetwork(
    lab,
    "endless",
    `{ db = { ${system} deployment.targetHost = ${endless}; }; web = { ${system} }; }`,
  );
  const client = await trustedClient(lab, network);
  const { id, state } = await buildToEnd(client, network, "web");
  assert.equal(state, "succeeded");
  await running();
  assert.equal(deploymentOf(id), undefined);
  await client.stop();
  await gone();
});

test("the check is cancelled with the last build that needs it, and by a newer text", async () => {
  const text = (host: string) => `{
    db = { ${system} deployment.targetHost = ${host}; };
    web = { pkgs, ... }: { ${system} ${slow} };
    other = { pkgs, ... }: { ${system} ${slow} };
  }`;
  const network = writeNetwork(lab, "cancelled", text(endless));
  const client = await trustedClient(lab, network);
  const id = await buildUntilRunning(client, network, "web");
  const other = await client.request("morph/build", { uri: network.uri, machine: "other" });
  await client.build(other.id, ({ state }) => state === "building");
  await running();
  const [first] = checks();
  await client.request("morph/cancel", { id });
  await client.build(id, ({ state }) => state === "cancelled");
  assert.deepEqual(checks(), [first]);
  await client.request("morph/cancel", { id: other.id });
  await client.build(other.id, ({ state }) => state === "cancelled");
  await gone();

  const { id: old } = await client.request("morph/build", { uri: network.uri, machine: "web" });
  await running();
  await change(client, network, text('"db"'));
  await client.request("morph/evaluate", { uri: network.uri, machine: "db" });
  await gone();
  assert.equal(deploymentOf(old), undefined);
  await client.request("morph/cancel", { id: old });
  await client.build(old, ({ state }) => state === "cancelled");
  await client.stop();
});

test("nothing is checked before a machine is evaluated or built", async () => {
  const network = writeNetwork(lab, "unasked", `{ db = { ${system} foo = 1; }; web = { ${system} }; }`);
  const client = await trustedClient(lab, network);
  const read = () => client.request("morph/network", { textDocument: { uri: network.uri } });
  assert.deepEqual((await read()).problems, []);
  await client.request("morph/evaluate", { uri: network.uri, machine: "web" });
  const problem = await until("it is found out", async () => (await read()).problems[0]);
  assert.deepEqual([problem.code, problem.severity], ["not-deployable", "error"]);
  await client.stop();
});
