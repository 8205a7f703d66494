import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildEvent, transitions } from "../../../../server/src/builds/summary/state.ts";
import { type BuildState, finalStates } from "../../../../server/src/protocol.ts";

/** Event -> what it leads to from each state, in the order of `states`. `=`: the state stays. */
const table: Readonly<Record<BuildEvent, string>> = {
  waits: "queued = = = = = = = =",
  evaluated: "queued = = = = = = = =",
  withdrawn: "cancelled cancelled = = = = = = =",
  refused: "failed failed = = = = = = =",
  launched: "queued = = queued = = = = =",
  started: "building building = building = = = = =",
  unreachable: "reconnecting reconnecting reconnecting = = = = = =",
  built: "checking checking checking checking = = = = =",
  failed: "failed failed failed failed = = = = =",
  stopped: "cancelled cancelled cancelled cancelled = = = = =",
  vanished: "lost lost lost lost = = = = =",
  checked: "= = = = succeeded = = = =",
};

const states: readonly BuildState[] = [
  ...(["evaluating", "queued", "building", "reconnecting", "checking"] as const),
  ...(["succeeded", "failed", "cancelled", "lost"] as const),
];

test("every state and every event has a row, and no other", () => {
  assert.deepEqual(Object.keys(transitions).toSorted(), states.toSorted());
  for (const row of Object.values(transitions))
    assert.deepEqual(Object.keys(row).toSorted(), Object.keys(table).toSorted());
});

for (const [event, line] of Object.entries(table) as [BuildEvent, string][])
  test(`${event} leads where it should from every state`, () => {
    const expected = line.split(" ").map((next, index) => (next === "=" ? states[index] : next));
    assert.deepEqual(
      states.map(state => transitions[state][event]),
      expected,
    );
  });

test("nothing that happens changes a final state", () => {
  for (const state of finalStates) for (const next of Object.values(transitions[state])) assert.equal(next, state);
});

test("every state can be reached, and from every other state an end can", () => {
  const reachedFrom = (start: BuildState) => {
    const reached = new Set([start]);
    for (const state of reached) for (const next of Object.values(transitions[state])) reached.add(next);
    return reached;
  };
  assert.deepEqual([...reachedFrom("evaluating")].toSorted(), states.toSorted());
  for (const state of states)
    assert.ok(
      [...reachedFrom(state)].some(each => finalStates.has(each)),
      state,
    );
});
