import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { nixAssets } from "../../server/src/nix/evaluation/assets.ts";
import {
  type Deployment,
  type DeploymentLimits,
  evaluateDeployment,
} from "../../server/src/nix/evaluation/deployment.ts";
import { createNix } from "../../server/src/nix/nix.ts";
import { loadNixParser } from "../../server/src/syntax/parser.ts";
import { NetworkFiles } from "../../server/src/workspace/networkFiles.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { morphVerdicts } from "../support/morphVerdicts.ts";
import { dist } from "../support/nixDocument.ts";
import { copyNetwork, type Workspace, writeNetwork } from "../support/workspace.ts";

// What Morph refuses before it builds anything, and our problems of the same networks. Real Nix; if the environment variable
// MORPH_TEST_BINARY names a real Morph (1.8 or later), it runs, too.

const realMorph = process.env.MORPH_TEST_BINARY;

const assets = nixAssets(path.join(dist, "nix"));
const limits: DeploymentLimits = { memory: 1024, timeout: 60_000, refusals: 20 };

let lab: Lab;
let networks: NetworkFiles;

before(async () => {
  lab = await startLab();
  networks = new NetworkFiles(await loadNixParser(dist), () => undefined);
});

after(() => lab.stop());

function verdictOn(
  { file }: Workspace,
  bounds: Partial<DeploymentLimits> = {},
  signal = new AbortController().signal,
): Promise<Deployment | undefined> {
  const tools = { nixVersion: "", nixPath: "", evaluator: { path: assets.evaluator, origin: "bundled" } } as const;
  const context = { nix: createNix(lab.env, ""), assets, tools, network: file, signal };
  return evaluateDeployment(context, { ...limits, ...bounds });
}

/** Whether the real Morph continues with building, and its message. */
async function askMorph(network: Workspace, binary: string): Promise<{ accepted: boolean; said: string }> {
  const building = path.join(network.folder, "building");
  const command = path.join(network.folder, "nix-build");
  writeFileSync(command, `#!/bin/sh\ntouch '${building}'\nexit 1\n`, { mode: 0o755 });
  const script = `MORPH_NIX_BUILD_CMD='${command}' exec '${binary}' build --on web '${network.file}'`;
  const { stderr } = await lab.nix("sh", ["-c", script]);
  return { accepted: existsSync(building), said: stderr };
}

function withoutMorph(context: TestContext): boolean {
  if (realMorph === undefined)
    context.diagnostic("MORPH_TEST_BINARY names no Morph: only what one said before was compared.");
  return realMorph === undefined;
}

let count = 0;
const write = (text: string) => writeNetwork(lab, `verdict${count++}`, text);

for (const [name, { text, refused, about = [], at }] of Object.entries(morphVerdicts))
  test(`Morph ${refused === undefined ? "goes on to build" : "refuses"} ${name}, and so we say`, async context => {
    const network = write(text);
    const deployment = await verdictOn(network);
    assert.ok(deployment);
    const { refusals } = deployment;
    assert.deepEqual(
      refusals.map(({ machine = "network" }) => machine),
      about,
    );
    assert.equal(refusals.length > 0, refused !== undefined);
    if (at !== undefined) {
      await networks.scan([network.folder], ["network.nix"]);
      const places = refusals.map(({ machine, option = [] }) => {
        const range = networks.placeOf(network.uri, machine, option)?.range;
        return range && text.split("\n")[range.start.line]?.slice(range.start.character, range.end.character);
      });
      assert.deepEqual(places, at);
    }
    if (withoutMorph(context) || realMorph === undefined) return;
    const { accepted, said } = await askMorph(network, realMorph);
    assert.equal(accepted, refused === undefined, said);
    if (refused !== undefined) assert.match(said, refused);
  });

test("what Morph reads is what Morph's own evaluator returns", async context => {
  const home = copyNetwork(lab, "home");
  const deployment = await verdictOn(home);
  const args = ["--eval", "--strict", "--json", "--attr", "info.deployment", "--argstr", "argsFile", ""];
  const evaluator = (file: string) => [file, "--arg", "networkExpr", home.file];
  const { stdout, stderr } = await lab.nix("nix-instantiate", [
    ...args.slice(0, 3),
    ...args.slice(3, 5),
    ...evaluator(assets.evaluator),
  ]);
  assert.deepEqual(deployment?.info, JSON.parse(stdout), stderr);
  assert.deepEqual([deployment?.refusals, deployment?.complete], [[], true]);
  if (withoutMorph(context) || realMorph === undefined) return;
  const folder = path.join(lab.dir, "real-morph");
  mkdirSync(folder);
  symlinkSync(realMorph, path.join(folder, "morph"));
  const ours = await derivations(home, lab.env);
  const theirs = await derivations(home, { ...lab.env, PATH: `${folder}:${lab.env.PATH}` });
  assert.deepEqual([ours.origins, theirs.origins], [["bundled"], ["morph"]]);
  assert.deepEqual(theirs.drvPaths, ours.drvPaths);
});

/** The derivations of all machines, and which evaluators were used. */
async function derivations({ folder, uri }: Workspace, env: NodeJS.ProcessEnv) {
  const client = await LspClient.start({ env, folder, trusted: true });
  const all = await client.request("morph/evaluateAll", { uri });
  await client.stop();
  const evaluated = all.flatMap(each => ("drvPath" in each ? [each] : []));
  return {
    drvPaths: evaluated.map(({ drvPath }) => drvPath),
    origins: [...new Set(evaluated.map(({ evaluator }) => evaluator.origin))],
  };
}
