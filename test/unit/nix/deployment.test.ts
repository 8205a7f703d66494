import assert from "node:assert/strict";
import { test } from "node:test";
import { nixAssets } from "../../../server/src/nix/evaluation/assets.ts";
import { type DeploymentLimits, evaluateDeployment } from "../../../server/src/nix/evaluation/deployment.ts";
import type { Nix, RunOptions } from "../../../server/src/nix/nix.ts";
import type { ProcessEnd } from "../../../server/src/nix/process.ts";
import { exited } from "../../support/fakeNix.ts";

// Evaluating what Morph reads, in bounded chunks, with a fake Nix that starts no process.

/** What happens to the process that evaluates a machine, by the number of parts that it started with. */
type Fate = "fine" | "refused" | "timed out" | ((parts: number) => "fine" | "killed" | "out of memory");

const outOfMemory = exited(
  1,
  "",
  "GC Warning: Out of Memory! Heap size: 286 MiB. Returning NULL!\nerror: out of memory",
);

interface Run {
  readonly items: readonly string[];
  readonly options: RunOptions;
}

function nixOf(fates: Readonly<Record<string, Fate>>, runs: Run[]): Nix {
  const run: Nix["run"] = async (_program, args, options = {}): Promise<ProcessEnd> => {
    const argument = (name: string) => args[args.indexOf(name) + 1] ?? "";
    if (args.some(arg => arg.endsWith("machine-names.nix"))) return exited(0, JSON.stringify(Object.keys(fates)));
    const items: { part: string; machine?: string }[] = JSON.parse(argument("items"));
    runs.push({ items: items.map(({ part, machine }) => (part === "host" ? (machine ?? "") : part)), options });
    for (const { part, machine = "" } of items) {
      const fate = part === "host" ? (fates[machine] ?? "fine") : "fine";
      const end = typeof fate === "string" ? fate : fate(items.length);
      if (end === "refused")
        return exited(1, "", `@nix {"action":"msg","level":0,"msg":"error: ${machine} is broken"}`);
      if (end === "timed out") return { kind: "timed-out", timeout: options.timeout ?? 0 };
      if (end === "killed") return { kind: "killed", signal: "SIGKILL", stderr: "" };
      if (end === "out of memory") return outOfMemory;
      const answers: Record<string, unknown> = { meta: {}, nixConfig: { cores: "2" }, host: { tags: [] } };
      const msg = `trace: ${argument("mark")}${JSON.stringify(answers[part] ?? null)}`;
      options.onStderrLine?.(`@nix ${JSON.stringify({ action: "msg", level: 0, msg })}`);
    }
    return exited(0, String(items.length));
  };
  return { env: {}, file: program => program, run, runFile: async () => exited(1, "") };
}

const limits: DeploymentLimits = { memory: 4096, timeout: 60_000, refusals: 20 };

async function looked(fates: Readonly<Record<string, Fate>>, bounds: Partial<DeploymentLimits> = {}) {
  const runs: Run[] = [];
  const tools = { nixVersion: "", nixPath: "", evaluator: { path: "/e.nix", origin: "bundled" } } as const;
  const context = {
    nix: nixOf(fates, runs),
    assets: nixAssets("/nix"),
    tools,
    network: "/net/network.nix",
    signal: new AbortController().signal,
  };
  const deployment = await evaluateDeployment(context, { ...limits, ...bounds });
  assert.ok(deployment);
  return {
    runs: runs.map(({ items }) => items),
    options: runs.map(({ options }) => options),
    hosts: deployment.info.hosts.map(({ name }) => name),
    refused: deployment.refusals.map(({ machine }) => machine),
    complete: deployment.complete,
  };
}

test("one process reads everything, with bounded memory and time and low priority", async () => {
  const { runs, hosts, refused, complete, options } = await looked({ a: "fine", b: "fine" });
  assert.deepEqual(runs, [["meta", "nixConfig", "a", "b", "buildShell"]]);
  assert.deepEqual([hosts, refused, complete], [["a", "b"], [], true]);
  const [{ background, timeout = 0, env } = {}] = options;
  assert.deepEqual([background, env?.GC_MAXIMUM_HEAP_SIZE], [true, String(4096 * 1024 ** 2)]);
  assert.ok(timeout > 0 && timeout <= limits.timeout);
});

test("every refusal is reported, and affects nothing else", async () => {
  const { runs, hosts, refused, complete } = await looked({ a: "refused", b: "fine", c: "refused", d: "fine" });
  assert.deepEqual(runs, [
    ["meta", "nixConfig", "a", "b", "c", "d", "buildShell"],
    ["b", "c", "d", "buildShell"],
    ["d", "buildShell"],
  ]);
  assert.deepEqual([hosts, refused, complete], [["b", "d"], ["a", "c"], true]);
});

test("evaluating stops at a number of refusals", async () => {
  const fates = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`m${index}`, "refused"] as const));
  const { runs, refused, complete } = await looked(fates, { refusals: 3 });
  assert.deepEqual([runs.length, refused.length, complete], [3, 3, false]);
});

for (const end of ["killed", "out of memory"] as const)
  test(`a process that is ${end} is retried in halves, and is not a refusal`, async () => {
    const heavy: Fate = parts => (parts > 2 ? end : "fine");
    const { hosts, refused, complete } = await looked({ a: heavy, b: heavy, c: heavy, d: heavy });
    assert.deepEqual([hosts, refused, complete], [["a", "b", "c", "d"], [], true]);
    const { complete: isWhole, ...huge } = await looked({ a: () => end, b: "fine" });
    assert.deepEqual([huge.hosts, huge.refused, isWhole], [["b"], [], false]);
  });

test("many machines are read in chunks that fit into memory", async () => {
  const fates = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`m${index}`, "fine"] as const));
  const { runs, hosts } = await looked(fates, { memory: 2100 });
  assert.deepEqual([runs.length, hosts.length], [3, 30]);
});
