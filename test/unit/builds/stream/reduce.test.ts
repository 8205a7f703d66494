import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { closeState } from "../../../../server/src/builds/stream/closeState.ts";
import { withoutLogLines } from "../../../../server/src/builds/stream/errorText.ts";
import { type EventState, emptyState, maxMessages, maxTail } from "../../../../server/src/builds/stream/eventState.ts";
import { applyEvent } from "../../../../server/src/builds/stream/reduce.ts";
import type { NixEvent } from "../../../../server/src/nix/events/events.ts";
import type { DerivationState } from "../../../../server/src/protocol.ts";
import { anyText } from "../../../support/arbitraries.ts";
import {
  building,
  built,
  copying,
  drv,
  error,
  id,
  logLine,
  message,
  phase,
  result,
  start,
  stateAfter,
  stop,
  storePath,
  totals,
  waiting,
} from "../../../support/streams.ts";

const [glibc, hello, system] = [drv("glibc-2.37"), drv("hello-2.12.1"), drv("nixos-system-web01")];
const builder = "ssh-ng://builder-arm";

/** Every derivation's state, by name. */
function states(state: EventState): Record<string, DerivationState["state"]> {
  return Object.fromEntries([...state.derivations.values()].map(each => [each.drvPath, each.state]));
}

const success = [
  message(3, "these 2 derivations will be built:"),
  message(3, `  ${hello}`),
  message(3, `  ${system}`),
  start(id(1), 102, [], "", 0),
  totals(id(2)),
  start(id(3), 103, [], "", 0),
  building(id(4), hello),
  phase(id(4), "unpackPhase"),
  logLine(id(4), "unpacking \u001b[1msources\u001b[0m"),
  phase(id(4), "buildPhase"),
  built(id(2), 1, 2),
  stop(id(4)),
  building(id(5), system),
  built(id(2), 2, 2),
  stop(id(5)),
  stop(id(3)),
  stop(id(2)),
  stop(id(1)),
];

test("a build that goes well: what is listed is planned, then it is built, with times, phase and last lines", () => {
  assert.deepEqual(states(stateAfter(success.slice(0, 3))), { [hello]: "planned", [system]: "planned" });
  assert.deepEqual(states(stateAfter(success.slice(0, 9))), { [hello]: "building", [system]: "planned" });
  const state = stateAfter(success);
  assert.deepEqual(states(state), { [hello]: "built", [system]: "built" });
  const { activities, ...first } = state.derivations.get(hello) ?? assert.fail();
  assert.equal(activities.size, 0);
  assert.deepEqual(first, {
    drvPath: hello,
    state: "built",
    attempt: 1,
    phase: "buildPhase",
    builder: undefined,
    startedAt: 6000,
    stoppedAt: 11_000,
    tail: ["unpacking sources"],
    clues: [],
  });
  assert.equal(state.activities.size, 0);
  assert.deepEqual(state.errors, []);
});

test("the last lines and the phase have no escape sequences and no control characters, whatever was printed", () => {
  const printed = [
    "\u001b[1;31mred\u001b[0m",
    "\u001b]8;;http://x\u0007link\u001b]8;;\u0007",
    "\u001b[2K\u001b[1Gdone\u001b(B",
    "a\0b\u0001\r",
    "\u001b[01m\u001b[Ka.c:1:\u001b[m\u001b[K \u001b[01;31m\u001b[Kerror\u001b[m\u001b[K",
  ];
  const phases = phase(id(1), "\u001b[1mbuildPhase\u001b[0m\r");
  const state = stateAfter([building(id(1), hello), ...printed.map(text => logLine(id(1), text)), phases]);
  assert.deepEqual(state.derivations.get(hello)?.tail, ["red", "link", "done", "ab", "a.c:1: error"]);
  assert.equal(state.derivations.get(hello)?.phase, "buildPhase");
});

test("what the plan knew already is listed once", () => {
  assert.deepEqual(Object.keys(states(stateAfter(success, [hello, system]))), [hello, system]);
});

test("a build that stops without growing Nix's count was cancelled", () => {
  const state = stateAfter([
    totals(id(1)),
    building(id(2), glibc),
    building(id(3), hello),
    error(`builder for '${glibc}' failed with exit code 2`),
    built(id(1), 0, 2, 1, 1),
    stop(id(2)),
    stop(id(3)),
    stop(id(1)),
  ]);
  assert.deepEqual(states(state), { [glibc]: "failed", [hello]: "cancelled" });
});

test("a build that ends before the totals begin is built", () => {
  assert.deepEqual(states(stateAfter([building(id(1), hello), stop(id(1))])), { [hello]: "built" });
});

test("a failure is reported before the stop, and the stop does not change it", () => {
  const lines = [
    totals(id(1)),
    building(id(2), hello),
    error(`builder for '${hello}' failed with exit code 2`),
    built(id(1), 1, 2),
    stop(id(2)),
    error(`1 dependencies of derivation '${system}' failed to build`),
  ];
  assert.deepEqual(states(stateAfter(lines.slice(0, 3))), { [hello]: "failed" });
  const state = stateAfter(lines);
  assert.deepEqual(states(state), { [hello]: "failed", [system]: "dependency-failed" });
  assert.equal(state.derivations.get(hello)?.stoppedAt, 2000);
  assert.deepEqual(
    state.errors.map(({ drvPath }) => drvPath),
    [hello, system],
  );
});

/** Each version's messages -> the state of hello. */
const failures: Record<string, [text: string, state: DerivationState["state"]]> = {
  "2.8: a builder failed": [`builder for '${hello}' failed with exit code 2`, "failed"],
  "2.8: with its last lines": [
    `builder for '${hello}' failed with exit code 2;\nlast 2 log lines:\n> boom\n> bang\nFor full logs, run 'nix log ${hello}'.`,
    "failed",
  ],
  "2.8: by a signal": [`builder for '${hello}' failed due to signal 9 (Killed)`, "failed"],
  "2.34: a builder failed": [
    `Cannot build '${hello}'.\nReason: builder failed with exit code 2.\nOutput paths:\n  ${storePath("hello")}`,
    "failed",
  ],
  "on a remote builder": [
    `build of '${hello}' on '${builder}' failed: builder for '${hello}' failed with exit code 2`,
    "failed",
  ],
  "on a remote builder that says nothing else": [`build of '${hello}' on '${builder}' failed: killed`, "failed"],
  "2.3: another hash": [
    `hash mismatch in fixed-output derivation '${hello}':\n  wanted: sha256:a\n  got:    sha256:b`,
    "failed",
  ],
  "2.3: it took too long": [`building of '${hello}' timed out after 5 seconds`, "failed"],
  "2.8: it said nothing": [`building of '${hello}!out' from .drv file timed out after 5 seconds of silence`, "failed"],
  "2.26: it took too long": [`building of '${hello}^out' from .drv file timed out after 5 seconds`, "failed"],
  "2.32: it took too long": [`building of '${hello}' from in-memory derivation timed out after 5 seconds`, "failed"],
  "2.8: no builder can build it": [
    `a 'aarch64-linux' with features {} is required to build '${hello}', but I am a 'x86_64-linux' with features {kvm}`,
    "failed",
  ],
  "2.3: a dependency failed": [
    `cannot build derivation '${hello}': 1 dependencies couldn't be built`,
    "dependency-failed",
  ],
  "2.8: a dependency failed": [`1 dependencies of derivation '${hello}' failed to build`, "dependency-failed"],
  "2.34: a dependency failed": [`Cannot build '${hello}'.\nReason: 1 dependency failed.`, "dependency-failed"],
  "2.34: several dependencies failed": [
    `Cannot build '${hello}'.\n       Reason: 2 dependencies failed.`,
    "dependency-failed",
  ],
};

for (const [name, [text, expected]] of Object.entries(failures)) {
  test(`failure: ${name}`, () => {
    const state = stateAfter([building(id(1), hello), error(text), stop(id(1))]);
    assert.deepEqual(states(state), { [hello]: expected });
    const { text: own } = withoutLogLines(text);
    assert.deepEqual(state.errors, [{ text: own, shown: own, drvPath: hello, isOwn: true, isWarning: false }]);
  });
}

test("a second reported failure does not change how a derivation failed first", () => {
  const state = stateAfter([
    building(id(1), hello),
    error(`build of '${hello}' on '${builder}' failed: builder for '${hello}' failed with exit code 2`),
    error(`1 dependencies of derivation '${hello}' failed to build`),
  ]);
  assert.deepEqual(states(state), { [hello]: "failed" });
  assert.equal(state.derivations.get(hello)?.stoppedAt, 1000);
});

test("a derivation that could not be built for its dependencies does not fail itself later", () => {
  const state = stateAfter([
    error(`1 dependencies of derivation '${hello}' failed to build`),
    error(`build of '${hello}' on '${builder}' failed: lost`),
  ]);
  assert.deepEqual(states(state), { [hello]: "dependency-failed" });
  assert.equal(state.derivations.get(hello)?.stoppedAt, 0);
});

test("fields that are missing are empty", () => {
  const state = stateAfter([
    start(id(1), 105, [hello]),
    result(id(1), 104, []),
    result(id(1), 101, []),
    start(id(2), 100, [storePath("a")]),
  ]);
  const derivation = state.derivations.get(hello);
  assert.deepEqual(
    [derivation?.state, derivation?.builder, derivation?.phase, derivation?.tail],
    ["building", undefined, "", [""]],
  );
  assert.deepEqual(
    [...state.transfers.values()].map(({ from, to }) => [from, to]),
    [["", ""]],
  );
});

test("ssh-ng: two activities build one derivation, and it is built when the outer one has stopped", () => {
  const lines = [
    totals(id(1)),
    building(id(2), hello, builder),
    copying(id(3), storePath("src"), "local", builder),
    stop(id(3)),
    // What the remote's daemon says, with totals of its own.
    totals(id(4)),
    building(id(5), hello),
    phase(id(5), "buildPhase"),
    logLine(id(5), "compiling"),
    built(id(4), 1, 1),
    stop(id(5)),
    stop(id(4)),
    copying(id(6), storePath("hello"), builder, "local"),
    stop(id(6)),
    built(id(1), 1, 1),
    stop(id(2)),
  ];
  assert.deepEqual(states(stateAfter(lines.slice(0, 13))), { [hello]: "building" });
  const state = stateAfter(lines);
  const derivation = state.derivations.get(hello);
  assert.deepEqual(
    [derivation?.state, derivation?.attempt, derivation?.builder, derivation?.phase, derivation?.tail],
    ["built", 1, builder, "buildPhase", ["compiling"]],
  );
  assert.deepEqual([derivation?.startedAt, derivation?.stoppedAt], [1000, 14_000]);
});

test("totals of a remote's daemon are not ours", () => {
  const state = stateAfter([
    totals(id(1)),
    building(id(2), hello, builder),
    totals(id(3)),
    built(id(3), 7, 7),
    stop(id(2)),
  ]);
  assert.equal(state.builtByNix, 0);
  assert.deepEqual(states(state), { [hello]: "cancelled" });
});

test("ssh, the old protocol: one activity with the machine's name and the lines", () => {
  const state = stateAfter([
    totals(id(1)),
    building(id(2), hello, "ssh://host2"),
    logLine(id(2), "compiling"),
    built(id(1), 1, 1),
    stop(id(2)),
  ]);
  const derivation = state.derivations.get(hello);
  assert.deepEqual([derivation?.state, derivation?.builder, derivation?.tail], ["built", "ssh://host2", ["compiling"]]);
});

test("a derivation that waits for a machine is waiting, then planned or building", () => {
  const waits = [waiting(id(1), hello)];
  assert.deepEqual(states(stateAfter(waits)), { [hello]: "waiting" });
  assert.deepEqual(states(stateAfter([...waits, stop(id(1))])), { [hello]: "planned" });
  assert.deepEqual(states(stateAfter([...waits, building(id(2), hello, builder), stop(id(1))])), {
    [hello]: "building",
  });
  assert.deepEqual(states(stateAfter([start(id(1), 111, [], "waiting for a lock")])), {});
});

test("a derivation that is being built does not wait", () => {
  assert.deepEqual(states(stateAfter([building(id(1), hello), waiting(id(2), hello)])), { [hello]: "building" });
});

test("a build that begins again is another attempt, with times of its own", () => {
  const state = stateAfter([
    building(id(1), hello, builder),
    error(`build of '${hello}' on '${builder}' failed: lost`),
    stop(id(1)),
    building(id(2), hello),
  ]);
  const derivation = state.derivations.get(hello);
  assert.deepEqual(
    [derivation?.state, derivation?.attempt, derivation?.startedAt, derivation?.stoppedAt],
    ["building", 2, 3000, undefined],
  );
});

test("a path on its way has bytes, and is done when its activity stops", () => {
  const path = storePath("hello");
  const lines = [
    copying(id(1), path, "https://cache.example.org", "local"),
    result(id(1), 105, [100, 1424, 0, 0]),
    copying(id(2), path, "local", builder),
    stop(id(1)),
  ];
  assert.deepEqual(
    [...stateAfter(lines.slice(0, 2)).transfers.values()],
    [{ path, from: "https://cache.example.org", to: "local", done: 100, expected: 1424, state: "running" }],
  );
  assert.deepEqual(
    [...stateAfter(lines).transfers.values()].map(({ to, done, state }) => [to, done, state]),
    [
      ["local", 100, "done"],
      [builder, 0, "running"],
    ],
  );
});

test("progress that is not counted in numbers is not taken", () => {
  const state = stateAfter([
    totals(id(1)),
    result(id(1), 105, ["many"]),
    copying(id(2), storePath("hello"), "local", builder),
    result(id(2), 105, []),
  ]);
  assert.equal(state.builtByNix, 0);
  assert.deepEqual(
    [...state.transfers.values()].map(({ done, expected }) => [done, expected]),
    [[0, undefined]],
  );
});

test("a message of the level of errors need not be fatal: it is kept and changes no derivation", () => {
  const text = `bad JSON log message from builder: @nix {"action":"explode"`;
  const state = stateAfter([building(id(1), hello), message(0, text)]);
  assert.deepEqual(states(state), { [hello]: "building" });
  assert.deepEqual(state.errors, [{ text, shown: text, drvPath: undefined, isOwn: false, isWarning: false }]);
});

test("of other warnings, only a missing builder for a derivation is kept", () => {
  const text = `Failed to find a machine for remote build!\nderivation: ${hello.slice(11)}\nrequired (system, features): (aarch64-linux, )`;
  const state = stateAfter([message(1, "warning: slow"), message(1, text), message(5, text), message(3, "info")]);
  assert.deepEqual(state.errors, [{ text, shown: text, isOwn: false, isWarning: true }]);
  assert.deepEqual(states(state), {});
});

/** Warnings that explain a later failure, in the words of each version. */
const telling = [
  "warning: ignoring the user-specified setting 'builders', because it is a restricted setting and you are not a trusted user",
  "warning: Ignoring the client-specified setting 'builders', because it is a restricted setting and you are not a trusted user",
  "warning: ignoring untrusted substituter 'https://cache.example.org', you are not a trusted user.",
  "warning: substituter 'https://cache.example.org' does not have a valid signature for path '/nix/store/x-a'",
  "warning: the substitute for '/nix/store/x-a' from 'https://cache.example.org' is not signed by any of the keys in 'trusted-public-keys'",
  "warning: ignoring substitute for '/nix/store/x-a' from 'https://cache.example.org', as it's not signed by any of the keys in 'trusted-public-keys'",
];

test("warnings about trust are kept, too, and change no derivation", () => {
  const state = stateAfter(telling.flatMap(text => [message(1, text), message(3, text)]));
  assert.deepEqual(
    state.errors.map(({ text }) => text),
    telling,
  );
  assert.deepEqual(states(state), {});
});

test("types, actions and ids that we do not know change nothing", () => {
  const known = [totals(id(1)), building(id(2), hello)];
  const unknown = [
    start(id(3), 4711, [hello]),
    start(id(4), 105, [1, 2]),
    start(id(5), 100, []),
    result(id(2), 4711, ["x"]),
    result(id(9), 101, ["x"]),
    result(id(9), 105, [5]),
    stop(id(9)),
    `@nix {"action":"explode","id":${id(2)}}`,
    "@nix {",
  ];
  assert.deepEqual(stateAfter([...known, ...unknown]), stateAfter(known));
});

test("lines that are none of Nix's are kept", () => {
  assert.deepEqual(stateAfter(["ssh: connect to host builder-arm port 22: Connection refused\r"]).texts, [
    "ssh: connect to host builder-arm port 22: Connection refused",
  ]);
});

test("only the newest lines and messages are kept", () => {
  const many = 10 * maxMessages + 5;
  const lines = Array.from({ length: many }, (_, index) => [logLine(id(1), `${index}`), error(`${index}`), `${index}`]);
  const state = stateAfter([building(id(1), hello), ...lines.flat()]);
  const newest = (count: number) => Array.from({ length: count }, (_, index) => String(many - count + index));
  const { tail } = state.derivations.get(hello) ?? { tail: [] };
  assert.deepEqual(tail.slice(-maxTail), newest(maxTail));
  const errors = state.errors.map(({ text }) => text);
  assert.deepEqual(errors.slice(-maxMessages), newest(maxMessages));
  assert.deepEqual(state.texts.slice(-maxMessages), newest(maxMessages));
  for (const [list, limit] of [
    [tail, maxTail] as const,
    [errors, maxMessages] as const,
    [state.texts, maxMessages] as const,
  ])
    assert.ok(list.length <= 2 * limit);
});

test("what changed stays listed until it is published", () => {
  const state = stateAfter([building(id(1), hello)], [system]);
  assert.deepEqual([...state.changed], [hello]);
  state.changed.clear();
  applyEvent(state, { action: "result", id: id(1), type: 101, fields: ["line"] }, 0);
  assert.deepEqual([...state.changed], [hello]);
});

test("when Nix has ended, what it was building was cancelled, what waited is planned, what was copied failed", () => {
  const state = stateAfter([
    totals(id(1)),
    building(id(2), glibc),
    built(id(1), 1, 4),
    stop(id(2)),
    building(id(3), hello),
    waiting(id(4), system),
    copying(id(5), storePath("a"), "local", builder),
    copying(id(6), storePath("b"), "local", builder),
    stop(id(6)),
  ]);
  closeState(state, 99_000, false);
  assert.deepEqual(states(state), { [glibc]: "built", [hello]: "cancelled", [system]: "planned" });
  const stops = [...state.derivations.values()].map(({ stoppedAt }) => stoppedAt);
  assert.deepEqual(stops, [3000, 99_000, undefined]);
  assert.deepEqual(
    [...state.transfers.values()].map(transfer => transfer.state),
    ["failed", "done"],
  );
  assert.equal(state.activities.size, 0);
  const again = structuredClone(state);
  closeState(state, 100_000, false);
  assert.deepEqual(state, again);
});

test("whatever comes in whatever order, nothing throws, and every derivation is in one state that fits its activities", () => {
  const drvPath = fc.constantFrom(glibc, hello, system);
  const of = fc.nat(20).map(String);
  const text = fc.oneof(
    anyText,
    drvPath,
    drvPath.map(path => `waiting for a machine to build '${path}'`),
    fc
      .tuple(drvPath, fc.constantFrom(...Object.values(failures).map(([words]) => words)))
      .map(([path, words]) => words.replaceAll(hello, path)),
    drvPath.map(path => `  ${path}`),
  );
  const field = fc.oneof(drvPath, anyText, fc.integer(), fc.constantFrom("", builder));
  const type = fc.oneof(fc.constantFrom(100, 101, 104, 105, 106, 108, 111), fc.nat(200));
  const event: fc.Arbitrary<NixEvent> = fc.oneof(
    fc.record({ action: fc.constant("start" as const), id: of, type, text, fields: fc.array(field) }),
    fc.record({
      action: fc.constant("start" as const),
      id: of,
      type: fc.constant(105),
      text,
      fields: fc.tuple(drvPath, field),
    }),
    fc.record({ action: fc.constant("stop" as const), id: of }),
    fc.record({ action: fc.constant("result" as const), id: of, type, fields: fc.array(field) }),
    fc.record({ action: fc.constant("message" as const), level: fc.nat(6), text }),
    fc.record({ action: fc.constant("text" as const), text }),
    fc.record({ action: fc.constant("unknown" as const), text }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), events => {
      const state = emptyState([system]);
      // Nix gives no id twice.
      for (const [at, each] of events.entries())
        applyEvent(state, each.action === "start" ? { ...each, id: String(at) } : each, at);
      for (const derivation of state.derivations.values()) {
        for (const activity of derivation.activities) assert.equal(state.activities.get(activity)?.kind, "build");
        if (derivation.state === "building") assert.ok(derivation.activities.size > 0);
        if (derivation.state === "built") assert.equal(derivation.activities.size, 0);
        assert.ok((derivation.startedAt ?? 0) <= (derivation.stoppedAt ?? events.length));
        assert.ok(derivation.tail.length <= 2 * maxTail);
      }
      closeState(state, events.length, false);
      const open = new Set(["building", "waiting"]);
      assert.ok([...state.derivations.values()].every(derivation => !open.has(derivation.state)));
      assert.ok([...state.transfers.values()].every(transfer => transfer.state !== "running"));
    }),
    { numRuns: 500 },
  );
});
