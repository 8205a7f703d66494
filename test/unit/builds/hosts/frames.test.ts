import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Frame, FrameParser } from "../../../../server/src/builds/hosts/ssh/frames.ts";

const boot = "5c0f9a0e-1f6b-4c55-9d3a-6d7f2a3b4c5d";

const output = Buffer.from(`Welcome to builder-pi!
morph-language-server follows 1700000000
BUILD 0mabc-1f running
CLOCK 0 17
1700000000000 12
EVENTS 5 12
@nix {}
END STATE alive alive 12 345 ${boot} 13 346 ${boot}
STATE alive dead 12 345 ${boot} - - -
END 0 1700000009 /nix/store/x
`);

const frames: Frame[] = [
  { kind: "begin", now: 1_700_000_000 },
  { kind: "build", id: "0mabc-1f", state: "running" },
  { kind: "clock", offset: 0, bytes: Buffer.from("1700000000000 12\n") },
  // What a build prints is not read as a frame.
  { kind: "events", offset: 5, bytes: Buffer.from("@nix {}\nEND ") },
  {
    kind: "state",
    supervisor: { life: "alive", identity: { pid: 12, startTime: 345, bootId: boot } },
    command: { life: "alive", identity: { pid: 13, startTime: 346, bootId: boot } },
  },
  {
    kind: "state",
    supervisor: { life: "alive", identity: { pid: 12, startTime: 345, bootId: boot } },
    command: { life: "dead", identity: undefined },
  },
  { kind: "end", code: 0, at: 1_700_000_009, output: "/nix/store/x" },
];

function parse(chunks: readonly Buffer[]): Frame[] {
  const parser = new FrameParser();
  return chunks.flatMap(chunk => parser.push(chunk));
}

test("the output of the script is read, whatever a login shell prints before it", () => {
  assert.deepEqual(parse([output]), frames);
});

test("it may come in any pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: output.length })), cuts => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), output.length];
      assert.deepEqual(parse(at.slice(1).map((end, index) => output.subarray(at[index], end))), frames);
    }),
  );
});

for (const [line, frame] of [
  ["END unknown 17 -", { kind: "end", code: undefined, at: 17, output: undefined }],
  ["END 137 17 relative", { kind: "end", code: 137, at: 17, output: undefined }],
  ["ABSENT", { kind: "absent" }],
  ["SHRUNK", { kind: "shrunk" }],
] as const)
  test(`${line} is read`, () => {
    assert.deepEqual(parse([Buffer.from(`morph-language-server follows 1\n${line}\n`)]).slice(1), [frame]);
  });

for (const line of [
  "",
  "HELLO",
  "END",
  "END 0",
  "END -1 17 -",
  "END 0 17 - more",
  "STATE alive dead 1 2",
  "STATE alive undead - - - - - -",
  "BUILD ../x running",
  "BUILD 0mabc-1f sleeping",
  "EVENTS 0 99999999",
  "EVENTS -1 1",
  "CLOCK x y",
  "constructor",
  "x".repeat(100_000),
])
  test(`${JSON.stringify(line.slice(0, 40))} is not part of the output`, () => {
    assert.throws(() => parse([Buffer.from(`morph-language-server follows 1\n${line}\n`)]), /The builder sent/);
  });

test("any bytes are read within bounds, or rejected", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), chunks => {
      const all = [Buffer.from("morph-language-server follows 1\n"), ...chunks.map(chunk => Buffer.from(chunk))];
      try {
        for (const each of parse(all)) assert.ok(each.kind !== "events" || each.bytes.length <= 1024 * 1024);
      } catch (error) {
        assert.match(String(error), /The builder sent/);
      }
    }),
  );
});

test("a login shell that prints without end is an error", () => {
  const parser = new FrameParser();
  const line = Buffer.from(`${"x".repeat(100)}\n`);
  assert.throws(() => {
    for (let count = 0; count < 1000; count++) parser.push(line);
  }, /prints without end/);
});
