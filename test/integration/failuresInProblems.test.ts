import assert from "node:assert/strict";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Diagnostic } from "vscode-languageserver";
import { URI } from "vscode-uri";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { refusal } from "../support/refusal.ts";
import { trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// Failures of evaluations and builds as diagnostics at their places, with real Nix, in files that no editor has open.

let lab: Lab;
let workspace: Workspace;
let client: LspClient;

const system = 'nixpkgs.system = "x86_64-linux";';
const right = `{ lib, ... }:
{
  services.openssh.enable = true;
}
`;

before(async () => {
  lab = await startLab();
  workspace = writeNetwork(
    lab,
    "failing",
    `{
  web = { imports = [ ./web.nix ]; ${system} };
  db = { imports = [ ./web.nix ]; ${system} };
  asserting = {
    ${system}
    assertions = [ { assertion = false; message = "No root file system."; } ];
  };
  fetching = { pkgs, ... }: {
    ${system}
    environment.systemPackages = [
      (derivation {
        name = "source";
        system = "x86_64-linux";
        builder = "/bin/sh";
        args = [ "-c" "echo hello > $out" ];
        outputHashMode = "flat";
        outputHashAlgo = "sha256";
        outputHash = "0123456789abcdfghijklmnpqrsvwxyz0123456789abcdfghijk";
      })
    ];
  };
}
`,
  );
  write(right);
  client = await start();
});

/** Without waiting for Nix: diagnostics may be published before. */
function restart(): Promise<LspClient> {
  return LspClient.start({ env: lab.env, folder: workspace.folder, trusted: true });
}

function start(): Promise<LspClient> {
  const capabilities = { textDocument: { publishDiagnostics: { relatedInformation: true } } };
  return trustedClient(lab, workspace, { capabilities });
}

after(async () => {
  await client.stop();
  await lab.stop();
});

const module = () => path.join(workspace.folder, "web.nix");
const moduleUri = () => URI.file(module()).toString();

/** Replaces the module in one step: a server that still reads it must not see it empty. */
function write(text: string): void {
  const next = `${module()}.next`;
  writeFileSync(next, text);
  renameSync(next, module());
}

async function writeAndNotify(text: string): Promise<void> {
  write(text);
  await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: moduleUri(), type: 2 }],
  });
}

const some = (found: readonly Diagnostic[]) => found.length > 0;
const none = (found: readonly Diagnostic[]) => found.length === 0;

/** The text that a diagnostic underlines. */
function marked({ range: { start, end } }: Diagnostic, text: string): string {
  const line = text.split("\n")[start.line] ?? "";
  return start.line === end.line ? line.slice(start.character, end.character) : line.slice(start.character);
}

const evaluate = (machine: string) => client.request("morph/evaluate", { uri: workspace.uri, machine });
const evaluateAll = () => client.request("morph/evaluateAll", { uri: workspace.uri });

test("a misspelt option is marked at its name, in the module that sets it, once for both machines", async () => {
  const text = right.replace("services.openssh", "services.opensh");
  await writeAndNotify(text);
  await evaluateAll();
  const [only, ...others] = await client.diagnosticsOf(moduleUri(), found =>
    /2 machines/.test(String(found[0]?.message)),
  );
  assert.deepEqual(others, []);
  assert.ok(only);
  assert.equal(marked(only, text), "opensh");
  assert.equal(only.code, "evaluation-failed");
  assert.match(String(only.message), /The option `services\.opensh' does not exist.* \(2 machines: db, web\)$/);
});

test("it moves with an edit elsewhere on disk, and is gone for each machine that can be evaluated again", async () => {
  const text = right.replace("services.openssh", "services.opensh");
  await writeAndNotify(`# A comment.\n${text}`);
  const [moved] = await client.diagnosticsOf(moduleUri(), found => found[0]?.range.start.line === 3);
  assert.match(String(moved?.message), /2 machines/);
  write(right);
  await evaluate("web");
  const [left] = await client.diagnosticsOf(moduleUri(), found => /\(db\)$/.test(String(found[0]?.message)));
  assert.ok(left);
  await evaluate("db");
  await client.diagnosticsOf(moduleUri(), none);
});

test("a syntax error in an imported module is marked there, and gone after an edit of its line", async () => {
  const broken = right.replace("true;", "true");
  await writeAndNotify(broken);
  const problem = await refusal(evaluate("web"));
  assert.equal(problem.location?.uri, moduleUri());
  const [only] = await client.diagnosticsOf(moduleUri(), some);
  assert.match(String(only?.message), /syntax error, unexpected '}'/);
  assert.equal(only?.range.start.line, 3);
  await writeAndNotify(right);
  await client.diagnosticsOf(moduleUri(), none);
  await evaluate("web");
});

test("an error in a function of a library is marked at the step of the trace that is in the workspace", async () => {
  const text = right.replace("true", 'lib.mkIf (lib.elem 1 "x") true');
  await writeAndNotify(text);
  await refusal(evaluate("web"));
  const [only] = await client.diagnosticsOf(moduleUri(), some);
  assert.equal(only?.range.start.line, 2);
  assert.ok((only.relatedInformation ?? []).length > 0);
  await writeAndNotify(right);
  await client.diagnosticsOf(moduleUri(), none);
});

test("a failed assertion is marked at the machine", async () => {
  await refusal(evaluate("asserting"));
  const [only] = await client.diagnosticsOf(workspace.uri, some);
  assert.match(String(only?.message), /Failed assertions: - No root file system\. \(asserting\)$/);
  assert.equal(only?.range.start.line, 3);
});

test("what Morph refuses is marked in a module that is not open, and gone once it is mended", async () => {
  const text = right.replace("services.openssh.enable = true", 'deployment.tags = "web"');
  await writeAndNotify(text);
  await evaluate("web");
  const [only] = await client.diagnosticsOf(moduleUri(), some);
  assert.ok(only);
  assert.deepEqual([only.code, marked(only, text)], ["not-deployable", "tags"]);
  await writeAndNotify(right);
  await client.diagnosticsOf(moduleUri(), none);
});

test("a hash mismatch is marked at the hash, and gone when the build is removed", async () => {
  const { id } = await client.request("morph/build", { uri: workspace.uri, machine: "fetching" });
  const delta = await client.next(
    "morph/buildDidChange",
    ({ id: of, summary }) => of === id && finalStates.has(summary.state),
  );
  assert.equal(delta.summary.failure?.code, "hash-mismatch");
  assert.match(
    delta.summary.failure.quote?.lines[0] ?? "",
    /^hash mismatch in fixed-output derivation '.*source\.drv'/,
  );
  const found = await client.diagnosticsOf(workspace.uri, all => all.some(({ code }) => code === "hash-mismatch"));
  const mismatch = found.find(({ code }) => code === "hash-mismatch");
  assert.ok(mismatch);
  assert.equal(mismatch.range.start.line, 17);
  await client.request("morph/remove", { id });
  await client.diagnosticsOf(workspace.uri, all => !all.some(({ code }) => code === "hash-mismatch"));
});

test("after a restart the failure of a build is marked again, as its text is still the same", async () => {
  const build = () => client.request("morph/build", { uri: workspace.uri, machine: "fetching" });
  const { id } = await build();
  await client.next("morph/buildDidChange", ({ id: of, summary }) => of === id && finalStates.has(summary.state));
  await client.stop();
  client = await restart();
  const isMismatch = ({ code }: Diagnostic) => code === "hash-mismatch";
  await client.diagnosticsOf(workspace.uri, all => all.some(isMismatch));
  await client.stop();
  const text = readFileSync(workspace.file, "utf8");
  writeFileSync(workspace.file, text.replace("echo hello", "echo other"));
  client = await restart();
  const { id: next } = await client.request("morph/build", { uri: workspace.uri, machine: "asserting" });
  const found = await client.diagnosticsOf(workspace.uri, all => all.some(({ code }) => code === "evaluation-failed"));
  assert.deepEqual(found.filter(isMismatch), []);
  await client.request("morph/remove", { id: next });
  writeFileSync(workspace.file, text);
});

test("what a build's evaluation finds is marked as well, and gone when that machine is built", async () => {
  const text = right.replace("enable", "enabel");
  await writeAndNotify(text);
  const { id } = await client.request("morph/build", { uri: workspace.uri, machine: "web" });
  const [only] = await client.diagnosticsOf(moduleUri(), some);
  assert.ok(only);
  assert.equal(marked(only, text), "enabel");
  write(right);
  const { id: next } = await client.request("morph/build", { uri: workspace.uri, machine: "web" });
  assert.notEqual(next, id);
  await client.diagnosticsOf(moduleUri(), none);
});
