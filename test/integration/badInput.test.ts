import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Diagnostic } from "vscode-languageserver";
import { slowlyEvaluated } from "../support/generatedNetwork.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { refusal } from "../support/refusal.ts";
import {
  buildToEnd,
  copyNetwork,
  derivationStates,
  trustedClient,
  type Workspace,
  writeNetwork,
} from "../support/workspace.ts";

// Errors of all kinds, with real Nix, through the plain client.

let lab: Lab;
let faults: Workspace;
let client: LspClient;

before(async () => {
  lab = await startLab();
  faults = copyNetwork(lab, "faults");
  client = await trustedClient(lab, faults);
});

after(async () => {
  await client.stop();
  await lab.stop();
});

const lineOf = (text: string) =>
  readFileSync(faults.file, "utf8")
    .split("\n")
    .findIndex(line => line.includes(text));

test("an evaluation error has file and line", async () => {
  const problem = await refusal(client.request("morph/evaluate", { uri: faults.uri, machine: "undefvar" }));
  assert.equal(problem.code, "evaluation-failed");
  assert.equal(problem.message, "Evaluation failed: attribute 'helo' missing");
  assert.equal(problem.location?.uri, faults.uri);
  assert.equal(problem.location?.range.start.line, lineOf("pkgs.helo"));
});

test("an option that does not exist is shown where it is set", async () => {
  const problem = await refusal(client.request("morph/evaluate", { uri: faults.uri, machine: "evalerror" }));
  assert.equal(problem.code, "evaluation-failed");
  assert.equal(problem.location?.range.start.line, lineOf("hostNam ="));
});

test("an evaluation error without a position is shown at the machine", async () => {
  const problem = await refusal(client.request("morph/evaluate", { uri: faults.uri, machine: "asserting" }));
  assert.equal(problem.code, "evaluation-failed");
  assert.equal(problem.location?.range.start.line, lineOf("asserting ="));
});

test("a build whose evaluation fails has failed with the same problem, and stays on record", async () => {
  const build = await buildToEnd(client, faults, "undefvar");
  assert.equal(build.state, "failed");
  assert.equal(build.failure?.code, "evaluation-failed");
  assert.equal(build.failure?.location?.range.start.line, lineOf("pkgs.helo"));
  assert.ok(build.stoppedAt);
});

test("a failing dependency is named, with its exit code and last log lines", async () => {
  const build = await buildToEnd(client, faults, "brokendep");
  assert.equal(build.state, "failed");
  assert.equal(build.failure?.code, "derivation-failed");
  assert.equal(build.failure?.message, "broken-1.0 failed with exit code 2.");
  assert.match(build.failure?.detail ?? "", /Last log lines:\n.*undefined reference to 'frobnicate'/s);
  const states = derivationStates(await client.request("morph/buildDetails", { id: build.id }));
  assert.equal(states.broken, "failed");
  assert.equal(Object.entries(states).find(([name]) => name.startsWith("nixos-system"))?.[1], "dependency-failed");
});

test("a machine without a builder: the system is named, and what each builder offers", async () => {
  const build = await buildToEnd(client, faults, "nobody");
  assert.equal(build.failure?.code, "no-builder");
  assert.match(
    build.failure?.message ?? "",
    /No builder can build .* for 'riscv64-linux'\. This machine builds x86_64-linux.* Nothing was started\./,
  );
  assert.deepEqual(
    build.failure?.fixes?.map(({ title, command }) => [title, command]),
    [
      ["Add Builder for riscv64-linux...", "morph.addBuilder"],
      ["Build Anyway", "morph.buildAnyway"],
    ],
  );
  const again = await buildToEnd(client, faults, "nobody", { regardless: true });
  assert.equal(again.failure?.code, "no-builder");
  assert.doesNotMatch(again.failure?.message ?? "", /Nothing was started/);
});

test("unsaved changes are refused, in the network and its imports", async () => {
  const home = copyNetwork(lab, "home");
  const web = home.uri.replace("network.nix", "web.nix");
  const other = await trustedClient(lab, home);
  await other.open(home.uri, readFileSync(home.file, "utf8"));
  await other.open(web, "{ }");
  const problem = await refusal(other.request("morph/build", { uri: home.uri, machine: "web01" }));
  assert.equal(problem.code, "unsaved");
  assert.match(problem.message, /^web\.nix has unsaved changes/);
  await other.change(home.uri, [{ text: "{ web01 = { }; }" }]);
  const again = await refusal(other.request("morph/evaluate", { uri: home.uri, machine: "web01" }));
  assert.match(again.message, /^network\.nix has unsaved changes/);
  await other.stop();
});

test("a machine that the network does not have", async () => {
  assert.equal(
    (await refusal(client.request("morph/build", { uri: faults.uri, machine: "nix" }))).code,
    "unknown-machine",
  );
});

test("a file that is not a network", async () => {
  const uri = faults.uri.replace("network.nix", "other.nix");
  assert.equal((await refusal(client.request("morph/build", { uri, machine: "a" }))).code, "unknown-network");
  assert.equal((await refusal(client.request("morph/network", { textDocument: { uri } }))).code, "unknown-network");
});

test("two machines of one name are one machine with a diagnostic", async () => {
  const twice = writeNetwork(lab, "twice", "{\n  a = { ... }: { };\n  a = { ... }: { };\n}\n");
  await client.open(twice.uri, readFileSync(twice.file, "utf8"));
  const { diagnostics } = await client.next<{ uri: string; diagnostics: Diagnostic[] }>(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics: found }) => uri === twice.uri && found.length > 0,
  );
  assert.equal(diagnostics[0]?.code, "duplicate-machine");
  assert.equal(diagnostics[0]?.range.start.line, 2);
  assert.equal((await client.request("morph/network", { textDocument: { uri: twice.uri } })).machines.length, 1);
});

const isSyntax = ({ code }: Diagnostic) => code === "syntax-error";

test("Nix's own parser reports syntax errors and their position", async () => {
  const broken = writeNetwork(lab, "broken", "{\n  a = { ... }: {\n    services.\n  };\n  b = { ... }: { };\n}\n");
  await client.open(broken.uri, readFileSync(broken.file, "utf8"));
  const { diagnostics } = await client.next<{ uri: string; diagnostics: Diagnostic[] }>(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics: found }) => uri === broken.uri && found.length > 0,
  );
  assert.deepEqual(
    diagnostics.filter(isSyntax).map(({ source, range }) => [source, range.start.line]),
    [["nix", 3]],
  );
  const network = await client.request("morph/network", { textDocument: { uri: broken.uri } });
  assert.deepEqual(
    network.machines.map(({ name }) => name),
    ["a", "b"],
  );
});

test("valid Nix that the grammar does not support has no diagnostic", async () => {
  const valid = writeNetwork(lab, "valid", "{\n  a = { pkgs, }: let inherit (pkgs); in { };\n}\n");
  await client.open(valid.uri, readFileSync(valid.file, "utf8"));
  const seen: Diagnostic[] = [];
  const parsed = client.next<{ uri: string; diagnostics: Diagnostic[] }>(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics }) => {
      if (uri === valid.uri) seen.push(...diagnostics);
      return uri === valid.uri;
    },
  );
  await parsed;
  assert.deepEqual(seen.filter(isSyntax), []);
});

test("names with quotes, dots and spaces, in a folder with a space, reach Nix unchanged", async () => {
  const odd = copyNetwork(lab, "odd names");
  const other = await trustedClient(lab, odd);
  for (const machine of ['web 1".example.com', "10.0.0.2"]) {
    const evaluation = await other.request("morph/evaluate", { uri: odd.uri, machine });
    assert.equal(evaluation.machine, machine);
    assert.match(evaluation.drvPath, /\.drv$/);
  }
  await other.stop();
});

test("without Nix the server reports that, still lists machines, and refuses to evaluate", async () => {
  const home = copyNetwork(lab, "home");
  const empty = path.join(lab.dir, "empty");
  mkdirSync(empty, { recursive: true });
  const other = await LspClient.start({ env: { ...lab.env, PATH: empty }, folder: home.folder, trusted: true });
  const health = await other.next("morph/health");
  assert.equal(health.state, "error");
  assert.match(health.message ?? "", /'nix-instantiate' was not found\. Install Nix/);
  assert.equal((await other.request("morph/network", { textDocument: { uri: home.uri } })).machines.length, 3);
  const problem = await refusal(other.request("morph/evaluate", { uri: home.uri, machine: "web01" }));
  assert.equal(problem.code, "no-nix");
  const build = await buildToEnd(other, home, "web01");
  assert.equal(build.failure?.code, "no-nix");
  await other.stop();
});

test("a storage folder that is not writable is a problem, and everything else works", async () => {
  const file = path.join(lab.dir, "not-a-folder");
  writeFileSync(file, "");
  const home = copyNetwork(lab, "home");
  const other = await trustedClient(lab, home, { storageDir: path.join(file, "storage") });
  const problem = await refusal(other.request("morph/build", { uri: home.uri, machine: "web01" }));
  assert.equal(problem.code, "not-recorded");
  assert.deepEqual(await other.request("morph/builds", {}), []);
  await other.stop();
});

test("a build that is cancelled while it is evaluated ends as cancelled and leaves no process", async () => {
  const slow = writeNetwork(lab, "slow", slowlyEvaluated(20_000));
  const other = await trustedClient(lab, slow);
  const { id } = await other.request("morph/build", { uri: slow.uri, machine: "turtle" });
  await other.build(id, ({ state }) => state === "evaluating");
  await other.request("morph/cancel", { id });
  const ended = await other.build(id, ({ state }) => state !== "evaluating");
  assert.equal(ended.state, "cancelled");
  assert.equal(ended.failure, undefined);
  const evaluating = leftovers(lab).filter(({ cmdline }) => cmdline.includes("nix-instantiate"));
  assert.deepEqual(evaluating, []);
  await other.stop();
});
