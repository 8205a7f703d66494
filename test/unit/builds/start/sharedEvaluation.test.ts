import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateTogether } from "../../../../server/src/builds/start/sharedEvaluation.ts";
import type { Outcome } from "../../../../server/src/outcome.ts";
import type { Evaluation } from "../../../../server/src/protocol.ts";
import { someEvaluation } from "../../../support/records.ts";

const uri = "file:///net/network.nix";

/** An evaluation of these machines of which each is given by hand. */
function together(...machines: string[]) {
  const given = new Map<string, (outcome: Outcome<Evaluation>) => void>();
  const cancels = new Map(machines.map(machine => [machine, new AbortController()]));
  let ended: AbortSignal | undefined;
  const evaluations = evaluateTogether(
    {
      evaluateMachines: (_, roots, signal) => {
        ended = signal;
        assert.deepEqual(
          [...roots],
          [...machines.entries()].map(([index, machine]) => [machine, `/root/${index}`]),
        );
        return new Map(machines.map(machine => [machine, new Promise(resolve => given.set(machine, resolve))]));
      },
    },
    uri,
    machines.map((machine, index) => ({
      machine,
      root: `/root/${index}`,
      signal: cancels.get(machine)?.signal ?? assert.fail(),
    })),
  );
  return {
    give: (machine: string, outcome: Outcome<Evaluation>) => given.get(machine)?.(outcome),
    cancel: (machine: string) => cancels.get(machine)?.abort(),
    of: async (machine: string) => {
      const outcome = (await evaluations.get(machine)) ?? assert.fail(machine);
      return "problem" in outcome ? outcome.problem.code : outcome.value.machine;
    },
    isEnded: () => ended?.aborted,
  };
}

const evaluated = (machine: string) => ({ value: someEvaluation({ machine }) });

test("each machine has its own result, and a failing one does not affect others", async () => {
  const { give, of, isEnded } = together("a", "b");
  give("b", { problem: { code: "evaluation-failed", severity: "error", message: "" } });
  assert.equal(await of("b"), "evaluation-failed");
  give("a", evaluated("a"));
  assert.equal(await of("a"), "a");
  assert.equal(isEnded(), true);
});

test("a cancelled one stops waiting, and the others continue", async () => {
  const { give, cancel, of, isEnded } = together("a", "b");
  cancel("a");
  assert.equal(await of("a"), "cancelled");
  assert.equal(isEnded(), false);
  give("b", evaluated("b"));
  assert.equal(await of("b"), "b");
});

test("the evaluation ends when those that are left are cancelled", async () => {
  const { give, cancel, of, isEnded } = together("a", "b", "c");
  give("a", evaluated("a"));
  assert.equal(await of("a"), "a");
  cancel("b");
  cancel("b");
  assert.equal(isEnded(), false);
  cancel("c");
  assert.equal(isEnded(), true);
  assert.deepEqual([await of("b"), await of("c")], ["cancelled", "cancelled"]);
});
