import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { BuildRequest } from "../../server/src/builds/record/record.ts";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { buildToEnd, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// Nix options in `network.nixConfig`, which Morph passes to nix-build. With real Nix.

let lab: Lab;

before(async () => {
  lab = await startLab({ lines: ["system-features = benchmark"] });
});

after(() => lab.stop());

/** A machine with a package that needs a feature and records the number of cores it was built with. */
const machine = (name: string) => `
  ${name} = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      (pkgs.runCommand "cores-${name}" { requiredSystemFeatures = [ "special" ]; } ''
        mkdir -p $out; echo "cores=$NIX_BUILD_CORES"
      '')
    ];
  };`;

function network(name: string, nixConfig: string, names = ["web"]): Workspace {
  return writeNetwork(lab, name, `{ network.nixConfig = ${nixConfig}; ${names.map(machine).join("")} }`);
}

const requestOf = (id: string): BuildRequest =>
  JSON.parse(
    readFileSync(path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builds", id, "request.json"), "utf8"),
  );

/** The `--option`s with which a build called Nix. */
function optionsOf(id: string): Record<string, string> {
  const args = requestOf(id).command?.args ?? [];
  return Object.fromEntries(
    args.flatMap((arg, index) => (arg === "--option" ? [[args[index + 1], args[index + 2]]] : [])),
  );
}

async function log(client: LspClient, id: string): Promise<string> {
  return (await client.request("morph/buildLog", { id })).text;
}

test("a feature that only the network's own options name is available, for the check before the build and for Nix", async () => {
  const without = network("without", "{ }", ["without"]);
  const client = await trustedClient(lab, without);
  const refused = await buildToEnd(client, without, "without");
  assert.deepEqual([refused.failure?.code, requestOf(refused.id).command], ["missing-feature", undefined]);
  await client.stop();

  for (const [name, nixConfig] of [
    ["replaced", '{ system-features = "special"; cores = "3"; }'],
    ["added", '{ extra-system-features = "special"; build-cores = "3"; }'],
  ] as const) {
    const own = network(name, nixConfig, [name]);
    const next = await trustedClient(lab, own);
    const { id, state } = await buildToEnd(next, own, name);
    assert.equal(state, "succeeded");
    assert.match(await log(next, id), /cores=3/);
    await next.stop();
  }
});

test("a feature that the network's own options remove is reported missing before the build starts", async () => {
  lab.setConf({ lines: ["system-features = special"] });
  const own = network("taken", '{ system-features = "benchmark"; }', ["taken"]);
  const client = await trustedClient(lab, own);
  const refused = await buildToEnd(client, own, "taken");
  assert.deepEqual([refused.failure?.code, requestOf(refused.id).command], ["missing-feature", undefined]);
  await client.stop();
  lab.setConf({ lines: ["system-features = benchmark"] });
});

test("options are data, regardless of their names, and none that Morph refuses is passed", async () => {
  const own = network(
    "data",
    `{
      extra-system-features = "special";
      "--help" = "x";
      "-j" = "0";
      log-lines = "--version";
      cores = 2;
      keep-going = throw "not this one";
      access-tokens = "example.org=secret";
    }`,
    ["a", "b"],
  );
  const client = await trustedClient(lab, own);
  const { ids } = await client.request("morph/buildMany", { uri: own.uri, machines: ["a", "b"] });
  for (const id of ids) {
    const { state } = await client.build(id, summary => finalStates.has(summary.state));
    assert.equal(state, "succeeded");
    assert.deepEqual(optionsOf(id), {
      "access-tokens": "example.org=secret",
      "extra-system-features": "special",
      "log-lines": "--version",
    });
  }
  const evaluation = await client.request("morph/evaluate", { uri: own.uri, machine: "a" });
  assert.doesNotMatch(JSON.stringify(evaluation), /secret/);
  await client.stop();
});

test("options that cannot be evaluated do not prevent building a machine", async () => {
  const own = network("broken", "if 1 then { } else { }", ["web"]);
  const client = await trustedClient(lab, own);
  const evaluation = await client.request("morph/evaluate", { uri: own.uri, machine: "web" });
  assert.equal(evaluation.system, "x86_64-linux");
  await client.stop();
});
