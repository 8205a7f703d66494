import assert from "node:assert/strict";
import { test } from "node:test";
import { pollPause } from "../../../../../server/src/builds/hosts/hydra/rhythm.ts";
import { recordedSteps } from "../../../../../server/src/builds/hosts/hydra/steps.ts";
import { BuildWatch, type Look } from "../../../../../server/src/builds/hosts/hydra/watch.ts";
import { buildRow, MemoryHydra, step } from "../../../../support/memoryHydra.ts";
import { drv, storePath } from "../../../../support/streams.ts";

const { signal } = new AbortController();
const start = Date.parse("2026-05-01T12:00:00Z");

/** Looks for a while, as the follower does. Returns what was found, and the time of each look after the start (ms). */
async function watched(watch: BuildWatch, duration: number, from = start) {
  const looks: Look[] = [];
  const times: number[] = [];
  for (let now = from; now < from + duration; now += watch.pause) {
    const look = await watch.look(now, signal);
    assert.ok("value" in look && look.value !== undefined);
    looks.push(look.value);
    times.push(now - start);
    if (look.value.end !== undefined) break;
  }
  return { looks, times };
}

test("pauses grow from 1 s to 5 s, and after some minutes to 30 s", () => {
  assert.deepEqual([0, 1, 2, 3, 10, 59].map(pollPause), [1000, 2000, 4000, 5000, 5000, 5000]);
  assert.deepEqual([60, 61, 62, 63, 1000].map(pollPause), [5000, 10_000, 20_000, 30_000, 30_000]);
});

test("a build of 2,000 steps in which nothing changes costs at most one small request in 5 s", async () => {
  const hydra = new MemoryHydra();
  hydra.change(7, {});
  const all = Array.from({ length: 2000 }, (_, index) =>
    step(index + 1, `package-${index}`, { state: index < 1990 ? "succeeded" : "running" }),
  );
  hydra.steps.set(7, all);
  const watch = new BuildWatch(hydra.api, 7, []);
  const first = await watched(watch, 60_000);
  assert.equal(first.looks.filter(({ steps }) => steps !== undefined).length, 1);
  assert.equal(hydra.requests.filter(each => each === "steps").length, 1);
  hydra.requests.length = 0;
  const { looks, times } = await watched(watch, 10 * 60_000, start + 60_000);
  assert.ok(looks.every(({ steps, end }) => steps === undefined && end === undefined));
  assert.equal(hydra.requests.length, looks.length, "one request at a time");
  assert.deepEqual(new Set(hydra.requests), new Set(["build", "hasStep"]));
  assert.ok(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) >= 5000));
});

test("a step that begins, and the end of the build, are found soon", async () => {
  const hydra = new MemoryHydra();
  hydra.change(7, {});
  const watch = new BuildWatch(hydra.api, 7, []);
  await watched(watch, 60_000);
  hydra.steps.set(7, [step(1, "hello", { phase: "Building" })]);
  const begun = await watched(watch, 15_000, start + 60_000);
  const [found] = begun.looks.flatMap(({ steps }) => (steps === undefined ? [] : [steps]));
  assert.deepEqual(
    found?.map(({ path, state, phase }) => [path, state, phase]),
    [[drv("hello"), "running", "Building"]],
  );
  hydra.steps.set(7, [step(1, "hello", { state: "succeeded", duration: 3000 })]);
  hydra.change(7, { isFinished: true, status: "succeeded", stoppedAt: start + 76_000 });
  const ended = await watched(watch, 15_000, start + 75_000);
  assert.deepEqual(ended.looks.at(-1)?.end?.end, { state: "succeeded", at: "2026-05-01T12:01:16.000Z" });
  assert.equal(ended.looks.at(-1)?.steps?.[0]?.state, "succeeded");
});

test("the phases of few running steps are read again from time to time", async () => {
  const hydra = new MemoryHydra();
  hydra.change(7, {});
  hydra.steps.set(7, [step(1, "hello", { phase: "Sending inputs" })]);
  const watch = new BuildWatch(hydra.api, 7, []);
  await watched(watch, 20_000);
  hydra.steps.set(7, [step(1, "hello", { phase: "Building" })]);
  const { looks } = await watched(watch, 60_000, start + 20_000);
  assert.ok(looks.some(({ steps }) => steps?.[0]?.phase === "Building"));
});

test("a failed build has the end of the log of its failed step, and Hydra's reason", async () => {
  const hydra = new MemoryHydra();
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const said = ["broken.o: undefined reference to 'x'", "make: *** [all] Error 2"];
  lines.push(...said);
  hydra.logs.set(1, `${lines.join("\n")}\n`);
  hydra.steps.set(7, [
    step(1, "hello-2.12", { state: "timed-out", duration: 1000 }),
    step(2, "nixos-system-eiffel", { state: "dependency-failed", hasLog: false }),
  ]);
  hydra.change(7, { isFinished: true, status: "dependency-failed", stoppedAt: start });
  const { looks } = await watched(new BuildWatch(hydra.api, 7, []), 1000);
  const [look] = looks;
  assert.equal(look?.end?.end?.state, "failed");
  const { code, message, subject, quote, detail } = look?.end?.problem ?? {};
  assert.deepEqual([code, subject], ["hydra-build-failed", "hello"]);
  assert.match(message ?? "", /^hello-2\.12 timed out on Hydra\..*maxSilent/);
  assert.deepEqual(quote, { lines: said, derivation: drv("hello-2.12") });
  assert.match(detail ?? "", /^https:\/\/hydra\.example\.org\/build\/7\n/);
  assert.deepEqual(look?.steps?.[0]?.tail, lines.slice(-20));
});

test("a build that is gone has no look", async () => {
  const look = await new BuildWatch(new MemoryHydra().api, 7, []).look(start, signal);
  assert.deepEqual(look, { value: undefined });
});

test("a step is the derivation of the build if it has its output, and otherwise that of its output's name", () => {
  const { drvPath, outPath } = buildRow(7);
  const nameless = (nr: number, out: string | undefined) => step(nr, "x", { drvPath: undefined, outPath: out });
  const steps = recordedSteps(
    [nameless(1, outPath), nameless(2, storePath("hello")), nameless(3, undefined)],
    [],
    { drvPath, outPath },
    start,
  );
  assert.deepEqual(
    steps.map(each => [each.path, each.drvPath]),
    [
      [drvPath, drvPath],
      [`${storePath("hello")}.drv`, undefined],
      ["/step-3.drv", undefined],
    ],
  );
});

test("the start of a step stays, and a measured duration counts", () => {
  const build = buildRow(7);
  const running = recordedSteps([step(1, "hello", { duration: 2000 })], [], build, start);
  assert.equal(running[0]?.startedAt, start - 2000);
  const ended = recordedSteps(
    [step(1, "hello", { state: "succeeded", duration: 5000 })],
    running,
    build,
    start + 60_000,
  );
  assert.deepEqual([ended[0]?.startedAt, ended[0]?.stoppedAt], [start - 2000, start + 3000]);
  const later = recordedSteps([step(1, "hello", { state: "succeeded" })], ended, build, start + 90_000);
  assert.equal(later[0]?.stoppedAt, start + 3000);
});
