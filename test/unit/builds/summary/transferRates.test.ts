import assert from "node:assert/strict";
import { test } from "node:test";
import { TransferRates } from "../../../../server/src/builds/summary/transferRates.ts";

const running = (bytesDone: number) => ({ running: 1, done: 0, bytesDone, bytesExpected: 1_000_000 });

test("a rate is that of the last seconds", () => {
  const rates = new TransferRates();
  const at = (seconds: number, bytes: number) => rates.of("a", running(bytes), 100_000 + seconds * 1000);
  assert.equal(at(0, 0), undefined);
  assert.equal(at(0.5, 1000), undefined);
  assert.equal(at(1, 2000), 2000);
  // It is measured once a second, so that it can be read.
  assert.equal(at(1.5, 90_000), 2000);
  assert.equal(at(2, 4000), 2000);
  assert.equal(at(6, 4000), 400);
  assert.equal(at(8, 4000), 0);
});

test("nothing is said when nothing is transferred, and later transfers are measured separately", () => {
  const rates = new TransferRates();
  rates.of("a", running(0), 1000);
  assert.equal(rates.of("a", running(500), 2000), 500);
  assert.equal(rates.of("a", { running: 0, done: 1, bytesDone: 900, bytesExpected: 900 }, 3000), undefined);
  assert.equal(rates.of("a", running(900), 60_000), undefined);
  assert.equal(rates.of("a", running(1900), 61_000), 1000);
  assert.equal(rates.of("b", running(1900), 61_000), undefined);
});

test("a path that is fetched from the beginning again is no negative rate", () => {
  const rates = new TransferRates();
  rates.of("a", running(5000), 1000);
  assert.equal(rates.of("a", running(100), 2000), 0);
});
