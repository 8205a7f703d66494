import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { StepLogs } from "../../../../../server/src/builds/hosts/hydra/logs.ts";
import { recordedSteps } from "../../../../../server/src/builds/hosts/hydra/steps.ts";
import { recordedBuild } from "../../../../../server/src/builds/hosts/hydra/watch.ts";
import { BuildRecords } from "../../../../../server/src/builds/record/record.ts";
import { buildRow, MemoryHydra, step, unreachable } from "../../../../support/memoryHydra.ts";
import { someRequest } from "../../../../support/records.ts";
import { drv } from "../../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../../support/temp.ts";
import { until } from "../../../../support/until.ts";

const temp = tempFolder("step-logs");
after(() => removeTree(temp));

let time = 1_000_000;
const clock = { now: () => time, pause: () => assert.fail("waits") };

/** A record of build 7 with one step, on a Hydra in memory. */
async function recorded(name: string, isRunning: boolean) {
  const hydra = new MemoryHydra();
  const records = new BuildRecords(path.join(temp, name));
  const { id: _, ...request } = someRequest();
  const { id } = await records.create(request);
  const build = recordedBuild(buildRow(7));
  await records.write(id, "hydra", { at: new Date(0).toISOString(), phase: "evaluated", steps: 1, build });
  const write = (state: "running" | "succeeded") =>
    records.write(id, "steps", recordedSteps([step(4, "hello", { state })], [], build, time));
  await write(isRunning ? "running" : "succeeded");
  return { hydra, records, id, end: () => write("succeeded") };
}

const textOf = (file: { readonly path: string } | undefined) => file && fs.readFileSync(file.path, "utf8");

test("a running step's log is read by its growth, ever more rarely while it does not grow, and to its end", async () => {
  const { hydra, records, id, end } = await recorded("running", true);
  const logs = new StepLogs(records, clock);
  // What is requested in the background arrives with a later look.
  const becomes = (text: string, isComplete: boolean) =>
    until(`${text} is read`, async () => {
      time += 10_000;
      const file = await logs.sync(id, drv("hello"), hydra.api);
      return textOf(file) === text && file?.isComplete === isComplete ? true : undefined;
    });
  assert.equal(await logs.sync(id, drv("other"), hydra.api), undefined);
  assert.equal(await logs.sync(id, drv("hello"), hydra.api), undefined, "it has no log yet");
  hydra.logs.set(4, "one\n");
  await becomes("one\n", false);
  hydra.logs.set(4, "one\ntwo\n");
  await becomes("one\ntwo\n", false);
  hydra.requests.length = 0;
  for (let second = 0; second < 120; second++) await logs.sync(id, drv("hello"), hydra.api).then(() => (time += 1000));
  assert.ok(hydra.requests.length <= 30, `${hydra.requests.length} requests in 2 min`);
  hydra.logs.set(4, "one\ntwo\nthree\n");
  await end();
  await becomes("one\ntwo\nthree\n", true);
  hydra.requests.length = 0;
  await becomes("one\ntwo\nthree\n", true);
  assert.deepEqual(hydra.requests, []);
});

test("what was read is there without Hydra, and part of a file that a killed server left is not doubled", async () => {
  const { hydra, records, id } = await recorded("killed", true);
  hydra.logs.set(4, "one\n");
  const file = await new StepLogs(records, clock).sync(id, drv("hello"), hydra.api);
  assert.ok(file);
  assert.equal(textOf(await new StepLogs(records, clock).sync(id, drv("hello"), undefined)), "one\n");
  fs.appendFileSync(file.path, "tw");
  hydra.problem = unreachable;
  await new StepLogs(records, clock).sync(id, drv("hello"), hydra.api);
  hydra.problem = undefined;
  hydra.logs.set(4, "one\ntwo\n");
  const next = new StepLogs(records, clock);
  await next.sync(id, drv("hello"), hydra.api);
  await until("the rest is read", () => (textOf(file) === "one\ntwo\n" ? true : undefined));
});
