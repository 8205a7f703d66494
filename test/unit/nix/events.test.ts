import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type NixEvent, parseEventLine } from "../../../server/src/nix/events/events.ts";
import { anyText } from "../../support/arbitraries.ts";

const drvPath = "/nix/store/i813sjgqhk2l25ja64aahk4z7f6shb37-hello-2.12.1.drv";

/** line -> the event in it. */
const cases: Record<string, { line: string; event: NixEvent }> = {
  "a build begins (2.8)": {
    line: `@nix {"action":"start","fields":["${drvPath}","",1,1],"id":100622493810693,"level":3,"text":"building '${drvPath}'","type":105}`,
    event: {
      action: "start",
      id: "100622493810693",
      type: 105,
      text: `building '${drvPath}'`,
      fields: [drvPath, "", 1, 1],
      parent: undefined,
    },
  },
  "an activity has a parent (2.26)": {
    line: `@nix {"action":"start","id":7,"level":6,"parent":6,"text":"querying info about missing paths","type":0}`,
    event: {
      action: "start",
      id: "7",
      type: 0,
      text: "querying info about missing paths",
      fields: [],
      parent: "6",
    },
  },
  "an activity ends": { line: `@nix {"action":"stop","id":7}`, event: { action: "stop", id: "7" } },
  "a phase begins": {
    line: `@nix {"action":"result","fields":["buildPhase"],"id":7,"type":104}`,
    event: { action: "result", id: "7", type: 104, fields: ["buildPhase"] },
  },
  "a message has a level and no colours": {
    line: `@nix {"action":"msg","level":1,"msg":"\\u001b[35;1mwarning:\\u001b[0m ignored"}`,
    event: { action: "message", level: 1, text: "warning: ignored", error: undefined },
  },
  "an error names a plain file (2.8)": {
    line: `@nix {"action":"msg","column":62,"file":"/net/network.nix","level":0,"line":7,"msg":"error: attribute 'helo' missing","raw_msg":"attribute '\\u001b[35;1mhelo\\u001b[0m' missing"}`,
    event: {
      action: "message",
      level: 0,
      text: "error: attribute 'helo' missing",
      error: { message: "attribute 'helo' missing", file: "/net/network.nix", line: 7, column: 62 },
    },
  },
  "an error names a file with line and column (2.26)": {
    line: `@nix {"action":"msg","column":62,"file":"/net/network.nix:7:62","level":0,"line":7,"msg":"error: x","raw_msg":"x"}`,
    event: {
      action: "message",
      level: 0,
      text: "error: x",
      error: { message: "x", file: "/net/network.nix", line: 7, column: 62 },
    },
  },
  "an error without a position": {
    line: `@nix {"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"error: interrupted by the user","raw_msg":"interrupted by the user"}`,
    event: {
      action: "message",
      level: 0,
      text: "error: interrupted by the user",
      error: { message: "interrupted by the user", file: undefined, line: undefined, column: undefined },
    },
  },
  "an unknown type is kept": {
    line: `@nix {"action":"start","id":7,"level":3,"text":"x","type":4711}`,
    event: { action: "start", id: "7", type: 4711, text: "x", fields: [], parent: undefined },
  },
  "fields that are neither strings nor numbers keep their positions": {
    line: `@nix {"action":"result","fields":[null,{"toString":1},3],"id":7,"type":105}`,
    event: { action: "result", id: "7", type: 105, fields: ["", "", 3] },
  },
  "a text and a level that are something else": {
    line: `@nix {"action":"start","id":7,"text":{"toString":1},"type":0}`,
    event: { action: "start", id: "7", type: 0, text: "", fields: [], parent: undefined },
  },
  "a level that is something else": {
    line: `@nix {"action":"msg","level":{"toString":1},"msg":"x"}`,
    event: { action: "message", level: 0, text: "x", error: undefined },
  },
  "a line of ssh": {
    line: "\u001b[31mHost key verification failed.\u001b[0m\r",
    event: { action: "text", text: "Host key verification failed." },
  },
  "an empty line": { line: "", event: { action: "text", text: "" } },
};

for (const [name, { line, event }] of Object.entries(cases))
  test(`event line: ${name}`, () => assert.deepEqual(parseEventLine(line), event));

const unreadable = [
  `@nix {"action":"start","id":1006224938`,
  `@nix {"action":"explode","id":7,"type":1}`,
  `@nix {"action":"start","id":7}`,
  `@nix {"action":"result","id":7,"fields":[]}`,
  `@nix {"action":"stop"}`,
  `@nix {"action":"stop","id":[7]}`,
  `@nix {"action":"msg","level":0}`,
  `@nix {"id":7}`,
  "@nix {}",
  "@nix []",
  "@nix null",
  "@nix 7",
  "@nix hello",
  "@nix ",
];

test("a malformed event is unknown, and its text is kept", () => {
  for (const line of unreadable) assert.deepEqual(parseEventLine(line), { action: "unknown", text: line });
});

test("ids beyond 2^53 stay distinct", () => {
  const ids = ["9007199254740992", "9007199254740993", "18014398509481985", "18446744073709551615"];
  for (const id of ids) {
    assert.deepEqual(parseEventLine(`@nix {"action":"stop","id":${id}}`), { action: "stop", id });
    const start = parseEventLine(`@nix {"action":"start","id":1,"level":0,"parent":${id},"text":"","type":0}`);
    assert.equal(start.action === "start" && start.parent, id);
  }
});

test("what looks like an id within a string is unchanged", () => {
  const text = `the "id":9007199254740993 and "parent":1`;
  const event = parseEventLine(`@nix ${JSON.stringify({ action: "msg", level: 3, msg: text })}`);
  assert.equal(event.action === "message" && event.text, text);
});

test("every line becomes an event", () => {
  const field = fc.oneof(anyText, fc.integer(), fc.constant(null), fc.constant({ toString: 1 }));
  const event = fc.record(
    {
      action: fc.oneof(fc.constantFrom("start", "stop", "result", "msg"), field),
      id: field,
      parent: field,
      type: field,
      level: field,
      text: field,
      msg: field,
      raw_msg: field,
      file: field,
      line: field,
      column: field,
      fields: fc.oneof(field, fc.array(field)),
    },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    anyText,
    anyText.map(rest => `@nix ${rest}`),
    fc.json().map(json => `@nix ${json}`),
    event.map(fields => `@nix ${JSON.stringify(fields)}`),
  );
  fc.assert(
    fc.property(line, input => {
      const parsed = parseEventLine(input);
      if (parsed.action === "unknown") assert.equal(parsed.text, input);
      if (parsed.action === "start" || parsed.action === "result")
        assert.ok(parsed.fields.every(item => typeof item === "string" || typeof item === "number"));
    }),
    { numRuns: 1000 },
  );
});
