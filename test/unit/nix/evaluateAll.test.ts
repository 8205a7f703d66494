import assert from "node:assert/strict";
import { test } from "node:test";
import { nixAssets } from "../../../server/src/nix/evaluation/assets.ts";
import { type EvaluateAllRequest, evaluateAll } from "../../../server/src/nix/evaluation/network.ts";
import type { Nix } from "../../../server/src/nix/nix.ts";
import type { ProcessEnd } from "../../../server/src/nix/process.ts";
import { exited } from "../../support/fakeNix.ts";
import { drv, storePath } from "../../support/streams.ts";

// How chunks are made, split and put together, with a Nix that starts no process.

/** What a machine does to its evaluating process, by the number of machines in it and of processes beside it. */
type Fate = "fine" | "fails" | "an option" | ((machines: number, beside: number) => "fine" | "killed");

const answer = (machine: string) => ({
  system: "x86_64-linux",
  buildSystem: "x86_64-linux",
  drvPath: drv(machine),
  output: storePath(machine),
  nixpkgs: { path: "/nixpkgs", revision: null, versionSuffix: null },
});

/** A fake Nix with a behaviour for each machine. @param chunks gets the machines of every process. */
function nixOf(fates: Readonly<Record<string, Fate>>, chunks: string[][], abort?: AbortController): Nix {
  let running = 0;
  const run: Nix["run"] = async (_program, args, options = {}): Promise<ProcessEnd> => {
    const argument = (name: string) => args[args.indexOf(name) + 1] ?? "";
    if (args.includes("--version")) return exited(0, "nix-instantiate (Nix) 2.8.0");
    if (args.some(arg => arg.endsWith("machine-names.nix"))) return exited(0, JSON.stringify(Object.keys(fates)));
    if (!args.some(arg => arg.endsWith("evaluate-many.nix"))) return exited(1, "");
    const machines: string[] = JSON.parse(argument("machines"));
    chunks.push(machines);
    running++;
    await new Promise(setImmediate);
    try {
      for (const machine of machines) {
        if (options.signal?.aborted) return { kind: "cancelled" };
        const fate = fates[machine] ?? "fine";
        if (fate === "fails")
          return exited(1, "", `@nix {"action":"msg","level":0,"msg":"error: ${machine} is broken"}`);
        if (typeof fate === "function" && fate(machines.length, running - 1) === "killed")
          return { kind: "killed", signal: "SIGKILL", stderr: "" };
        const msg = `trace: ${argument("mark")}${JSON.stringify({ ...answer(machine), ...(fate === "an option" && { drvPath: "--help" }) })}`;
        options.onStderrLine?.(`@nix ${JSON.stringify({ action: "msg", level: 0, msg })}`);
        abort?.abort();
      }
      return exited(0, String(machines.length));
    } finally {
      running--;
    }
  };
  return { env: {}, file: program => program, run, runFile: async () => exited(1, "") };
}

async function evaluated(fates: Readonly<Record<string, Fate>>, fields: Partial<EvaluateAllRequest> = {}) {
  const chunks: string[][] = [];
  const abort = new AbortController();
  const told: string[] = [];
  const outcome = await evaluateAll(nixOf(fates, chunks, fields.signal && abort), nixAssets("/nix"), {
    network: "/net/network.nix",
    evaluator: "",
    memory: 4096,
    processors: 2,
    locationOf: () => undefined,
    didFindNames: () => undefined,
    didEvaluate: ({ machine }) => told.push(machine),
    ...fields,
    signal: abort.signal,
  });
  if ("problem" in outcome) return { chunks, told, problem: outcome.problem.code };
  const outcomes = Object.fromEntries(
    outcome.value.map(each => [each.machine, "drvPath" in each ? each.drvPath : each.problem.message]),
  );
  return { chunks, told, outcomes, order: outcome.value.map(({ machine }) => machine) };
}

const ok = drv;
const broken = (machine: string) => `Evaluation failed: ${machine} is broken`;

test("machines are divided among processes, and returned in their own order", async () => {
  const { chunks, order, told } = await evaluated({ a: "fine", b: "fine", c: "fine", d: "fine" });
  assert.deepEqual(chunks, [
    ["a", "b"],
    ["c", "d"],
  ]);
  assert.deepEqual(order, ["a", "b", "c", "d"]);
  assert.deepEqual(told.toSorted(), ["a", "b", "c", "d"]);
});

test("a broken machine has its own problem, and no other is lost or evaluated twice", async () => {
  const fates = { a: "fine", b: "fails", c: "fine", d: "fails", e: "fine" } as const;
  const { chunks, outcomes } = await evaluated(fates, { processors: 1 });
  assert.deepEqual(chunks, [["a", "b", "c", "d", "e"], ["c", "d", "e"], ["e"]]);
  assert.deepEqual(outcomes, { a: ok("a"), b: broken("b"), c: ok("c"), d: broken("d"), e: ok("e") });
});

test("all of them may be broken", async () => {
  const { outcomes } = await evaluated({ a: "fails", b: "fails", c: "fails" });
  assert.deepEqual(outcomes, { a: broken("a"), b: broken("b"), c: broken("c") });
});

test("a machine whose derivation looks like an option of Nix has a problem, and no other gets its answer", async () => {
  const { outcomes } = await evaluated({ a: "fine", b: "an option", c: "fine" }, { processors: 1 });
  const problem = "Evaluating 'b' did not return a derivation in the Nix store.";
  assert.deepEqual(outcomes, { a: ok("a"), b: problem, c: ok("c") });
});

test("after a process is killed, its remaining machines are retried in halves", async () => {
  const heavy: Fate = machines => (machines > 2 ? "killed" : "fine");
  const fates = { a: "fine", b: heavy, c: heavy, d: heavy, e: heavy } as const;
  const { chunks, outcomes } = await evaluated(fates, { processors: 1 });
  assert.deepEqual(chunks, [
    ["a", "b", "c", "d", "e"],
    ["b", "c"],
    ["d", "e"],
  ]);
  assert.deepEqual(Object.values(outcomes ?? {}), ["a", "b", "c", "d", "e"].map(ok));
});

test("a machine that is killed on its own is retried once nothing else runs", async () => {
  const huge: Fate = (_machines, beside) => (beside > 0 ? "killed" : "fine");
  const { chunks, outcomes } = await evaluated({ a: huge, b: "fine" });
  assert.deepEqual(chunks, [["a"], ["b"], ["a"]]);
  assert.deepEqual(outcomes, { a: ok("a"), b: ok("b") });
});

test("a machine that is killed every time has the problem that it was killed", async () => {
  const { outcomes } = await evaluated({ a: "fine", b: () => "killed", c: "fine" });
  assert.equal(outcomes?.a, ok("a"));
  assert.match(outcomes?.b ?? "", /killed by SIGKILL/);
  assert.equal(outcomes?.c, ok("c"));
});

test("a network without machines is not a problem", async () => {
  const { chunks, outcomes } = await evaluated({});
  assert.deepEqual([chunks, outcomes], [[], {}]);
});

test("results from before a cancellation stay reported", async () => {
  const fates = { a: "fine", b: "fine", c: "fine" } as const;
  // Its presence has the first answer cancel the evaluation.
  const result = await evaluated(fates, { processors: 1, signal: new AbortController().signal });
  assert.deepEqual([result.problem, result.told], ["cancelled", ["a"]]);
});
