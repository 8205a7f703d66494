import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { type BuildState, finalStates } from "../../server/src/protocol.ts";
import type { ProcessIdentity } from "../../server/src/records/format/schemas.ts";
import { identify, nameOfProcess } from "../../server/src/records/processes/identity.ts";
import { type Gate, gatedNetwork } from "../support/gate.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { type Process, processesIn, waitForExit } from "../support/processes.ts";
import { deadProcess } from "../support/records.ts";
import { refusal } from "../support/refusal.ts";
import { until } from "../support/until.ts";
import { buildUntilRunning, trustedClient } from "../support/workspace.ts";

// Servers and supervisors are killed at every moment of a build; Nix and what it has built must not be lost by that.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

const limit = { timeout: 120_000 };

const supervisorOf = (id: string): Process | undefined =>
  processesIn(lab.dir).find(({ cmdline }) => cmdline.includes("supervisor.js run") && cmdline.includes(id));

const nixOf = (id: string): Process | undefined =>
  processesIn(lab.dir).find(({ cmdline }) => cmdline.includes("nix-store --realise") && cmdline.includes(id));

const recordOf = (id: string) => path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builds", id);

/** What the tests look at in the JSON files of a record. */
interface RecordJson {
  readonly supervisor: { readonly pid: number };
  /** In `process.json` a process, in `request.json` what is run. */
  readonly command?: { readonly pid: number };
  readonly adopted?: true;
}

function readJson(id: string, name: string): RecordJson {
  return JSON.parse(readFileSync(path.join(recordOf(id), name), "utf8"));
}

function changeJson(id: string, name: string, fields: object): void {
  writeFileSync(path.join(recordOf(id), name), JSON.stringify({ ...readJson(id, name), ...fields }));
}

async function kill(found: Process | undefined): Promise<void> {
  assert.ok(found);
  process.kill(found.pid, "SIGKILL");
  await waitForExit(found.pid);
}

async function runs(gate: Gate): Promise<{ client: LspClient; id: string }> {
  const client = await trustedClient(lab, gate);
  return { client, id: await buildUntilRunning(client, gate, gate.machine) };
}

/** Another supervisor serves the build. */
function adopted(id: string): Promise<Process> {
  return until("the build is adopted", () => {
    const supervisor = supervisorOf(id);
    const { pid } = readJson(id, "process.json").supervisor;
    return supervisor?.pid === pid ? supervisor : undefined;
  });
}

const ended = (client: LspClient, id: string) => client.build(id, ({ state }) => finalStates.has(state));

test("a build whose supervisor is killed goes on under another one, and succeeds", limit, async () => {
  const gate = gatedNetwork(lab);
  const { client, id } = await runs(gate);
  await kill(supervisorOf(id));
  const told = await client.build(id, ({ failure }) => failure !== undefined);
  assert.deepEqual([told.state, told.failure?.code], ["building", "no-supervisor"]);
  assert.equal((await refusal(client.request("morph/remove", { id }))).code, "running");
  await adopted(id);
  await client.build(id, ({ state, failure }) => state === "building" && failure === undefined);
  gate.open();
  const { state, failure, signatures } = await ended(client, id);
  assert.deepEqual([state, failure, signatures?.builtHere], ["succeeded", undefined, signatures?.total]);
  assert.equal(readJson(id, "result.json").adopted, true);
  await client.stop();
});

test("a build whose supervisor is killed twice, and that fails then, says why", limit, async () => {
  const gate = gatedNetwork(lab, "echo sorry; exit 7");
  const { client, id } = await runs(gate);
  await kill(supervisorOf(id));
  await kill(await adopted(id));
  const { pid } = await adopted(id);
  gate.open();
  const { state, failure } = await ended(client, id);
  assert.deepEqual([state, failure?.code], ["failed", "derivation-failed"]);
  assert.match(failure?.detail ?? "", /sorry/);
  await waitForExit(pid);
  await client.stop();
});

test("a build whose supervisor is killed can be cancelled at once", limit, async () => {
  const gate = gatedNetwork(lab);
  const { client, id } = await runs(gate);
  const nix = nixOf(id);
  await kill(supervisorOf(id));
  await client.request("morph/cancel", { id });
  assert.equal((await ended(client, id)).state, "cancelled");
  assert.ok(nix);
  await waitForExit(nix.pid);
  await client.stop();
  await until("nothing is left", () => (leftovers(lab).length === 0 ? true : undefined));
});

test("a supervisor that is killed after the request to cancel leaves that to the next one", limit, async () => {
  const gate = gatedNetwork(lab);
  const { client, id } = await runs(gate);
  const nix = nixOf(id);
  assert.ok(nix);
  // A Nix that does not react, so that the supervisor still waits.
  process.kill(nix.pid, "SIGSTOP");
  await client.request("morph/cancel", { id });
  await kill(supervisorOf(id));
  await adopted(id);
  process.kill(nix.pid, "SIGCONT");
  assert.equal((await ended(client, id)).state, "cancelled");
  await client.stop();
});

test("of several servers one starts another supervisor", limit, async () => {
  const gate = gatedNetwork(lab);
  const { client, id } = await runs(gate);
  const others = [await trustedClient(lab, gate), await trustedClient(lab, gate)];
  await kill(supervisorOf(id));
  await adopted(id);
  await until("one supervisor is left", () => {
    const all = processesIn(lab.dir).filter(({ cmdline }) => cmdline.includes("supervisor.js"));
    return all.length === 1 ? true : undefined;
  });
  gate.open();
  for (const each of [client, ...others]) {
    assert.equal((await ended(each, id)).state, "succeeded");
    await each.stop();
  }
});

/** How a build ends while no server watches it -> what the next server says. */
const unwatched: Record<
  string,
  { script?: string; end: (gate: Gate, id: string) => void; state: string; code?: string }
> = {
  succeeds: { end: gate => gate.open(), state: "succeeded" },
  fails: { script: "exit 7", end: gate => gate.open(), state: "failed", code: "derivation-failed" },
  "is killed": { end: (_, id) => process.kill(nixOf(id)?.pid ?? 0, "SIGKILL"), state: "lost", code: "lost" },
};

for (const [name, { script, end, state, code }] of Object.entries(unwatched))
  test(`a build that ${name} while neither server nor supervisor lives is ${state}`, limit, async () => {
    const gate = gatedNetwork(lab, script);
    const { client, id } = await runs(gate);
    await client.kill();
    await kill(supervisorOf(id));
    const nix = nixOf(id);
    assert.ok(nix);
    end(gate, id);
    await waitForExit(nix.pid);
    const next = await trustedClient(lab, gate);
    const summary = await ended(next, id);
    assert.deepEqual([summary.state, summary.failure?.code], [state, code]);
    assert.ok(summary.stoppedAt);
    await next.stop();
    gate.open();
    await until("nothing is left", () => (leftovers(lab).length === 0 ? true : undefined));
  });

test("a Nix whose supervisor was killed before it could record it is found, and adopted", limit, async () => {
  const gate = gatedNetwork(lab);
  const { client, id } = await runs(gate);
  await client.kill();
  await kill(supervisorOf(id));
  changeJson(id, "process.json", { nix: undefined });
  const next = await trustedClient(lab, gate);
  await adopted(id);
  assert.equal(readJson(id, "process.json").command?.pid, nixOf(id)?.pid);
  gate.open();
  assert.equal((await ended(next, id)).state, "succeeded");
  await next.stop();
});

/** How far a supervisor came before it was killed -> what its record is made to look like, and the state until then. */
const beforeNix: Record<string, { come: (id: string, supervisor: ProcessIdentity) => void; state: BuildState }> = {
  "claimed its record": { come: id => rmSync(path.join(recordOf(id), "supervisor")), state: "queued" },
  "recorded itself": { come: claimAs, state: "queued" },
  "started Nix": {
    come: (id, supervisor) => {
      claimAs(id, supervisor);
      writeFileSync(path.join(recordOf(id), "process.json"), JSON.stringify({ supervisor }));
    },
    state: "building",
  },
};

function claimAs(id: string, supervisor: ProcessIdentity): void {
  const claim = path.join(recordOf(id), "supervisor");
  rmSync(claim);
  mkdirSync(claim);
  writeFileSync(path.join(claim, nameOfProcess(supervisor)), "");
}

for (const [name, { come, state: before }] of Object.entries(beforeNix))
  test(`a build whose supervisor is killed before it has ${name} is built by another`, limit, async () => {
    const gate = gatedNetwork(lab);
    const client = await trustedClient(lab, gate);
    const { id } = await client.request("morph/build", { uri: gate.uri, machine: gate.machine });
    // No claim can be taken while there is a file in its place: the supervisor waits.
    writeFileSync(path.join(recordOf(id), "supervisor"), "");
    const { pid } = await until("a supervisor is there", () => supervisorOf(id));
    process.kill(pid, "SIGSTOP");
    const supervisor = identify(pid);
    assert.ok(supervisor);
    come(id, supervisor);
    await client.build(id, ({ state }) => state === before);
    await kill(supervisorOf(id));
    await client.build(id, ({ progress }) => progress.running > 0);
    gate.open();
    const { state, failure } = await ended(client, id);
    assert.deepEqual([state, failure], ["succeeded", undefined]);
    await client.stop();
  });

test(
  "a build whose supervisor is killed before it could record its Nix is adopted by the same server",
  limit,
  async () => {
    const gate = gatedNetwork(lab);
    const { client, id } = await runs(gate);
    const supervisor = supervisorOf(id);
    assert.ok(supervisor);
    process.kill(supervisor.pid, "SIGSTOP");
    changeJson(id, "process.json", { nix: undefined });
    await kill(supervisor);
    await adopted(id);
    gate.open();
    assert.equal((await ended(client, id)).state, "succeeded");
    await client.stop();
  },
);

test("a Nix of which no file tells any more is found, and adopted", limit, async () => {
  const gate = gatedNetwork(lab);
  const { client, id } = await runs(gate);
  const supervisor = supervisorOf(id);
  assert.ok(supervisor);
  process.kill(supervisor.pid, "SIGSTOP");
  rmSync(path.join(recordOf(id), "process.json"));
  await kill(supervisor);
  await until("a supervisor adopts it", () =>
    existsSync(path.join(recordOf(id), "process.json")) && readJson(id, "process.json").command ? true : undefined,
  );
  gate.open();
  assert.equal((await ended(client, id)).state, "succeeded");
  await client.stop();
});

/** What a Nix comes to whose supervisor is killed before it records that -> the script, and what is said. */
const unrecorded: Record<string, { script?: string; state: string; code?: string }> = {
  succeeds: { state: "succeeded" },
  fails: { script: "exit 7", state: "failed", code: "derivation-failed" },
};

for (const [name, { script, state, code }] of Object.entries(unrecorded))
  test(`a build that ${name}, and whose supervisor is killed before it records that, is ${state}`, limit, async () => {
    const gate = gatedNetwork(lab, script);
    const { client, id } = await runs(gate);
    const [supervisor, nix] = [supervisorOf(id), nixOf(id)];
    assert.ok(supervisor && nix);
    process.kill(supervisor.pid, "SIGSTOP");
    gate.open();
    await waitForExit(nix.pid);
    await kill(supervisor);
    const summary = await ended(client, id);
    assert.deepEqual([summary.state, summary.failure?.code], [state, code]);
    await client.stop();
  });

/** How far a server came before it was killed -> what its record is made to look like. */
const unlaunched: Record<string, (id: string) => void> = {
  "had claimed the derivation": id => changeJson(id, "request.json", { command: undefined }),
  "had recorded that it launches a supervisor": () => undefined,
};

for (const [name, change] of Object.entries(unlaunched))
  test(`a build whose server was killed after it ${name} goes on at once`, limit, async () => {
    const gate = gatedNetwork(lab);
    const { client, id } = await runs(gate);
    await client.kill();
    await kill(supervisorOf(id));
    const nix = nixOf(id);
    assert.ok(nix);
    process.kill(nix.pid, "SIGINT");
    await waitForExit(nix.pid);
    // As if nothing had been started.
    for (const file of ["process.json", "events", "clock"]) rmSync(path.join(recordOf(id), file));
    changeJson(id, "request.json", {
      owner: deadProcess,
      command: { ...readJson(id, "request.json").command, launchedAt: Date.now() },
    });
    change(id);
    const claims = path.join(recordOf(id), "../../running");
    assert.ok(readdirSync(claims, { recursive: true, encoding: "utf8" }).some(file => file.endsWith(id)));
    const next = await trustedClient(lab, gate);
    await next.build(id, ({ progress }) => progress.running > 0);
    gate.open();
    assert.equal((await ended(next, id)).state, "succeeded");
    await next.stop();
  });
