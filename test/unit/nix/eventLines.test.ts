import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyState } from "../../../server/src/builds/eventState.ts";
import { applyEvent } from "../../../server/src/builds/reduce.ts";
import { EventLines, eventsOf } from "../../../server/src/nix/eventLines.ts";
import { parseEventLine } from "../../../server/src/nix/events.ts";
import { building, built, drv, error, id, logLine, message, phase, stop, totals } from "../../support/streams.ts";

/** The lines of a stream that comes in such chunks, with the offset after each. */
function linesOf(chunks: readonly Buffer[]): [line: string, end: number][] {
  const lines = new EventLines();
  const found: [string, number][] = [];
  for (const chunk of chunks) lines.push(chunk, (line, end) => found.push([line, end]));
  return found;
}

test("a line is given when its end has come, with the offset of the byte after it", () => {
  const lines = new EventLines();
  const found: [string, number][] = [];
  const push = (text: string) => lines.push(Buffer.from(text), (line, end) => found.push([line, end]));
  push("one\ntwo\nthr");
  assert.deepEqual(found, [
    ["one", 4],
    ["two", 8],
  ]);
  assert.equal(lines.pending, "thr");
  push("ee");
  assert.equal(found.length, 2);
  push("\n");
  assert.deepEqual(found[2], ["three", 14]);
  assert.equal(lines.pending, "");
});

test("a character that two chunks share is whole, and its bytes are counted", () => {
  const [euro, rest] = [Buffer.from("€\n").subarray(0, 1), Buffer.from("€\n").subarray(1)];
  assert.deepEqual(linesOf([euro, rest]), [["€", 4]]);
});

test("a chunk may be used again after it was pushed", () => {
  const lines = new EventLines();
  const chunk = Buffer.from("cut");
  lines.push(chunk, () => assert.fail());
  chunk.fill("x");
  lines.push(Buffer.from("\n"), line => assert.equal(line, "cut"));
});

test("bytes that are no UTF-8 become U+FFFD, and the line is read", () => {
  const bytes = Buffer.concat([
    Buffer.from(`@nix {"action":"msg","level":3,"msg":"a`),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(`b"}\n`),
  ]);
  const [line] = linesOf([bytes]);
  const event = parseEventLine(line?.[0] ?? "");
  assert.equal(event.action === "message" && event.text, "a\ufffd\ufffdb");
});

const whole = building(id(1), drv("hello"));

/** line -> the actions of its events. */
const glued: Record<string, { line: string; actions: string[] }> = {
  "a whole line": { line: whole, actions: ["start"] },
  "a line that was cut within its JSON": { line: whole.slice(0, 60) + stop(id(1)), actions: ["unknown", "stop"] },
  "two that were cut": {
    line: whole.slice(0, 60) + whole.slice(0, 20) + whole,
    actions: ["unknown", "unknown", "start"],
  },
  "a line that lost only its end": { line: stop(id(1)) + whole, actions: ["stop", "start"] },
  "a line of ssh that lost its end": { line: `Connection closed${whole}`, actions: ["text", "start"] },
  "a line that was cut and nothing after it": { line: whole.slice(0, 60), actions: ["unknown"] },
  "a message that quotes an event": { line: message(0, `bad JSON log message: ${whole}`), actions: ["message"] },
  "a cut line before a message that quotes an event": {
    line: whole.slice(0, 60) + message(0, `bad JSON log message: ${whole}`),
    actions: ["unknown", "message"],
  },
};

for (const [name, { line, actions }] of Object.entries(glued)) {
  test(`glued lines: ${name}`, () => {
    assert.deepEqual(
      eventsOf(line).map(({ action }) => action),
      actions,
    );
  });
}

test("the event that is glued to a cut line is whole", () => {
  assert.deepEqual(eventsOf(whole.slice(0, 60) + whole)[1], parseEventLine(whole));
});

test("text that an event is glued to has no escapes either", () => {
  assert.deepEqual(eventsOf(`\u001b[31mclosed\u001b[0m${whole}`)[0], { action: "text", text: "closed" });
});

test("a line of nothing but beginnings is read in no time", () => {
  const started = performance.now();
  assert.ok(eventsOf("@nix {".repeat(200_000)).length <= 100);
  assert.ok(performance.now() - started < 2000);
});

const stream = [
  totals(id(0)),
  whole,
  phase(id(1), "buildPhase"),
  logLine(id(1), "märz 😀 \u001b[32mok\u001b[0m"),
  "Warning: Permanently added 'builder-arm' (ED25519) to the list of known hosts.\r",
  building(id(1).slice(0, 14), drv("glibc")).slice(0, 70) + logLine(id(1), "glued"),
  error(`builder for '${drv("hello")}' failed with exit code 2`),
  built(id(0), 0, 2, 0, 1),
  stop(id(1)),
];

test("however a stream is cut into chunks, its lines, its events and what they tell are the same", () => {
  const bytes = fc
    .array(
      fc.oneof(
        fc.constantFrom(...stream).map(line => Buffer.from(`${line}\n`)),
        fc.uint8Array({ maxLength: 20 }),
      ),
      {
        maxLength: 20,
      },
    )
    .map(parts => Buffer.concat(parts));
  const fold = (chunks: readonly Buffer[]) => {
    const lines = linesOf(chunks);
    const events = lines.flatMap(([line]) => eventsOf(line));
    const state = emptyState([drv("hello")]);
    for (const event of events) applyEvent(state, event, 0);
    return { lines, events, state };
  };
  fc.assert(
    fc.property(bytes, fc.array(fc.nat()), (whole, cuts) => {
      const places = cuts.map(cut => cut % (whole.length + 1)).toSorted((a, b) => a - b);
      const chunks = [0, ...places].map((place, index) => whole.subarray(place, places[index] ?? whole.length));
      assert.deepEqual(fold(chunks), fold([whole]));
    }),
  );
});
