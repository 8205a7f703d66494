import assert from "node:assert/strict";
import { test } from "node:test";
import { createQueue, QueueByKey } from "../../../server/src/util/queue.ts";

/** Work that ends on request, and records its start and end. */
function works() {
  const noted: string[] = [];
  const ends = new Map<string, { resolve(): void; reject(error: Error): void }>();
  return {
    noted,
    work: (name: string) => async () => {
      noted.push(`${name} begins`);
      await new Promise<void>((resolve, reject) => ends.set(name, { resolve, reject }));
      noted.push(`${name} ends`);
      return name;
    },
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
}

/** Lets all pending promises settle. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

test("work runs one at a time, in FIFO order", async () => {
  const { noted, work, end } = works();
  const queue = createQueue();
  const all = ["a", "b", "c"].map(name => queue(work(name)));
  await turn();
  assert.deepEqual(noted, ["a begins"]);
  for (const name of ["a", "b", "c"]) {
    end(name);
    await turn();
  }
  assert.deepEqual(await Promise.all(all), ["a", "b", "c"]);
  assert.deepEqual(noted, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a failure rejects only its caller, immediate or later", async () => {
  const { work, fail } = works();
  const queue = createQueue();
  const late = queue(work("late"));
  const atOnce = queue(() => {
    throw new Error("at once");
  });
  const next = queue(() => "done");
  await turn();
  fail("late");
  await assert.rejects(late, /late/);
  await assert.rejects(atOnce, /at once/);
  assert.equal(await next, "done");
});

test("the limit runs in parallel, and no more", async () => {
  const { noted, work, end } = works();
  const queue = createQueue(2);
  const all = ["a", "b", "c"].map(name => queue(work(name)));
  await turn();
  assert.deepEqual(noted, ["a begins", "b begins"]);
  end("b");
  await turn();
  assert.deepEqual(noted.slice(2), ["b ends", "c begins"]);
  end("a");
  end("c");
  await Promise.all(all);
});

test("keys do not wait for each other, and a key waits for itself", async () => {
  const { noted, work, end } = works();
  const queues = new QueueByKey();
  const all = [queues.add("x", work("x1")), queues.add("x", work("x2")), queues.add("y", work("y1"))];
  await turn();
  assert.deepEqual(noted, ["x1 begins", "y1 begins"]);
  end("x1");
  end("y1");
  await turn();
  assert.deepEqual(noted.at(-1), "x2 begins");
  end("x2");
  assert.deepEqual(await Promise.all(all), ["x1", "x2", "y1"]);
});

test("a key is busy until its last work has ended, also when that fails", async () => {
  const { work, end, fail } = works();
  const queues = new QueueByKey();
  assert.equal(queues.busy("x"), undefined);
  const first = queues.add("x", work("1"));
  const second = queues.add("x", work("2"));
  const busy = queues.busy("x");
  await turn();
  end("1");
  await first;
  assert.equal(queues.busy("x"), busy);
  await turn();
  fail("2");
  await assert.rejects(second, /2/);
  await busy;
  assert.equal(queues.busy("x"), undefined);
  assert.equal(await queues.add("x", () => 3), 3);
});
