import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Builds } from "../../../server/src/builds/builds.ts";
import { hydraHostName } from "../../../server/src/builds/hosts/hydra/files.ts";
import { HydraHost } from "../../../server/src/builds/hosts/hydra/hydraHost.ts";
import type { NewBuild } from "../../../server/src/builds/start/runner.ts";
import type { HydraApi } from "../../../server/src/hydra/api.ts";
import { silentLog } from "../../../server/src/logging/log.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { idleWorld } from "../../support/idleWorld.ts";
import { buildRow, MemoryHydra, step, unreachable } from "../../support/memoryHydra.ts";
import { drv, storePath } from "../../support/streams.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

// Builds on a Hydra in memory, from the request to the end. A second of the followers is 5 ms.

const temp = tempFolder("on-hydra");
after(() => removeTree(temp));

const pace = 200;
const began = Date.now();
const clock = {
  now: () => began + (Date.now() - began) * pace,
  pause: (ms: number, signal: AbortSignal) => sleep(ms / pace, undefined, { signal }).catch(() => undefined),
};

let storage = "";
let tests = 0;
let hydra = new MemoryHydra();
let shown: BuildSummary[] = [];
const opened: Builds[] = [];

beforeEach(() => {
  storage = path.join(temp, `storage${tests++}`);
  hydra = new MemoryHydra();
  shown = [];
});

afterEach(() => {
  for (const builds of opened.splice(0)) builds.close();
});

/** A server that shares the storage folder. @param api whether, and with which Hydra, it is connected. */
async function open(api: () => HydraApi | undefined = () => hydra.api): Promise<Builds> {
  const builds = new Builds(
    storage,
    idleWorld(),
    ({ summary }) => void shown.push(summary),
    silentLog,
    records => {
      const host = new HydraHost({
        records,
        requestOf: id => records.read(id, "request"),
        api: url => (api()?.url === url ? api() : undefined),
        locate: async (network, { text }, problem) => ({ ...problem, detail: `${network} ${text}` }),
        clock,
      });
      return name => (name === hydraHostName ? host : undefined);
    },
  );
  opened.push(builds);
  await builds.open();
  return builds;
}

const eiffel: NewBuild = {
  uri: "file:///net/network.nix",
  machine: "eiffel",
  place: { kind: "hydra", project: "morph", jobset: "eiffel" },
  hydra: { url: "https://hydra.example.org", job: "eiffel" },
};

async function started(builds: Builds, fields: Partial<NewBuild> = {}): Promise<string> {
  const outcome = await builds.start({ ...eiffel, ...fields });
  assert.ok("value" in outcome);
  return outcome.value.id;
}

function becomes(builds: Builds, id: string, state: BuildSummary["state"]): Promise<BuildSummary> {
  return until(`the build is ${state}`, () => builds.list().find(build => build.id === id && build.state === state));
}

const requested = (name: string) => until(name, () => (hydra.requests.includes(name) ? true : undefined));

test("a build is requested, evaluated, followed step by step, and its result stays there", async () => {
  const builds = await open();
  const id = await started(builds);
  builds.watch(id, true);
  await requested("trigger morph:eiffel");
  await until("it is pending", () => (builds.list()[0]?.hydra?.phase === "pending" ? true : undefined));
  assert.equal(builds.list()[0]?.state, "evaluating");
  hydra.jobset = { ...(hydra.jobset ?? assert.fail()), evaluatingSince: 1 };
  await until("it is evaluating", () => (builds.list()[0]?.hydra?.phase === "evaluating" ? true : undefined));
  hydra.evaluate(3, [buildRow(7)]);
  const queued = await becomes(builds, id, "queued");
  assert.deepEqual(queued.hydra, {
    url: "https://hydra.example.org",
    project: "morph",
    jobset: "eiffel",
    job: "eiffel",
    phase: undefined,
    evaluation: 3,
    build: 7,
  });
  assert.deepEqual([queued.drvPath, queued.system], [drv("nixos-system-eiffel"), "aarch64-linux"]);
  const hello = { machine: "ssh://arm", phase: "Building" };
  hydra.steps.set(7, [step(1, "hello", hello)]);
  const building = await becomes(builds, id, "building");
  assert.deepEqual(building.runningOn, [{ builder: "ssh://arm", running: 1 }]);
  hydra.steps.set(7, [step(1, "hello", { ...hello, state: "succeeded" }), step(2, "nixos-system-eiffel")]);
  await until("the second step", () => (builds.list()[0]?.progress.done === 1 ? true : undefined));
  hydra.steps.set(7, [
    step(1, "hello", { ...hello, state: "succeeded" }),
    step(2, "nixos-system-eiffel", { state: "succeeded" }),
  ]);
  hydra.change(7, { isFinished: true, status: "succeeded", stoppedAt: Date.parse("2026-05-01T12:00:00Z") });
  const ended = await becomes(builds, id, "succeeded");
  assert.deepEqual(
    [ended.stored, ended.outPath, ended.stoppedAt, ended.progress],
    [
      { store: "https://hydra.example.org" },
      storePath("nixos-system-eiffel"),
      "2026-05-01T12:00:00.000Z",
      { done: 2, running: 0, failed: 0, expected: 2 },
    ],
  );
  const details = await builds.details(id);
  assert.deepEqual(
    "value" in details && details.value.derivations.map(({ drvPath, state, builder }) => [drvPath, state, builder]),
    [
      [drv("hello"), "built", "ssh://arm"],
      [drv("nixos-system-eiffel"), "built", "hydra.example.org"],
    ],
  );
  assert.equal(hydra.requests.filter(each => each.startsWith("trigger")).length, 1);
  const states = shown.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
  assert.deepEqual(states, ["evaluating", "queued", "building", "succeeded"]);

  // Another server shows the same from the record, and asks nothing.
  hydra.requests.length = 0;
  const next = await open();
  const again = await next.details(id);
  assert.ok("value" in again && "value" in details);
  assert.deepEqual(again.value.derivations, details.value.derivations);
  assert.deepEqual(hydra.requests, []);
});

test("when nothing has changed, the existing build is followed", async () => {
  hydra.evaluate(3, [buildRow(7, { isFinished: true, status: "succeeded", stoppedAt: 1000 })]);
  hydra.didTrigger = () => hydra.check();
  const builds = await open();
  const id = await started(builds);
  const ended = await becomes(builds, id, "succeeded");
  assert.deepEqual([ended.hydra?.evaluation, ended.hydra?.build], [3, 7]);
});

test("an evaluation that fails is the failure of the build, with the error of its job", async () => {
  hydra.evaluate(3, [buildRow(7)]);
  hydra.errors = "in job ‘other’:\nerror: not ours\n\nin job ‘eiffel’:\nerror: undefined variable 'x'\n\n";
  hydra.didTrigger = () => hydra.check();
  const builds = await open();
  const { failure } = await becomes(builds, await started(builds), "failed");
  assert.deepEqual(
    [failure?.code, failure?.detail],
    ["hydra-evaluation", "file:///net/network.nix error: undefined variable 'x'"],
  );
});

test("inputs that cannot be fetched, a missing job and a missing jobset are failures that say so", async () => {
  hydra.didTrigger = () => hydra.check({ fetchError: "error fetching latest change: Permission denied\nmore" });
  const builds = await open();
  const inputs = await becomes(builds, await started(builds), "failed");
  assert.equal(inputs.failure?.code, "hydra-inputs");
  assert.match(inputs.failure?.message ?? "", /morph:eiffel: error fetching latest change: Permission denied$/);

  hydra.didTrigger = () => hydra.check();
  hydra.evaluate(3, [buildRow(7, { job: "other" })]);
  assert.equal((await becomes(builds, await started(builds), "failed")).failure?.code, "hydra-no-job");

  hydra.jobset = undefined;
  assert.equal((await becomes(builds, await started(builds), "failed")).failure?.code, "hydra-no-jobset");
  assert.equal(hydra.requests.filter(each => each.startsWith("trigger")).length, 2);
});

test("a request that Hydra refuses fails at once, with its reason", async () => {
  const refusal = errorProblem("hydra-disabled", "The jobset is off.");
  hydra.refused.set("trigger", refusal);
  const builds = await open();
  const refused = await becomes(builds, await started(builds), "failed");
  assert.deepEqual([refused.failure?.code, refused.failure?.message], [refusal.code, refusal.message]);
  hydra.refused.clear();
  hydra.problem = unreachable;
  const offline = await becomes(builds, await started(builds), "failed");
  assert.equal(offline.failure?.code, "hydra-unreachable");
});

test("while Hydra does not answer, the build is reconnecting, and continues when it does", async () => {
  const builds = await open();
  const id = await started(builds);
  await requested("trigger morph:eiffel");
  hydra.evaluate(3, [buildRow(7)]);
  hydra.steps.set(7, [step(1, "hello")]);
  await becomes(builds, id, "building");
  hydra.problem = unreachable;
  const lost = await becomes(builds, id, "reconnecting");
  assert.deepEqual([lost.failure?.code, lost.failure?.severity], ["hydra-unreachable", "warning"]);
  assert.equal(lost.progress.running, 1);
  hydra.problem = undefined;
  await becomes(builds, id, "building");
  hydra.change(7, { isFinished: true, status: "succeeded", stoppedAt: 1000 });
  await becomes(builds, id, "succeeded");
});

test("a server that is killed is followed by the next one, which does not request the evaluation again", async () => {
  const first = await open();
  const id = await started(first);
  await requested("trigger morph:eiffel");
  await until("it is pending", () => (first.list()[0]?.hydra?.phase === "pending" ? true : undefined));
  first.close();
  const second = await open();
  hydra.evaluate(3, [buildRow(7)]);
  await becomes(second, id, "queued");
  second.close();
  hydra.change(7, { isFinished: true, status: "failed", stoppedAt: 1000 });
  hydra.steps.set(7, [step(1, "hello", { state: "failed" })]);
  const third = await open();
  const failed = await becomes(third, id, "failed");
  assert.equal(failed.failure?.code, "hydra-build-failed");
  assert.equal(hydra.requests.filter(each => each.startsWith("trigger")).length, 1);
});

test("two servers that share the storage ask Hydra as often as one", async () => {
  const [first, second] = [await open(), await open()];
  const id = await started(first);
  await requested("trigger morph:eiffel");
  hydra.evaluate(3, [buildRow(7, { isFinished: true, status: "succeeded", stoppedAt: 1000 })]);
  await Promise.all([becomes(first, id, "succeeded"), becomes(second, id, "succeeded")]);
  assert.equal(hydra.requests.filter(each => each.startsWith("trigger")).length, 1);
  assert.equal(hydra.requests.filter(each => each === "steps").length, 1);
});

test("a build of a Hydra that this workspace is not connected to waits until it is", async () => {
  const first = await open();
  const id = await started(first);
  await requested("trigger morph:eiffel");
  first.close();
  let api: HydraApi | undefined;
  const second = await open(() => api);
  const unknown = await becomes(second, id, "reconnecting");
  assert.equal(unknown.failure?.code, "hydra-not-connected");
  api = hydra.api;
  hydra.evaluate(3, [buildRow(7, { isFinished: true, status: "succeeded", stoppedAt: 1000 })]);
  await becomes(second, id, "succeeded");
});

test("cancelling stops the build on Hydra, or only following, while there is none yet", async () => {
  const builds = await open();
  const early = await started(builds);
  await requested("trigger morph:eiffel");
  assert.deepEqual(await builds.cancel(early), { value: null });
  await becomes(builds, early, "cancelled");
  assert.ok(!hydra.requests.some(each => each.startsWith("cancel")));

  hydra.didTrigger = () => hydra.evaluate(3, [buildRow(7)]);
  const id = await started(builds);
  await becomes(builds, id, "queued");
  assert.deepEqual(await builds.cancel(id), { value: null });
  await becomes(builds, id, "cancelled");
  assert.ok(hydra.requests.includes("cancel 7"));
});

test("a build that Hydra does not let us cancel goes on, with a warning", async () => {
  hydra.didTrigger = () => hydra.evaluate(3, [buildRow(7)]);
  hydra.refused.set("cancel", errorProblem("hydra-role", "You lack the role 'cancel-build'."));
  const builds = await open();
  const id = await started(builds);
  await becomes(builds, id, "queued");
  await builds.cancel(id);
  const warned = await until("a warning", () => builds.list().find(each => each.warnings !== undefined));
  assert.deepEqual(
    warned.warnings?.map(({ code, severity }) => [code, severity]),
    [["hydra-role", "warning"]],
  );
  hydra.change(7, { isFinished: true, status: "succeeded", stoppedAt: 1000 });
  await becomes(builds, id, "succeeded");
  assert.equal(hydra.requests.filter(each => each.startsWith("cancel")).length, 1);
});

test("a build that Hydra has started is followed, one that has failed can be restarted, and the same one not twice", async () => {
  hydra.change(7, { isFinished: true, status: "failed", stoppedAt: 1000 });
  hydra.steps.set(7, [step(1, "hello", { state: "aborted", hasLog: false })]);
  const builds = await open();
  const followed = { ...eiffel, hydra: { url: hydra.url, job: "eiffel", build: 7 } };
  const failed = await becomes(builds, await started(builds, followed), "failed");
  assert.match(failed.failure?.message ?? "", /^Hydra aborted hello: /);
  assert.ok(!hydra.requests.some(each => /^(?:trigger|restart)/.test(each)));

  const again = { ...followed, hydra: { ...followed.hydra, restart: true as const } };
  const id = await started(builds, again);
  await requested("restart 7");
  assert.equal(await started(builds, followed), id);
  await becomes(builds, id, "building");
  hydra.change(7, { isFinished: true, status: "succeeded", stoppedAt: 2000 });
  await becomes(builds, id, "succeeded");
  assert.equal(hydra.requests.filter(each => each === "restart 7").length, 1);
});

test("a build that is gone fails", async () => {
  const builds = await open();
  const followed = { ...eiffel, hydra: { url: hydra.url, job: "eiffel", build: 7 } };
  const gone = await becomes(builds, await started(builds, followed), "failed");
  assert.equal(gone.failure?.code, "hydra-no-build");
});

test("machines that are built together request one evaluation of their jobset", async () => {
  const builds = await open();
  const placeOf = (job: string) => ({ place: eiffel.place ?? assert.fail(), hydra: { url: hydra.url, job } });
  const together = await builds.startTogether(eiffel.uri, ["eiffel", "orsay"], { placeOf });
  assert.ok("value" in together);
  await requested("trigger morph:eiffel");
  const done = { isFinished: true, status: "succeeded", stoppedAt: 1000 } as const;
  hydra.evaluate(3, [buildRow(7, done), buildRow(8, { ...done, job: "orsay", drvPath: drv("orsay") })]);
  const [first = "", second = ""] = together.value.ids;
  await becomes(builds, first, "succeeded");
  const orsay = await becomes(builds, second, "succeeded");
  assert.deepEqual([orsay.hydra?.build, orsay.batch?.size], [8, 2]);
  assert.equal(hydra.requests.filter(each => each.startsWith("trigger")).length, 1);
});

for (const damage of ["", "{", '{"version":2,"phase":"moon"}'])
  test(`a record whose hydra.json holds ${JSON.stringify(damage)} is followed again`, async () => {
    const first = await open();
    hydra.didTrigger = () => hydra.evaluate(3, [buildRow(7)]);
    const id = await started(first);
    await becomes(first, id, "queued");
    first.close();
    fs.writeFileSync(path.join(storage, "builds", id, "hydra.json"), damage);
    fs.writeFileSync(path.join(storage, "builds", id, "steps.json"), damage);
    const second = await open();
    await until("it is known again", () => (second.list()[0]?.hydra?.build === 7 ? true : undefined));
    hydra.change(7, { isFinished: true, status: "succeeded", stoppedAt: 1000 });
    const ended = await becomes(second, id, "succeeded");
    assert.equal(ended.failure?.code, undefined);
  });
