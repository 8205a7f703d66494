import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Throttle } from "../../../server/src/common/throttle.ts";
import { ManualTimers } from "../../support/manualTimers.ts";

describe("a throttle", () => {
  let timers = new ManualTimers();
  let acted: number[] = [];
  let throttle = new Throttle(100, () => undefined, timers);

  beforeEach(() => {
    timers = new ManualTimers();
    acted = [];
    const begin = timers.now();
    throttle = new Throttle(100, () => acted.push(timers.now() - begin), timers);
  });

  it("acts once for all requests of a turn, and not within the call", () => {
    throttle.request();
    throttle.request();
    assert.deepEqual(acted, []);
    timers.pass(0);
    assert.deepEqual(acted, [0]);
    timers.pass(1000);
    assert.deepEqual(acted, [0]);
  });

  it("acts again and again while requests keep coming, a period apart", () => {
    for (let elapsed = 0; elapsed < 500; elapsed += 10) {
      throttle.request();
      timers.pass(10);
    }
    timers.pass(10);
    assert.deepEqual(acted, [10, 110, 210, 310, 410, 510]);
  });

  it("serves a request in the middle of a period at its end, and a late one at once", () => {
    throttle.request();
    timers.pass(0);
    timers.pass(60);
    throttle.request();
    timers.pass(39);
    assert.deepEqual(acted, [0]);
    timers.pass(1);
    assert.deepEqual(acted, [0, 100]);
    timers.pass(500);
    throttle.request();
    timers.pass(0);
    assert.deepEqual(acted, [0, 100, 600]);
  });

  it("can act at once, which serves all requests and begins a period", () => {
    throttle.request();
    throttle.actNow();
    assert.deepEqual(acted, [0]);
    throttle.actNow();
    assert.deepEqual(acted, [0, 0]);
    throttle.request();
    timers.pass(99);
    assert.deepEqual(acted, [0, 0]);
    timers.pass(1);
    assert.deepEqual(acted, [0, 0, 100]);
  });

  it("takes a request made while it acts for the next period", () => {
    let again = true;
    throttle = new Throttle(
      100,
      () => {
        acted.push(timers.now());
        if (again) throttle.request();
        again = false;
      },
      timers,
    );
    throttle.request();
    timers.pass(0);
    assert.equal(acted.length, 1);
    timers.pass(100);
    assert.equal(acted.length, 2);
  });

  it("that was disposed of does nothing more and leaves no timer", () => {
    throttle.request();
    throttle.dispose();
    assert.equal(timers.count, 0);
    timers.pass(1000);
    assert.deepEqual(acted, []);
  });

  it("asks for its period each time if that varies", () => {
    let period = 100;
    const throttle = new Throttle(
      () => period,
      () => acted.push(timers.now()),
      timers,
    );
    throttle.request();
    timers.pass(0);
    period = 300;
    throttle.request();
    timers.pass(299);
    assert.equal(acted.length, 1);
    timers.pass(1);
    assert.equal(acted.length, 2);
  });
});
