import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { HydraStatus, Network } from "../../../server/src/protocol.ts";
import type { CurrentHydra } from "../../../server/src/session/hydra/hydraServers.ts";
import { HydraMachines } from "../../../server/src/session/hydra/hydraStatus.ts";
import { type HydraContent, madeBuild, madeEvaluation, madeHydra, madeJobset } from "../../support/madeHydra.ts";
import { ManualTimers } from "../../support/manualTimers.ts";

const uri = "file:///home/network.nix";
const machines = ["eiffel", "louvre"].map(name => ({ name }));
const networks = [{ uri, machines }] as unknown as readonly Network[];

function started() {
  const content: HydraContent = {
    jobsets: [madeJobset("eiffel")],
    evaluations: { eiffel: [madeEvaluation(3, 7)] },
    builds: [madeBuild(7)],
  };
  const published: HydraStatus[] = [];
  const timers = new ManualTimers();
  const hydra = madeHydra(content);
  const settings: { current: CurrentHydra | undefined } = { current: { api: hydra, project: "morph" } };
  const status = new HydraMachines(
    {
      current: () => settings.current,
      networks: () => Promise.resolve(networks),
      didChange: each => void published.push(each),
    },
    timers,
  );
  /** Lets time pass until everything that follows has ended. */
  const pass = async (ms: number) => {
    timers.pass(ms);
    for (let turn = 0; turn < 30; turn++) await setImmediate();
  };
  const checks = () => hydra.requests.filter(request => request.startsWith("jobsets")).length;
  return { content, published, timers, hydra, settings, status, pass, checks };
}

const shown = ({ machines: all }: HydraStatus) => all[uri]?.map(({ machine, build }) => `${machine} ${build?.state}`);

test("nothing is sent to Hydra before a client asks or watches", async () => {
  const { status, pass, hydra, timers } = started();
  await pass(600_000);
  assert.deepEqual([hydra.requests, timers.count, status.status], [[], 0, { machines: {} }]);
});

test("a request returns the machines that have a jobset, by network", async () => {
  const { status, timers, published } = started();
  const found = await status.refresh();
  assert.deepEqual(shown(found), ["eiffel succeeded"]);
  assert.equal(found.at, new Date(timers.now()).toISOString());
  assert.equal(status.machine(uri, "eiffel")?.build?.id, 7);
  assert.equal(status.machine(uri, "louvre"), undefined);
  assert.deepEqual(published, [found]);
  assert.equal(timers.count, 0);
});

test("while it is watched, changes are published, and only changes", async () => {
  const { status, pass, checks, content, published } = started();
  status.watch(true);
  await pass(0);
  assert.equal(checks(), 1);
  await pass(59_000);
  assert.equal(checks(), 1);
  await pass(1_000);
  assert.equal(checks(), 2);
  assert.equal(published.length, 1);
  content.builds.push(madeBuild(8, { status: "failed" }));
  content.evaluations.eiffel = [madeEvaluation(4, 8)];
  content.jobsets = [madeJobset("eiffel", { lastCheckedAt: 1_800_000_060_000 })];
  await pass(60_000);
  assert.deepEqual(published.map(shown), [["eiffel succeeded"], ["eiffel failed"]]);
  status.watch(false);
  await pass(600_000);
  assert.equal(checks(), 3);
});

test("something that is built is looked at more often", async () => {
  const { status, pass, checks, content } = started();
  content.builds = [madeBuild(7, { isFinished: false, status: undefined })];
  status.watch(true);
  await pass(0);
  await pass(15_000);
  assert.equal(checks(), 2);
});

test("a server that cannot be reached keeps what was known, and is asked ever less often", async () => {
  const { status, pass, checks, content, published } = started();
  status.watch(true);
  await pass(0);
  content.problem = errorProblem("hydra-unreachable", "no answer");
  await pass(60_000);
  const last = published.at(-1);
  assert.equal(last?.problem?.code, "hydra-unreachable");
  assert.deepEqual(last && shown(last), ["eiffel succeeded"]);
  for (const [ms, count] of [
    [60_000, 3],
    [60_000, 3],
    [60_000, 4],
  ] as const) {
    await pass(ms);
    assert.equal(checks(), count);
  }
  delete content.problem;
  assert.equal((await status.refresh()).problem, undefined);
  await pass(60_000);
  assert.equal(checks(), 6);
});

test("another server in the settings replaces what was known of the one before", async () => {
  const { status, pass, settings, published } = started();
  status.watch(true);
  await pass(0);
  settings.current = undefined;
  status.didConfigure();
  await pass(0);
  assert.deepEqual(status.status, { machines: {} });
  const other = madeHydra({ jobsets: [], evaluations: {}, builds: [] });
  settings.current = { api: { ...other, url: "https://other.example.org" }, project: "morph" };
  status.didConfigure();
  await pass(0);
  assert.equal(published.at(-1)?.url, "https://other.example.org");
  assert.deepEqual(published.at(-1)?.machines, {});
  status.dispose();
});

test("an answer of the server before a change of the settings is not shown", async () => {
  const { status, settings, pass } = started();
  const asked = status.refresh();
  settings.current = undefined;
  status.didConfigure();
  assert.deepEqual(await asked, { machines: {} });
  await pass(0);
  assert.deepEqual(status.status, { machines: {} });
});
