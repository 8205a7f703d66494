import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { URI } from "vscode-uri";
import type { HydraDryEvaluation, HydraFile, Problem } from "../../server/src/protocol.ts";
import { bundledEvaluator } from "../support/fixtures.ts";
import { createRepository, git, publishRepository } from "../support/git.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { refusal } from "../support/refusal.ts";
import { copyNetwork, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// The expression of a Hydra jobset, evaluated as Hydra does: in restricted mode, with real Nix and real git.

let lab: Lab;
let home: Workspace;
let client: LspClient;

before(async () => {
  lab = await startLab();
  home = copyNetwork(lab, "home");
  await createRepository(lab, home.folder);
  client = await trustedClient(lab, home);
});

after(async () => {
  await client.stop();
  await lab.stop();
});

const evaluate = (uri: string, machines: readonly string[], jobset?: string) =>
  client.request("morph/hydraEvaluate", { uri, machines, jobset });

function write(files: readonly HydraFile[]): void {
  for (const { uri, text, state } of files) {
    if (state === "other") continue;
    fs.mkdirSync(path.dirname(new URL(uri).pathname), { recursive: true });
    fs.writeFileSync(new URL(uri), text);
  }
}

const statesOf = ({ files }: HydraDryEvaluation) => files.map(file => [file.path, file.state]);
const jobsOf = ({ jobs }: HydraDryEvaluation) => jobs.map(({ job, isSame, problem }) => [job, isSame ?? problem?.code]);

/** Where a problem is, from 1, with what was read there. */
function textAt({ location }: Problem): string {
  assert.ok(location);
  const line = fs.readFileSync(new URL(location.uri), "utf8").split("\n")[location.range.start.line] ?? "";
  return `${path.basename(location.uri)}: ${line.slice(location.range.start.character, location.range.end.character)}`;
}

test("the expression of a machine has its derivation under Hydra's rules, before its files are written and afterwards", async () => {
  const own = await client.request("morph/evaluate", { uri: home.uri, machine: "eiffel" });
  const planned = await evaluate(home.uri, ["eiffel"]);
  assert.deepEqual(statesOf(planned), [
    ["hydra/default.nix", "missing"],
    ["hydra/eiffel.nix", "missing"],
  ]);
  assert.deepEqual(planned.jobs, [{ job: "eiffel", machine: "eiffel", drvPath: own.drvPath, isSame: true }]);
  assert.equal(planned.inputs.nixpkgs, path.join(lab.dir, "nixpkgs"));
  assert.ok(!fs.existsSync(path.join(home.folder, "hydra")), "it wrote into the workspace");

  write(planned.files);
  const written = await evaluate(home.uri, ["eiffel"]);
  assert.deepEqual(statesOf(written), [
    ["hydra/default.nix", "same"],
    ["hydra/eiffel.nix", "same"],
  ]);
  assert.deepEqual(written.jobs, planned.jobs);
});

test("several machines have a job each, and one for all of them", async () => {
  const evaluated = await evaluate(home.uri, ["eiffel", "web01"]);
  assert.equal(evaluated.expressionPath, "hydra/machines.nix");
  assert.deepEqual(jobsOf(evaluated), [
    ["deployable", undefined],
    ["eiffel", true],
    ["web01", true],
  ]);
  write(evaluated.files);
  const fewer = await evaluate(home.uri, ["web01", "db01"]);
  assert.deepEqual(statesOf(fewer).at(-1), ["hydra/machines.nix", "outdated"]);
  assert.deepEqual(jobsOf(fewer), [
    ["db01", true],
    ["deployable", undefined],
    ["web01", true],
  ]);
});

test("a second network in a folder shares the first one's file, and a user's own file is used as it is", async () => {
  const other = path.join(home.folder, "my network.nix");
  const machine = '{ nixpkgs.system = "x86_64-linux"; }';
  const text = `{ network = { }; "web.example.org" = ${machine}; eiffel = ${machine}; }`;
  fs.writeFileSync(other, text);
  fs.mkdirSync(path.join(home.folder, "hydra"), { recursive: true });
  const uri = home.uri.replace("network.nix", "my%20network.nix");
  write((await evaluate(home.uri, ["eiffel"])).files);
  await client.open(uri, text);
  const second = await evaluate(uri, ["web.example.org"]);
  assert.deepEqual(statesOf(second)[0], ["hydra/default.nix", "same"]);
  assert.deepEqual(jobsOf(second), [["web-example-org", true]]);

  // A function gets the inputs as arguments. What is not a derivation is not a job.
  const own =
    "{ nixpkgs, network }: { text = 1; mine = (import nixpkgs { }).hello; web-example-org = (import <nixpkgs> { }).hello; }";
  fs.writeFileSync(path.join(home.folder, "hydra/web.example.org.nix"), own);
  const changed = await evaluate(uri, ["web.example.org"]);
  assert.deepEqual(statesOf(changed).at(-1), ["hydra/web.example.org.nix", "other"]);
  assert.deepEqual(jobsOf(changed), [
    ["mine", undefined],
    ["web-example-org", false],
  ]);
  fs.rmSync(other);
});

test("what Hydra refuses is found before, with its reason and its place in the workspace", async () => {
  const machine = (name: string, text: string) => `
  ${name} = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    networking.extraHosts = ${text};
  };`;
  const outside = path.join(lab.dir, "outside.txt");
  fs.writeFileSync(outside, "hosts");
  const { uri, folder } = writeNetwork(
    lab,
    "refused",
    `{
  network = { };${[
    machine("download", 'builtins.readFile (builtins.fetchurl "https://example.invalid/hosts")'),
    machine("outside", `builtins.readFile ${outside}`),
    machine("built", 'builtins.readFile (pkgs.runCommand "hosts" { } "echo > $out")'),
    machine("unknown", "builtins.readFile <secrets/hosts>"),
    machine("ignored", "builtins.readFile ./hosts.txt"),
    machine("wrong", 'throw "nowhere"'),
    machine("right", '"127.0.0.1 x"'),
  ].join("")}
}`,
  );
  fs.writeFileSync(path.join(folder, "hosts.txt"), "hosts");
  fs.writeFileSync(path.join(folder, ".gitignore"), "*.txt\n");
  await createRepository(lab, folder);
  const machines = ["download", "outside", "built", "unknown", "ignored", "wrong", "right"];
  const { jobs } = await evaluate(uri, machines);
  const problems = new Map(jobs.map(({ job, problem }) => [job, problem]));
  assert.deepEqual(
    machines.map(name => [name, problems.get(name)?.code]),
    [
      ["download", "hydra-restricted"],
      ["outside", "hydra-restricted"],
      ["built", "hydra-import-from-derivation"],
      ["unknown", "hydra-restricted"],
      ["ignored", "hydra-restricted"],
      ["wrong", "evaluation-failed"],
      ["right", undefined],
    ],
  );
  assert.match(problems.get("download")?.message ?? "", /https:\/\/example\.invalid\/hosts/);
  assert.match(problems.get("ignored")?.message ?? "", /does not have hosts\.txt: git ignores it/);
  for (const problem of problems.values())
    if (problem !== undefined) assert.match(textAt(problem), /^network\.nix: ./, problem.message);
  assert.equal(problems.get("deployable")?.severity, "error", "the job for all needs all of them");
  assert.equal(jobs.find(({ job }) => job === "right")?.isSame, true);
});

test("a network in a folder of a repository that is opened over a link has its evaluator from the repository", async () => {
  const repository = path.join(lab.dir, "networks/office");
  const folder = path.join(repository, "sites/our office");
  fs.mkdirSync(folder, { recursive: true });
  const text =
    '{ network = { }; pi = { nixpkgs.system = "aarch64-linux"; imports = [ ./fails.nix ]; }; ok = { nixpkgs.system = "x86_64-linux"; }; }';
  fs.writeFileSync(path.join(folder, "network.nix"), text);
  fs.writeFileSync(path.join(folder, "fails.nix"), "{\n  networking.extraHosts = builtins.readFile /etc/hosts;\n}\n");
  fs.cpSync(path.dirname(bundledEvaluator), path.join(repository, "nix"), { recursive: true });
  await createRepository(lab, repository);
  const link = path.join(lab.dir, "networks/linked");
  fs.symlinkSync(repository, link);
  const file = path.join(link, "sites/our office/network.nix");
  const uri = URI.file(file).toString();
  const settings = { evaluator: path.join(link, "nix/eval-machines.nix") };
  const office = await trustedClient(lab, { folder: link, file, uri }, { settings });
  const { jobs, expressionPath, files } = await office.request("morph/hydraEvaluate", { uri, machines: ["pi", "ok"] });
  assert.equal(expressionPath, "sites/our office/hydra/machines.nix");
  assert.match(files[0]?.text ?? "", /evaluator \? \.\.\/\.\.\/\.\.\/nix\/eval-machines\.nix,/);
  assert.deepEqual(
    jobs.map(({ job, isSame, problem }) => [job, isSame ?? problem?.code]),
    [
      ["deployable", "hydra-restricted"],
      ["ok", true],
      ["pi", "hydra-restricted"],
    ],
  );
  const place = jobs.at(-1)?.problem?.location;
  assert.equal(place?.uri, URI.file(path.join(link, "sites/our office/fails.nix")).toString());
  const { jobset } = await office.request("morph/hydraJobset", { uri, machines: ["ok"] });
  assert.deepEqual(Object.keys(jobset.inputs), ["nixpkgs", "network"]);
  await office.stop();
});

test("the plan of a jobset names what Hydra cannot see, until everything is committed and pushed", async () => {
  const text = '{ network = { }; pi = { nixpkgs.system = "aarch64-linux"; }; }';
  const { uri, folder } = writeNetwork(lab, "planned", text);
  const plan = () => client.request("morph/hydraJobset", { uri, machines: ["pi"] });
  const codes = async () => (await plan()).warnings.map(({ code }) => code);
  await createRepository(lab, folder);
  assert.deepEqual(await codes(), ["hydra-no-remote", "hydra-not-committed"]);
  await git(lab, folder, "remote", "add", "origin", "https://user:secret@example.invalid/pi.git");
  const unpushed = await plan();
  assert.deepEqual(
    unpushed.warnings.map(({ code }) => code),
    ["hydra-remote-login", "hydra-not-committed", "hydra-not-pushed"],
  );
  assert.equal(unpushed.jobset.inputs.network?.value, "https://example.invalid/pi.git main");
  assert.doesNotMatch(JSON.stringify(unpushed), /secret/);
  await git(lab, folder, "remote", "remove", "origin");

  const remote = await publishRepository(lab, folder);
  write((await plan()).files);
  assert.deepEqual(await codes(), ["hydra-remote-local", "hydra-not-committed"]);
  await git(lab, folder, "add", "--all");
  await git(lab, folder, "commit", "--quiet", "--message", "Hydra");
  assert.deepEqual(await codes(), ["hydra-remote-local", "hydra-not-pushed"]);
  await git(lab, folder, "push", "--quiet");
  const pushed = await plan();
  assert.deepEqual(
    pushed.warnings.map(({ code }) => code),
    ["hydra-remote-local"],
  );
  assert.deepEqual(pushed.jobset.inputs.network, { type: "git", value: `${remote} main` });
  assert.deepEqual([pushed.url, pushed.project, pushed.projectExists, pushed.drift], ["", "morph", false, undefined]);

  await git(lab, folder, "checkout", "--quiet", "--detach");
  assert.deepEqual((await codes())[0], "hydra-no-branch");
});

test("a network outside of a repository, and machines whose jobs would have one name, are refused", async () => {
  const { uri } = writeNetwork(lab, "alone", '{ network = { }; "a.b" = { }; a-b = { }; }');
  assert.equal((await refusal(evaluate(uri, ["a-b"]))).code, "no-repository");
  assert.equal((await refusal(evaluate(uri, ["a.b", "a-b"]))).code, "hydra-same-job");
  const error = await evaluate(home.uri, ["eiffel"], "../x").catch((reason: { code: number }) => reason);
  assert.equal((error as { code: number }).code, -32602);
});

test("the copy for an evaluation is removed", () => {
  const folder = path.join(lab.env.XDG_STATE_HOME, "morph-language-server/hydra");
  assert.deepEqual(fs.existsSync(folder) ? fs.readdirSync(folder) : [], []);
});
