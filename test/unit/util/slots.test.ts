import assert from "node:assert/strict";
import { test } from "node:test";
import { Slots } from "../../../server/src/util/slots.ts";

const never = new AbortController().signal;

test("the limit runs in parallel, the others follow in FIFO order", async () => {
  const slots = new Slots(() => 2);
  const order: string[] = [];
  const all = ["a", "b", "c", "d"].map(id => slots.take(id, never).then(() => order.push(id)));
  await Promise.all(all.slice(0, 2));
  assert.deepEqual(order, ["a", "b"]);
  assert.ok(slots.isFull);
  slots.release("b");
  await all[2];
  assert.deepEqual(order, ["a", "b", "c"]);
  slots.release("a");
  await all[3];
  assert.deepEqual(order, ["a", "b", "c", "d"]);
});

test("an aborted id leaves the queue", async () => {
  const slots = new Slots(() => 1);
  assert.equal(await slots.take("a", never), true);
  const abort = new AbortController();
  const [b, c] = [slots.take("b", abort.signal), slots.take("c", never)];
  abort.abort();
  assert.equal(await b, false);
  slots.release("a");
  assert.equal(await c, true);
  assert.equal(await slots.take("d", abort.signal), false);
});

test("a raised limit applies when the next slot is requested or released", async () => {
  let limit = 1;
  const slots = new Slots(() => limit);
  await slots.take("a", never);
  const b = slots.take("b", never);
  limit = 3;
  await slots.take("c", never);
  assert.equal(await b, true);
});
