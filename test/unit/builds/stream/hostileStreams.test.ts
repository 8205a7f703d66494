import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { explainFailure } from "../../../../server/src/builds/failures/explain.ts";
import { derivationLog, wholeLog } from "../../../../server/src/builds/log/lines.ts";
import { closeState } from "../../../../server/src/builds/stream/closeState.ts";
import {
  type EventState,
  emptyState,
  maxFollowed,
  maxLine,
  maxMessages,
  maxPath,
  maxTail,
  maxText,
} from "../../../../server/src/builds/stream/eventState.ts";
import { applyEvent } from "../../../../server/src/builds/stream/reduce.ts";
import { derivationState, transferStates } from "../../../../server/src/builds/stream/toProtocol.ts";
import { maxLineBytes } from "../../../../server/src/nix/events/lines.ts";
import { EventStream } from "../../../../server/src/nix/events/stream.ts";
import { anyText } from "../../../support/arbitraries.ts";
import { asked } from "../../../support/failures.ts";
import {
  building,
  built,
  copying,
  drv,
  error,
  id,
  logLine,
  result,
  start,
  stop,
  storePath,
  totals,
} from "../../../support/streams.ts";

// Streams that no Nix writes: regardless of their numbers, the work is bounded by their size.

const [hello, system] = [drv("hello-2.12.1"), drv("nixos-system-web01")];

/** The state after a stream that arrives in these chunks. */
function stateOf(chunks: Iterable<Buffer | string>, planned: readonly string[] = []): EventState {
  const state = emptyState(planned);
  const stream = new EventStream();
  for (const chunk of chunks) stream.push(Buffer.from(chunk), event => applyEvent(state, event, 0));
  return state;
}

const lines = (...all: readonly string[]) => `${all.join("\n")}\n`;

function assertBounded(state: EventState): void {
  for (const size of [
    state.derivations.size,
    state.byFile.size,
    state.byName.size,
    state.transfers.size,
    state.activities.size,
    state.fetching.size,
    state.heard.size,
    state.changed.size,
  ])
    assert.ok(size <= maxFollowed, `${size}`);
  for (const [list, limit] of [
    [state.errors, maxMessages],
    [state.texts, maxMessages],
    [state.unconfirmed, maxMessages],
  ] as const)
    assert.ok(list.length <= 2 * limit, `${list.length}`);
  for (const { text, shown } of state.errors) assert.ok(Math.max(text.length, shown.length) <= maxText + 1);
  let failed = 0;
  for (const { drvPath, tail, clues, phase = "", builder = "", state: now } of state.derivations.values()) {
    assert.ok(drvPath.length <= maxPath && builder.length <= maxPath && phase.length <= maxLine + 1);
    assert.ok(tail.length <= 2 * maxTail && clues.length <= 2 * maxTail);
    assert.ok([...tail, ...clues].every(line => line.length <= maxLine + 1));
    if (now === "failed" || now === "dependency-failed") failed++;
  }
  assert.equal(state.failed, failed);
}

function assertSane(state: EventState): void {
  const counts = [
    state.built,
    state.builtByNix ?? 0,
    state.failedByNix,
    state.fetchedByNix?.done ?? 0,
    state.fetchedByNix?.failed ?? 0,
    ...[...state.transfers.values()].flatMap(({ done, expected = 0 }) => [done, expected]),
  ];
  for (const count of counts) assert.ok(Number.isSafeInteger(count) && count >= 0, `${count}`);
}

/** Nix's own counts, which only grow. */
function countsOf({ builtByNix = 0, failedByNix, fetchedByNix }: EventState): readonly number[] {
  return [builtByNix, failedByNix, fetchedByNix?.done ?? 0, fetchedByNix?.failed ?? 0];
}

/** How long it takes (ms). */
function timeOf(body: () => void): number {
  const before = performance.now();
  body();
  return performance.now() - before;
}

const numbers = [
  "1e15",
  "-1e15",
  "1e400",
  "-1",
  "0.5",
  "9007199254740993",
  "18446744073709551615",
  '"7"',
  "null",
  "[1]",
];

describe("a number from a stream bounds nothing", () => {
  for (const number of numbers)
    for (const type of [103, 104, 100])
      test(`${number}, counted by an activity of type ${type}`, () => {
        const fields = type === 100 ? `"fields":["${storePath("a")}","https://c","local"],` : "";
        const begun = `@nix {"action":"start",${fields}"id":1,"level":3,"text":"","type":${type}}`;
        const ticks = [0, 1, 2, 3].map(place => {
          const counts = [0, 0, 0, 0].map((zero, at) => (at === place ? number : zero)).join(",");
          return `@nix {"action":"result","fields":[${counts}],"id":1,"type":105}`;
        });
        // A start between two ticks lets both of them through.
        const all = ticks.flatMap((tick, at) => [tick, start(id(at + 10), 101, [])]);
        let state = emptyState([]);
        assert.ok(timeOf(() => (state = stateOf([lines(begun, ...all)]))) < 1000);
        assertSane(state);
        closeState(state, 0, false);
        assertSane(state);
      });
});

test("counts never go down, and what was confirmed stays so", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.integer(), fc.constantFrom(1, 2)), { maxLength: 30 }), ticks => {
      const state = stateOf([lines(totals(id(1)), start(id(2), 103, []))]);
      for (const [done, failed, of] of ticks) {
        const before = countsOf(state);
        applyEvent(state, { action: "result", id: id(of), type: 105, fields: [done, 0, 0, failed] }, 0);
        for (const [at, count] of countsOf(state).entries()) assert.ok(count >= (before[at] ?? 0));
      }
      assertSane(state);
    }),
  );
});

test("ids that collide: what has begun under one ends when it begins again, and nothing is built for ever", () => {
  const state = stateOf([
    lines(totals(id(1)), building(id(2), hello), building(id(2), system), copying(id(2), storePath("a"), "b", "local")),
  ]);
  for (const derivation of state.derivations.values())
    assert.deepEqual([derivation.state, derivation.activities.size], ["cancelled", 0]);
  assert.equal(state.activities.size, 2);
});

/** Streams of many lines that would fill memory or time -> their lines. */
const floods: Record<string, (index: number) => string[]> = {
  "builds that never stop": index => [building(id(index), `/s/${index}-package.drv`)],
  "one derivation that is begun again and again": index => [building(id(index), hello), logLine(id(index), "x")],
  "copies that never stop": index => [copying(id(index), `/s/${index}-path`, "https://c", "local")],
  "copies of one path that no count confirms": index => [
    start(id(2 * index), 108, [storePath("a"), "https://c"]),
    copying(id(2 * index + 1), storePath("a"), "https://c", "local"),
    stop(id(2 * index + 1)),
  ],
  "questions to caches": index => [start(id(index), 108, [`/s/${index}-path`, "https://c"])],
  "waits for locks": index => [start(id(index), 111, [], `waiting for lock on '${storePath("hello-2.12.1")}'`)],
  "warnings that no builder accepts a derivation": index => [
    `@nix {"action":"msg","level":1,"msg":"Failed to find a machine for remote build!\\nderivation: ${index}.drv"}`,
  ],
  "failures of unknown derivations": index => [error(`builder for '${`/s/${index}.drv`}' failed with exit code 1`)],
  "stops that end nothing": index => [building(id(index), system), stop(id(index))],
};

for (const [name, of] of Object.entries(floods)) {
  test(`too often: ${name}`, () => {
    const count = 1.02 * maxFollowed;
    const state = emptyState([hello]);
    const stream = new EventStream();
    const spent = timeOf(() => {
      for (let at = 0; at < count; at += 1000) {
        const chunk = Array.from({ length: 1000 }, (_, index) => of(at + index + 1)).flat();
        stream.push(Buffer.from(lines(...chunk)), event => applyEvent(state, event, 0));
      }
    });
    assert.ok(spent < 20_000, `${spent} ms`);
    assertBounded(state);
    assert.ok(timeOf(() => closeState(state, 0, false)) < 2000);
  });
}

test("enormous lines: a log line and a message are cut, and what is no line at all is passed over", () => {
  const long = "x".repeat(3_000_000);
  const state = stateOf([
    lines(building(id(1), hello), logLine(id(1), long), error(long), long, building(id(2), `/${long}.drv`)),
  ]);
  assertBounded(state);
  assert.equal(state.derivations.size, 1);
  const piece = Buffer.alloc(1024 * 1024, "x");
  const endless = Array.from({ length: maxLineBytes / piece.length + 3 }, () => piece);
  const after = stateOf([...endless, lines("", building(id(1), hello))]);
  assert.deepEqual([after.texts, [...after.derivations.keys()]], [[], [hello]]);
});

test("the place of an event after a line that was passed over is right", () => {
  const stream = new EventStream();
  const ends: number[] = [];
  const piece = Buffer.alloc(maxLineBytes + 1, "x");
  const chunks = [Buffer.from(lines("a")), piece, Buffer.from("yz\n"), Buffer.from(lines(stop(id(1))))];
  for (const chunk of chunks) stream.push(chunk, (_, end) => ends.push(end));
  assert.deepEqual(ends, [2, chunks.reduce((sum, { length }) => sum + length, 0)]);
});

test("pieces that are glued into one long line do not make it be read again and again", () => {
  const line = '@nix {"a":'.repeat(400_000);
  assert.ok(timeOf(() => stateOf([lines(line)])) < 3000);
});

test("JSON as deep as a line is long is an event that we do not know", () => {
  const deep = (depth: number) =>
    `@nix {"action":"result","fields":[${"[".repeat(depth)}${"]".repeat(depth)}],"id":1,"type":101}`;
  const state = stateOf([lines(building(id(1), hello), deep(10), deep(500_000))]);
  assertBounded(state);
});

/** What a hostile stream says in a field. */
const value = fc.oneof(
  anyText,
  fc.constantFrom(hello, system, "", "__proto__", "constructor", "/".repeat(5000)),
  fc.double(),
  fc.constantFrom(...numbers.flatMap(number => JSON.parse(number === "1e400" ? "0" : number))),
);

const textOf = (parts: readonly unknown[]) => JSON.stringify(parts);

test("whatever a stream holds: no throw, bounded state, sane counts, and a sentence for its failure", () => {
  const type = fc.oneof(fc.constantFrom(100, 101, 103, 104, 105, 106, 108, 110, 111), fc.nat(200));
  const ids = fc.oneof(
    fc.nat(5).map(String),
    fc.constantFrom("1e3", "-1", '"x"', "99999999999999999999999999", "{}", "null"),
  );
  const words = fc.oneof(
    anyText,
    fc.constantFrom(
      `builder for '${hello}' failed with exit code 99999999999999999999`,
      `build of '${hello}' on '' failed: `,
      `building of '${hello}!out' timed out after 1 seconds`,
      `Cannot build '${hello}'.\nReason: `,
      `hash mismatch in fixed-output derivation '${hello}':\n specified: a\n got: b`,
      "x; last 99999999999 log lines:",
      "error: error: error:",
      "note: keeping build directory '/x'",
    ),
  );
  const event = fc.oneof(
    fc
      .tuple(ids, type, fc.array(value, { maxLength: 5 }), words)
      .map(
        ([of, kind, fields, text]) =>
          `@nix {"action":"start","fields":${textOf(fields)},"id":${of},"level":3,"text":${JSON.stringify(text)},"type":${kind}}`,
      ),
    fc
      .tuple(ids, type, fc.array(value, { maxLength: 5 }))
      .map(([of, kind, fields]) => `@nix {"action":"result","fields":${textOf(fields)},"id":${of},"type":${kind}}`),
    ids.map(of => `@nix {"action":"stop","id":${of}}`),
    fc
      .tuple(fc.constantFrom("0", "1", "3", "-1", '"0"'), words, fc.boolean())
      .map(
        ([level, text, isOwn]) =>
          `@nix {"action":"msg","level":${level},"msg":${JSON.stringify(text)}${isOwn ? `,"raw_msg":${JSON.stringify(text)}` : ""}}`,
      ),
    anyText,
    anyText.map(text => `@nix ${text}`),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.array(fc.nat(5000), { maxLength: 10 }), (events, cuts) => {
      const bytes = Buffer.from(lines(...events));
      const places = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
      const state = stateOf(
        places.slice(1).map((end, at) => bytes.subarray(places[at], end)),
        [hello],
      );
      readAll(state);
    }),
    { numRuns: 1000 },
  );
});

test("whatever bytes a stream holds, nothing throws and the state is bounded", () => {
  const alphabet = [...Buffer.from('@nix {}[],:"\\0123456789actionresultstopmsgidfieldstypelevel\n\n\0\u001b')];
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.array(fc.constantFrom(...alphabet), { maxLength: 500 }));
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 10 }), chunks =>
      readAll(stateOf(chunks.map(chunk => Buffer.from(chunk)))),
    ),
    { numRuns: 500 },
  );
});

/** Looks at a state as everything that reads it does. */
function readAll(state: EventState): void {
  assertBounded(state);
  assertSane(state);
  const failed = { state, result: { code: 1, signal: null, at: "" }, builders: [], request: asked };
  assert.notEqual(explainFailure(failed).message, "");
  closeState(state, 0, false);
  assert.notEqual(explainFailure(failed).message, "");
  assertBounded(state);
  JSON.stringify([...state.derivations.values()].map(each => derivationState(each)));
  JSON.stringify(transferStates(state));
}

test("a log of activities that never stop keeps few of them in mind", () => {
  for (const linesOf of [wholeLog(), derivationLog(hello)]) {
    const spent = timeOf(() => {
      for (let at = 0; at < 2 * maxFollowed; at++)
        linesOf({ action: "start", id: String(at), type: 105, text: "", fields: [hello] });
    });
    assert.ok(spent < 5000, `${spent} ms`);
  }
});

test("a build that was counted is built although its end was told late", () => {
  const state = stateOf([
    lines(totals(id(1)), building(id(2), hello), built(id(1), 1, 1), stop(id(2)), result(id(1), 105, [0])),
  ]);
  assert.equal(state.derivations.get(hello)?.state, "built");
  assert.equal(state.builtByNix, 1);
});
