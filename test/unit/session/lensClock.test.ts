import assert from "node:assert/strict";
import { test } from "node:test";
import { LensClock } from "../../../server/src/session/lensClock.ts";

/** A clock that the test moves. */
class Clock {
  #now = 0;
  #timers: { readonly call: () => void; readonly at: number }[] = [];
  readonly timers = {
    now: () => this.#now,
    start: (call: () => void, milliseconds: number) => {
      const timer = { call, at: this.#now + milliseconds };
      this.#timers.push(timer);
      return timer;
    },
    stop: (timer: unknown) => {
      this.#timers = this.#timers.filter(each => each !== timer);
    },
  };

  get waiting(): number {
    return this.#timers.length;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#now);
    this.#timers = this.#timers.filter(({ at }) => at > this.#now);
    for (const { call } of due) call();
  }
}

test("lenses with a time are refreshed once, at most once a minute, and not again until one is shown", () => {
  const clock = new Clock();
  let refreshes = 0;
  const lenses = new LensClock(() => refreshes++, clock.timers);
  assert.equal(clock.waiting, 0);
  for (const milliseconds of [50_000, 5000, 3_600_000]) lenses.didShow(milliseconds);
  assert.equal(clock.waiting, 1);
  clock.pass(59_999);
  assert.equal(refreshes, 0);
  clock.pass(1);
  assert.equal(refreshes, 1);
  clock.pass(10_000_000);
  assert.equal(refreshes, 1);
});

test("a lens that changes sooner moves the refresh forward", () => {
  const clock = new Clock();
  let refreshes = 0;
  const lenses = new LensClock(() => refreshes++, clock.timers);
  lenses.didShow(3_600_000);
  clock.pass(1000);
  lenses.didShow(70_000);
  assert.equal(clock.waiting, 1);
  clock.pass(70_000);
  assert.equal(refreshes, 1);
  lenses.didShow(60_000);
  lenses.dispose();
  assert.equal(clock.waiting, 0);
});
