import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { criticalPath } from "../../../../client/src/timeline/criticalPath.ts";
import { packLanes, type Span } from "../../../../client/src/timeline/lanes.ts";
import { timelineOf } from "../../../../client/src/timeline/timeline.ts";
import type { DerivationState } from "../../../../server/src/protocol.ts";

const start = Date.parse("2026-01-01T00:00:00.000Z");
const time = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** @param span when it ran (s); without an end it runs. */
function derivation(
  name: string,
  [from, to]: readonly [number?, number?],
  fields: Partial<DerivationState> = {},
): DerivationState {
  return {
    drvPath: `/nix/store/${name}.drv`,
    name,
    attempt: 1,
    state: from === undefined ? "planned" : to === undefined ? "building" : "built",
    ...(from !== undefined && { startedAt: time(from) }),
    ...(to !== undefined && { stoppedAt: time(to) }),
    ...fields,
  };
}

const spans = fc.array(
  fc
    .record({ start: fc.nat(1000), length: fc.nat(100) })
    .map(({ start, length }): Span => ({ start, end: start + length })),
  { maxLength: 200 },
);

test("bars of one lane do not overlap, and there are no more lanes than ran at the same time", () => {
  fc.assert(
    fc.property(spans, all => {
      const lanes = packLanes(all);
      const isOverlapping = (a: Span, b: Span) => a.start < b.end && b.start < a.end;
      for (const [i, a] of all.entries())
        for (const [j, b] of all.entries()) if (i < j && lanes[i] === lanes[j]) assert.ok(!isOverlapping(a, b));
      const atOnce = all.map(({ start }) => all.filter(other => other.start <= start && start < other.end).length);
      const isShort = all.some(({ start, end }) => start === end);
      if (!isShort) assert.equal(Math.max(-1, ...lanes) + 1, Math.max(0, ...atOnce));
    }),
  );
});

test("the critical path leads back from the end through what was awaited longest", () => {
  const all: readonly (Span | undefined)[] = [
    { start: 30, end: 40 },
    { start: 5, end: 30 },
    undefined,
    { start: 0, end: 20 },
    { start: 0, end: 10 },
  ];
  const dependencies = [[1, 2], [4], [3], [], []];
  assert.deepEqual(
    criticalPath(all, place => dependencies[place] ?? []),
    [4, 1, 0],
  );
  // A derivation that was not built is passed through.
  const without = all.with(1, undefined);
  assert.deepEqual(
    criticalPath(without, place => dependencies[place] ?? []),
    [3, 0],
  );
});

test("a circle of dependencies ends the critical path", () => {
  fc.assert(
    fc.property(spans, fc.array(fc.array(fc.nat(250), { maxLength: 4 }), { maxLength: 200 }), (all, dependencies) => {
      const path = criticalPath(all, place => dependencies[place] ?? []);
      assert.equal(new Set(path).size, path.length);
      assert.equal(path.length === 0, all.length === 0);
    }),
  );
});

test("each builder has its bars, this machine first, in time since the first one", () => {
  const pi = "ssh-ng://pi";
  const timeline = timelineOf(
    [
      {
        id: "a",
        derivations: [
          derivation("system", [60], { dependencies: [1, 2], emulated: true }),
          derivation("kernel", [10, 60], { builder: pi }),
          derivation("glibc", [10, 20], { builder: pi }),
          derivation("later", []),
          derivation("fetched", [], { state: "fetched" }),
        ],
      },
    ],
    start + 90_000,
  );
  const bar = { build: "a", isEmulated: false, isCritical: false, lane: 0 };
  assert.deepEqual(timeline, {
    startedAt: start + 10_000,
    length: 80_000,
    isRunning: true,
    builders: [
      {
        builder: undefined,
        lanes: 1,
        bars: [
          {
            ...bar,
            drvPath: "/nix/store/system.drv",
            name: "system",
            state: "running",
            start: 50_000,
            end: 80_000,
            isEmulated: true,
            isCritical: true,
          },
        ],
      },
      {
        builder: pi,
        lanes: 2,
        bars: [
          {
            ...bar,
            drvPath: "/nix/store/kernel.drv",
            name: "kernel",
            state: "built",
            start: 0,
            end: 50_000,
            isCritical: true,
          },
          { ...bar, drvPath: "/nix/store/glibc.drv", name: "glibc", state: "built", start: 0, end: 10_000, lane: 1 },
        ],
      },
    ],
  });
});

test("a build of which nothing has started has no timeline, and times that are none do no harm", () => {
  assert.equal(timelineOf([{ id: "a", derivations: [derivation("a", [])] }], start), undefined);
  const odd = derivation("a", [1, 2], { startedAt: "yesterday" });
  assert.equal(timelineOf([{ id: "a", derivations: [odd] }], start), undefined);
  const backwards = timelineOf([{ id: "a", derivations: [derivation("a", [5, 1])] }], start);
  assert.equal(backwards?.length, 0);
});
