import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { CancellationTokenSource as TokenSource } from "vscode-languageserver/node";
import { CancellationTokenSource } from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import type { EvaluatedMachine, MachineEvaluation, Problem } from "../../server/src/protocol.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { until } from "../support/until.ts";
import { copyNetwork, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// All machines of a network, with real Nix.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

async function inClient<T>(workspace: Workspace, work: (client: LspClient) => Promise<T>, options = {}): Promise<T> {
  const client = await trustedClient(lab, workspace, options);
  try {
    return await work(client);
  } finally {
    await client.stop();
  }
}

const evaluateAll = (workspace: Workspace, options = {}) =>
  inClient(workspace, client => client.request("morph/evaluateAll", { uri: workspace.uri }), options);

const isEvaluated = (each: MachineEvaluation): each is EvaluatedMachine => "drvPath" in each;

/** name -> system, or the problem's message. */
const outcomes = (all: readonly MachineEvaluation[]) =>
  Object.fromEntries(all.map(each => [each.machine, isEvaluated(each) ? each.system : each.problem.message]));

/** Systems of all machines that the server knows, without evaluating. */
async function known(client: LspClient, { uri }: Workspace) {
  const { machines, complete } = await client.request("morph/network", { textDocument: { uri } });
  return {
    complete,
    machines: machines.map(({ name, system: { value, origin, stale } }) => ({ name, value, origin, stale })),
  };
}

test("every machine of a network is evaluated the same as on its own", async () => {
  const home = copyNetwork(lab, "home");
  await inClient(home, async client => {
    const all = await client.request("morph/evaluateAll", { uri: home.uri });
    assert.deepEqual(
      all.map(({ machine }) => machine),
      ["db01", "eiffel", "web01"],
    );
    for (const each of all) {
      const { plan: _plan, ...alone } = await client.request("morph/evaluate", {
        uri: home.uri,
        machine: each.machine,
      });
      assert.deepEqual({ ...each, duration: 0 }, { ...alone, duration: 0 });
    }
    const progress = await client.next("morph/evaluationDidProgress", ({ done }) => done === 3);
    assert.deepEqual(progress, { uri: home.uri, done: 3, expected: 3 });
  });
});

test("each broken machine has its own problem with a position, and hides no other", async () => {
  const faults = copyNetwork(lab, "faults");
  const all = await evaluateAll(faults);
  const found = outcomes(all);
  const fine = { brokendep: "x86_64-linux", good: "x86_64-linux", nobody: "riscv64-linux" };
  for (const [machine, system] of Object.entries(fine)) assert.equal(found[machine], system);
  const problems = new Map(all.flatMap(each => (isEvaluated(each) ? [] : [[each.machine, each.problem] as const])));
  assert.deepEqual([...problems.keys()], ["asserting", "evalerror", "typeerror", "undefvar"]);
  await inClient(faults, async client => {
    for (const [machine, problem] of problems) {
      const alone = client.request("morph/evaluate", { uri: faults.uri, machine });
      const { data } = await alone.then(
        () => assert.fail(),
        (error: { data: Problem }) => error,
      );
      assert.deepEqual([problem.code, problem.message, problem.location], [data.code, data.message, data.location]);
    }
  });
});

const uncatchable = `
{
  abort = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = abort "no further"; };
  fine = { ... }: { nixpkgs.system = "x86_64-linux"; };
  missing = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = { }.name; };
  recursive = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = let x = x; in x; };
  throwing = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = throw "not now"; };
  zebra = { ... }: { nixpkgs.system = "aarch64-linux"; };
}
`;

test("errors that Nix cannot catch are problems of their machine too", async () => {
  const found = outcomes(await evaluateAll(writeNetwork(lab, "uncatchable", uncatchable)));
  assert.deepEqual([found.fine, found.zebra], ["x86_64-linux", "aarch64-linux"]);
  assert.match(found.abort ?? "", /no further/);
  assert.match(found.missing ?? "", /attribute 'name' missing/);
  assert.match(found.recursive ?? "", /infinite recursion/);
  assert.match(found.throwing ?? "", /not now/);
});

const computed = `
let
  lib = import <nixpkgs/lib>;
  sensor = number: {
    name = "sensor \${toString number} $(touch \\"x\\")";
    value = { ... }: { nixpkgs.system = "aarch64-linux"; networking.hostName = "sensor\${toString number}"; };
  };
in
{ hub = { ... }: { nixpkgs.hostPlatform = "x86_64-linux"; }; }
// builtins.listToAttrs (map sensor (builtins.attrValues (import ./numbers.nix { time = builtins.currentTime; })))
`;

function writeComputed(name: string): Workspace {
  const workspace = writeNetwork(lab, name, computed);
  writeFileSync(path.join(workspace.folder, "numbers.nix"), "{ time }: if time > 0 then { a = 1; b = 2; } else { }");
  return workspace;
}

test("computed names, even odd ones, become machines without a position in the text", async () => {
  const workspace = writeComputed("computed");
  await inClient(workspace, async client => {
    assert.equal((await known(client, workspace)).complete, false);
    await client.request("morph/evaluateAll", { uri: workspace.uri });
    const network = await client.request("morph/network", { textDocument: { uri: workspace.uri } });
    assert.equal(network.complete, true);
    const sensors = network.machines.filter(machine => machine.computed === true);
    assert.deepEqual(
      sensors.map(({ name, system }) => [name, system]),
      [1, 2].map(number => [
        `sensor ${number} $(touch "x")`,
        { value: "aarch64-linux", origin: "evaluated", stale: false },
      ]),
    );
    const lenses = await client.lenses(workspace.uri);
    assert.ok(!JSON.stringify(lenses).includes("sensor 1"));
    const evaluation = await client.request("morph/evaluate", { uri: workspace.uri, machine: sensors[0]?.name ?? "" });
    assert.equal(evaluation.system, "aarch64-linux");
  });
});

test("evaluations are kept over a restart, outdated after an edit, and never dropped", async () => {
  const workspace = writeComputed("kept");
  const storageDir = path.join(lab.dir, "kept-storage");
  await evaluateAll(workspace, { storageDir });
  await inClient(
    workspace,
    async client => {
      const fresh = await known(client, workspace);
      assert.equal(fresh.complete, true);
      assert.deepEqual(
        fresh.machines.slice(1).map(({ value, stale }) => [value, stale]),
        Array(2).fill(["aarch64-linux", false]),
      );
      await client.open(workspace.uri, readFileSync(workspace.file, "utf8"));
      assert.deepEqual(await known(client, workspace), fresh);
      const start = { line: 0, character: 0 };
      await client.change(workspace.uri, [{ range: { start, end: start }, text: "#" }]);
      const stale = await known(client, workspace);
      assert.equal(stale.complete, false);
      assert.deepEqual(
        stale.machines.slice(-2).map(({ value, stale }) => [value, stale]),
        Array(2).fill(["aarch64-linux", true]),
      );
      await client.change(workspace.uri, [{ range: { start, end: { line: 0, character: 1 } }, text: "" }]);
      assert.deepEqual(await known(client, workspace), fresh);
    },
    { storageDir },
  );
  writeFileSync(workspace.file, `# another text\n${computed}`);
  await inClient(
    workspace,
    async client => assert.ok((await known(client, workspace)).machines.slice(1).every(({ stale }) => stale === true)),
    { storageDir },
  );
});

test("evaluations are outdated when an imported file changes, and the client is notified", async () => {
  const workspace = writeComputed("imported");
  const numbers = path.join(workspace.folder, "numbers.nix");
  await inClient(workspace, async client => {
    await client.request("morph/evaluateAll", { uri: workspace.uri });
    const fresh = await known(client, workspace);
    assert.equal(fresh.complete, true);
    writeFileSync(numbers, `${readFileSync(numbers, "utf8")} # another text`);
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: URI.file(numbers).toString(), type: 2 }],
    });
    // Those caused by the evaluation itself came before.
    for (let now = fresh; now.complete; now = await known(client, workspace))
      await client.next("morph/networkDidChange", ({ uri }) => uri === workspace.uri);
    assert.ok((await known(client, workspace)).machines.slice(1).every(({ stale }) => stale === true));
  });
});

test("a damaged file of evaluations counts as missing", async () => {
  const workspace = writeComputed("damaged");
  const storageDir = path.join(lab.dir, "damaged-storage");
  await evaluateAll(workspace, { storageDir });
  const folder = path.join(storageDir, "evaluated");
  const [file = "", ...others] = readdirSync(folder);
  assert.deepEqual(others, []);
  for (const content of ["", "{", "null", '{"uri":"x","machines":[]}', '{"machines":{"a":1}}']) {
    writeFileSync(path.join(folder, file), content);
    const { machines } = await inClient(workspace, client => known(client, workspace), { storageDir });
    assert.ok(machines.every(({ origin }) => origin !== "evaluated"));
  }
  await evaluateAll(workspace, { storageDir });
  const { complete } = await inClient(workspace, client => known(client, workspace), { storageDir });
  assert.equal(complete, true);
});

test("a killed process is retried with fewer machines", async () => {
  const home = copyNetwork(lab, "home");
  const bin = path.join(lab.dir, "killing");
  const log = path.join(lab.dir, "killed.log");
  const { stdout } = await lab.nix("sh", ["-c", "command -v nix-instantiate"]);
  mkdirSync(bin);
  // Memory runs out whenever one process evaluates two machines.
  writeFileSync(
    path.join(bin, "nix-instantiate"),
    `#!/bin/sh\ncase "$*" in *'--argstr machines ["'*'","'*'"] --argstr attribute'*) echo killed >> ${log}; kill -9 $$;; esac\nexec ${stdout.trim()} "$@"\n`,
  );
  chmodSync(path.join(bin, "nix-instantiate"), 0o755);
  const env = { ...lab.env, PATH: `${bin}:${lab.env.PATH}` };
  // Two machines per process: 100 MiB and 200 for each of them.
  const all = await evaluateAll(home, { env, settings: { evaluation: { memory: 599 } } });
  assert.deepEqual(Object.values(outcomes(all)).toSorted(), ["aarch64-linux", "x86_64-linux", "x86_64-linux"]);
  assert.equal(readFileSync(log, "utf8"), "killed\n");
});

const turtles = `let
  list = builtins.genList (x: x) 20000;
  forever = builtins.foldl' (a: x: builtins.foldl' (b: y: b + 1) a list) 0 list;
  turtle = { ... }: { nixpkgs.system = "x86_64-linux"; networking.hostName = "turtle-\${toString forever}"; };
in
{ hare = { ... }: { nixpkgs.system = "x86_64-linux"; }; t1 = turtle; t2 = turtle; t3 = turtle; }
`;

test("a cancelled evaluation leaves no process, and its results so far are kept", async () => {
  const workspace = writeNetwork(lab, "turtles", turtles);
  const storageDir = path.join(lab.dir, "turtle-storage");
  const client = await trustedClient(lab, workspace, { storageDir });
  const source: TokenSource = new CancellationTokenSource();
  const running = client.connection.sendRequest("morph/evaluateAll", { uri: workspace.uri }, source.token);
  await client.next("morph/evaluationDidProgress", ({ done }) => done === 1);
  source.cancel();
  await assert.rejects(running, { data: { code: "cancelled", severity: "info", message: "Cancelled." } });
  const evaluating = () => leftovers(lab).filter(({ cmdline }) => cmdline.includes("nix-instantiate"));
  await until("Nix ends", () => (evaluating().length === 0 ? true : undefined));
  await client.stop();
  const [stored = ""] = readdirSync(path.join(storageDir, "evaluated"));
  assert.match(readFileSync(path.join(storageDir, "evaluated", stored), "utf8"), /"hare":\{"system":"x86_64-linux"/);
});

test("a network whose names cannot be evaluated is refused with the reason", async () => {
  const workspace = writeNetwork(lab, "nameless", '{ a = { ... }: { }; } // throw "no names today"');
  await assert.rejects(evaluateAll(workspace), (error: { data: Problem }) => {
    assert.equal(error.data.code, "evaluation-failed");
    assert.match(error.data.message, /no names today/);
    return true;
  });
});

test("in an untrusted workspace nothing is evaluated, not even on opening", async () => {
  const workspace = writeComputed("untrusted");
  const env = { ...lab.env, PATH: "/nowhere" };
  const settings = { evaluateOnOpen: true };
  const client = await LspClient.start({ env, folder: workspace.folder, settings });
  await assert.rejects(client.request("morph/evaluateAll", { uri: workspace.uri }), (error: { data: Problem }) => {
    assert.equal(error.data.code, "untrusted");
    return true;
  });
  await client.open(workspace.uri, computed);
  assert.equal((await known(client, workspace)).complete, false);
  await client.stop();
});

test("with the setting a network is evaluated when it is opened, and not again while its text is unchanged", async () => {
  const workspace = writeComputed("opened");
  const options = { storageDir: path.join(lab.dir, "opened-storage"), settings: { evaluateOnOpen: true } };
  await inClient(
    workspace,
    async client => {
      await client.open(workspace.uri, computed);
      await client.next("morph/evaluationDidProgress", ({ done }) => done === 3);
      const folder = path.join(options.storageDir, "evaluated");
      const isKept = () => existsSync(folder) && readdirSync(folder).some(file => file.endsWith(".json"));
      await until("it is kept", () => (isKept() ? true : undefined));
    },
    options,
  );
  await inClient(
    workspace,
    async client => {
      await client.open(workspace.uri, computed);
      assert.equal((await known(client, workspace)).complete, true);
      assert.deepEqual(
        leftovers(lab).filter(({ cmdline }) => cmdline.includes("evaluate-many")),
        [],
      );
    },
    options,
  );
});
