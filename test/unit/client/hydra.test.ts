import assert from "node:assert/strict";
import { test } from "node:test";
import { newlyFailing } from "../../../client/src/hydra/newlyFailing.ts";
import { hydraBuildText, hydraJobsetText, intervalText } from "../../../client/src/hydra/text.ts";
import { hydraProblemRows } from "../../../client/src/views/machines/rows/hydra.ts";
import { kindOf, type MachinesRow } from "../../../client/src/views/machines/rows/kinds.ts";
import { machineRows } from "../../../client/src/views/machines/rows/machine.ts";
import { networkRow } from "../../../client/src/views/machines/rows/network.ts";
import type { RowContext } from "../../../client/src/views/machines/rows/row.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { HydraMachine, HydraMachineBuild, HydraStatus } from "../../../server/src/protocol.ts";
import { after, aHydraMachine, aMachine, aNetwork, english, noon } from "./samples.ts";

const sample = aHydraMachine().build;
assert.ok(sample);
const succeeded: HydraMachineBuild = sample;

for (const [build, expected] of [
  [{}, "succeeded · 2 h ago"],
  [{ state: "failed", isNewlyFailing: true }, "newly failing · 2 h ago"],
  [{ state: "failed", isNewlyFailing: false }, "still failing · 2 h ago"],
  [{ state: "queued", queuePosition: 3 }, "queued · number 3 in the queue"],
  [{ state: "queued" }, "queued"],
  [{ state: "building" }, "building"],
  [{ state: "cancelled", at: after(-30) }, "cancelled · just now"],
] as const)
  test(`a build on Hydra: ${expected}`, () => {
    const { state, details } = hydraBuildText({ ...succeeded, ...build }, noon, english);
    assert.equal([state, ...details].join(" · "), expected);
  });

for (const [machine, expected] of [
  [{}, "evaluated 3 h ago · checked 10 min ago"],
  [{ isEvaluating: true }, "evaluating · checked 10 min ago"],
  [{ problem: errorProblem("hydra-inputs", "x") }, "inputs cannot be fetched · checked 10 min ago"],
  [{ problem: errorProblem("hydra-restricted", "x") }, "evaluation failed · checked 10 min ago"],
  [{ isEnabled: false }, "disabled · checked 10 min ago"],
  [{ evaluation: undefined, checkedAt: undefined }, "not evaluated yet"],
] as const)
  test(`a jobset: ${expected}`, () => {
    const { state, details } = hydraJobsetText(aHydraMachine(machine), noon, english);
    assert.equal([state, ...details].join(" · "), expected);
  });

test("the interval of checks", () => {
  const texts = [0, 300, 3600, 7200, 86_400, 30].map(seconds => intervalText(seconds, english));
  assert.deepEqual(texts, [
    "only on request",
    "every 5 min",
    "every hour",
    "every 2 hours",
    "every 24 hours",
    "every 1 min",
  ]);
});

const statusOf = (...machines: HydraMachine[]): HydraStatus => ({ machines: { "file:///n.nix": machines } });
const failing = (id: number, isNewlyFailing = true) =>
  aHydraMachine({ build: { ...succeeded, id, state: "failed", isNewlyFailing } });
const key = "https://hydra.example.org morph:eiffel:eiffel";

test("what fails already when a window looks for the first time is not new", () => {
  assert.deepEqual(newlyFailing(statusOf(failing(7)), {}), { failing: [], seen: { [key]: 7 } });
});

test("a newly failing build is reported once", () => {
  const machine = failing(8);
  const first = newlyFailing(statusOf(machine), { [key]: 7 });
  assert.deepEqual(first, { failing: [machine], seen: { [key]: 8 } });
  assert.deepEqual(newlyFailing(statusOf(machine), first.seen).failing, []);
});

test("a build that still fails, or that two networks name, is not reported twice", () => {
  assert.deepEqual(newlyFailing(statusOf(failing(9, false)), { [key]: 8 }).failing, []);
  assert.equal(newlyFailing(statusOf(failing(9), failing(9)), { [key]: 8 }).failing.length, 1);
});

test("a build that runs is looked at when it has ended", () => {
  const running = aHydraMachine({ build: { ...succeeded, id: 8, state: "building" } });
  assert.deepEqual(newlyFailing(statusOf(running), { [key]: 7 }).seen, { [key]: 7 });
});

function contextOf(hydra: HydraMachine | undefined, status: HydraStatus = { machines: {} }): RowContext {
  const machine = aMachine("eiffel");
  return {
    store: { networks: [aNetwork({ machines: [machine] })], machine: () => machine },
    builds: { newest: () => undefined },
    hydra: { status, machine: () => hydra },
    grouping: "network",
    l10n: english,
    pathOf: () => "network.nix",
    now: () => noon,
  };
}

const [row] = machineRows(networkRow(aNetwork().uri), [aMachine("eiffel")]);

/** The texts of the row of the machine and of those below it. */
function rowsOf(context: RowContext): readonly string[] {
  assert.ok(row);
  const rows: readonly MachinesRow[] = [row, ...(kindOf(row).children?.(row, context) ?? [])];
  return rows.map(each => {
    const item = kindOf(each).item(each, context);
    return `${item?.label}: ${item?.description} (${item?.words.join(" ")})`;
  });
}

test("below a machine are its build and its jobset", () => {
  assert.deepEqual(rowsOf(contextOf(aHydraMachine())), [
    "eiffel: aarch64-linux (machine reveal hydra)",
    "Hydra build 7: succeeded · 2 h ago (hydraJob hydra)",
    "Jobset eiffel: evaluated 3 h ago · checked 10 min ago (hydraJob hydra)",
  ]);
});

test("a machine whose build fails on Hydra says so in its own row", () => {
  assert.match(rowsOf(contextOf(failing(8)))[0] ?? "", /^eiffel: failing on Hydra · aarch64-linux/);
});

test("without a build there is only the jobset, and without a jobset nothing", () => {
  assert.deepEqual(rowsOf(contextOf(aHydraMachine({ build: undefined, evaluation: undefined }))).slice(1), [
    "Jobset eiffel: not evaluated yet · checked 10 min ago (hydraJob hydra)",
  ]);
  assert.deepEqual(rowsOf(contextOf(undefined)), ["eiffel: aarch64-linux (machine reveal)"]);
});

test("a server that cannot be reached is a row of its own", () => {
  const problem = errorProblem("hydra-unreachable", "hydra.example.org does not answer.");
  const context = contextOf(undefined, { machines: {}, problem });
  const [problemRow, ...others] = hydraProblemRows(context);
  assert.ok(problemRow);
  assert.deepEqual(others, []);
  const item = kindOf(problemRow).item(problemRow, context);
  assert.deepEqual([item?.label, item?.description], ["Hydra", "hydra.example.org does not answer."]);
  assert.deepEqual(hydraProblemRows(contextOf(undefined)), []);
});
