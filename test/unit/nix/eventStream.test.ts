import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { emptyState } from "../../../server/src/builds/stream/eventState.ts";
import { applyEvent } from "../../../server/src/builds/stream/reduce.ts";
import { type NixEvent, parseEventLine } from "../../../server/src/nix/events/events.ts";
import { EventStream, eventsOf } from "../../../server/src/nix/events/stream.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import {
  building,
  built,
  drv,
  error,
  id,
  logLine,
  message,
  phase,
  progress,
  result,
  stop,
  totals,
} from "../../support/streams.ts";

/** The events of a stream that arrives in chunks, each with the offset after its line. */
function read(chunks: readonly Buffer[]): [event: NixEvent, end: number][] {
  const stream = new EventStream();
  const found: [NixEvent, number][] = [];
  for (const chunk of chunks) stream.push(chunk, (event, end) => found.push([event, end]));
  return found;
}

/** The actions of a stream whose lines arrive in one chunk. */
function eventsOfStream(lines: readonly string[]): string[] {
  return read([Buffer.from(lines.map(line => `${line}\n`).join(""))]).map(([{ action }]) => action);
}

const said = (text: string): NixEvent => ({ action: "text", text });

test("an event is delivered at the end of its line, with the offset of the byte after it", () => {
  const stream = new EventStream();
  const found: [NixEvent, number][] = [];
  const push = (text: string) => stream.push(Buffer.from(text), (event, end) => found.push([event, end]));
  push("one\ntwo\nthr");
  assert.deepEqual(found, [
    [said("one"), 4],
    [said("two"), 8],
  ]);
  push("e");
  push("e");
  assert.equal(found.length, 2);
  push("\nfo");
  assert.deepEqual(found[2], [said("three"), 14]);
  push("ur\n");
  assert.deepEqual(found[3], [said("four"), 19]);
});

test("a character that is split between two chunks stays intact, and its bytes are counted", () => {
  const [euro, rest] = [Buffer.from("€\n").subarray(0, 1), Buffer.from("€\n").subarray(1)];
  assert.deepEqual(read([euro, rest]), [[said("€"), 4]]);
});

test("a chunk may be used again after it was pushed", () => {
  const stream = new EventStream();
  const chunk = Buffer.from("cut");
  stream.push(chunk, () => assert.fail());
  chunk.fill("x");
  stream.push(Buffer.from("\n"), event => assert.deepEqual(event, said("cut")));
});

test("invalid UTF-8 becomes U+FFFD, and the line is read", () => {
  const bytes = Buffer.concat([
    Buffer.from(`@nix {"action":"msg","level":3,"msg":"a`),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(`b"}\n`),
  ]);
  const event = read([bytes])[0]?.[0];
  assert.equal(event?.action === "message" && event.text, "a\ufffd\ufffdb");
});

/** The stream's text -> its progress and what else is in it, as `id: fields` and actions. */
const ticks: Record<string, { lines: string[]; events: string[] }> = {
  "only the newest of each activity is delivered": {
    lines: [progress(id(1), 1, 9), progress(id(2), 5, 9), progress(id(1), 2, 9)],
    events: ["1: 2,9,1,0", "2: 5,9,1,0"],
  },
  "everything is delivered before a stop": {
    lines: [progress(id(1), 1, 9), progress(id(1), 9, 9), stop(id(1)), progress(id(1), 3, 9)],
    events: ["1: 9,9,1,0", "stop", "1: 3,9,1,0"],
  },
  "a log line does not wait for progress": {
    lines: [progress(id(1), 1, 9), logLine(id(2), "line"), progress(id(1), 2, 9)],
    events: ["2: line", "1: 2,9,1,0"],
  },
  "ids with the same last digits are two activities": {
    lines: [
      progress("1000000000000000001", 1, 9),
      progress("2000000000000000001", 2, 9),
      progress("1000000000000000001", 3, 9),
    ],
    events: ["1000000000000000001: 1,9,1,0", "2000000000000000001: 2,9,1,0", "1000000000000000001: 3,9,1,0"],
  },
  "a log line that reads like progress is a log line": {
    lines: [logLine(id(1), `@nix {"action":"result","fields":[1],"id":1,"type":105}`)],
    events: [`1: @nix {"action":"result","fields":[1],"id":1,"type":105}`],
  },
  "keys in another order, spaces and unknown keys": {
    lines: [
      `@nix {"id":${id(1)},"type":105,"action":"result","fields":[1,2]}`,
      `@nix {"action":"result","fields":[3, 4],"id":${id(1)},"new":{},"type":105}`,
    ],
    events: ["1: 1,2", "1: 3,4"],
  },
  "a build that starts has the number of progress as its type": {
    lines: [building(id(1), drv("hello"))],
    events: ["start"],
  },
};

const numbers = new Map([1, 2].map(number => [id(number), String(number)]));

for (const [name, { lines, events }] of Object.entries(ticks)) {
  test(`progress: ${name}`, () => {
    const found = read([Buffer.from(lines.map(line => `${line}\n`).join(""))]);
    assert.deepEqual(
      found.map(([event]) =>
        event.action === "result" ? `${numbers.get(event.id) ?? event.id}: ${event.fields.join(",")}` : event.action,
      ),
      events,
    );
  });
}

test("a result is read the same by the fast and the general parser", () => {
  const field = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(fc.array(field), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(200), (fields, of, type) => {
      const line = result(String(of), type, fields);
      assert.deepEqual(
        read([Buffer.from(`${line}\n`)]).map(([event]) => event),
        [parseEventLine(line)],
      );
    }),
  );
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

test("a stop that is glued to a cut log line comes after the counts before it", () => {
  const cut = logLine(id(1), "words of a log").slice(0, 60);
  const actions = eventsOfStream([built(id(0), 1, 2), cut + stop(id(1)), built(id(0), 2, 2)]);
  assert.deepEqual(actions, ["result", "unknown", "stop", "result"]);
});

test("text that an event is glued to has no escapes either", () => {
  assert.deepEqual(eventsOf(`\u001b[31mclosed\u001b[0m${whole}`)[0], { action: "text", text: "closed" });
});

test("a line of nothing but event starts is read quickly", () => {
  const started = cpuTime();
  assert.ok(eventsOf("@nix {".repeat(200_000)).length <= 100);
  assert.ok(cpuTime() - started < 2000);
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

test("a stream has the same events and result with any chunks", () => {
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
    const state = emptyState([drv("hello")]);
    const events = read(chunks);
    for (const [event] of events) applyEvent(state, event, 0);
    // How much progress is delivered in between depends on the chunks; the final state does not.
    return { events: events.filter(([event]) => event.action !== "result"), state };
  };
  fc.assert(
    fc.property(bytes, fc.array(fc.nat()), (whole, cuts) => {
      const places = cuts.map(cut => cut % (whole.length + 1)).toSorted((a, b) => a - b);
      const chunks = [0, ...places].map((place, index) => whole.subarray(place, places[index] ?? whole.length));
      assert.deepEqual(fold(chunks), fold([whole]));
    }),
  );
});
