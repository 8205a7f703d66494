import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clockText,
  lengthText,
  marksOf,
  placeBuilders,
  rectangleOf,
  sizes,
} from "../../../../client/src/timeline/drawing.ts";
import { timelineSvg } from "../../../../client/src/timeline/svg.ts";
import type { Bar, Timeline } from "../../../../client/src/timeline/timeline.ts";

const bar: Bar = {
  build: "a",
  drvPath: "/nix/store/linux.drv",
  name: "linux",
  state: "built",
  start: 1000,
  end: 3000,
  isEmulated: false,
  isCritical: false,
  lane: 1,
};
const timeline: Timeline = {
  startedAt: 0,
  length: 10_000,
  isRunning: false,
  builders: [
    { builder: undefined, lanes: 2, bars: [bar, { ...bar, lane: 0, name: 'a<b>&"\u0007', state: "failed" }] },
    { builder: "ssh-ng://pi", lanes: 1, bars: [{ ...bar, lane: 0, isEmulated: true, isCritical: true }] },
  ],
};

test("builders are below each other, each as high as its lanes", () => {
  const { builders, height } = placeBuilders(timeline);
  const [first, second] = builders.map(({ top }) => top);
  assert.equal(first, sizes.axis);
  assert.equal(second, sizes.axis + sizes.heading + 2 * sizes.lane + sizes.gap);
  assert.equal(height, (second ?? 0) + sizes.heading + sizes.lane + sizes.gap);
});

test("a bar is drawn to scale within the range, is at least a pixel wide, and not drawn outside", () => {
  const range = { from: 0, to: 10_000, width: 1000 };
  assert.deepEqual(rectangleOf(bar, 100, range), {
    x: 100,
    y: 100 + sizes.heading + sizes.lane + 1,
    width: 200,
    height: sizes.lane - 2,
  });
  assert.equal(rectangleOf({ ...bar, end: 1000 }, 0, range)?.width, 1);
  assert.deepEqual(rectangleOf(bar, 0, { ...range, from: 2000, to: 2500 })?.width, 1000);
  assert.equal(rectangleOf(bar, 0, { ...range, from: 4000 }), undefined);
  assert.equal(rectangleOf(bar, 0, { from: 0, to: 0, width: 10 }), undefined);
});

test("marks are at round times, and not closer than 80 pixels", () => {
  assert.deepEqual(
    marksOf({ from: 0, to: 60_000, width: 400 }).map(({ text }) => text),
    ["0:00", "0:15", "0:30", "0:45", "1:00"],
  );
  for (const length of [1, 1000, 61_000, 3_600_000, 30 * 86_400_000]) {
    const marks = marksOf({ from: 0, to: length, width: 900 });
    assert.ok(marks.length <= 13, String(length));
    for (const [index, { x }] of marks.entries()) assert.ok(index === 0 || x - (marks[index - 1]?.x ?? 0) >= 79);
  }
  assert.deepEqual(marksOf({ from: 5, to: 5, width: 100 }), []);
  assert.equal(clockText(3_723_000), "1:02:03");
  assert.deepEqual([420, 59_949, 61_000].map(lengthText), ["0.4 s", "59.9 s", "1:01"]);
});

test("the SVG has every bar with its text, escaped, what is emulated hatched, and what failed outlined", () => {
  const names = { title: "eiffel", builder: (builder = "This machine") => builder, bar: ({ name }: Bar) => name };
  const svg = timelineSvg(timeline, 1000, names);
  assert.match(svg, /<title>a&lt;b&gt;&amp;&quot;<\/title><rect class="failed" /);
  assert.match(svg, /<rect class="built critical" .*\n<rect fill="url\(#emulated\)"/);
  assert.match(svg, />This machine<[\s\S]*>ssh-ng:\/\/pi</);
  assert.equal(svg.match(/<g>/g)?.length, 3);
});
