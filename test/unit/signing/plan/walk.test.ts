import assert from "node:assert/strict";
import { test } from "node:test";
import type { DerivationWithInputs } from "../../../../server/src/nix/derivations/derivation.ts";
import { Planner, type PlanPorts } from "../../../../server/src/signing/plan/signedPlan.ts";
import { planSources } from "../../../../server/src/signing/plan/sources.ts";
import type { Availability } from "../../../../server/src/signing/plan/walk.ts";
import { drv, storePath } from "../../../support/streams.ts";

// What realising a derivation would do when signatures count.

const cache = "http://cache";

/** name -> the names of the derivations that it needs. Each has the output `out` of its own name. */
type Graph = Readonly<Record<string, readonly string[]>>;

function derivation(name: string, inputs: readonly string[], environment = {}): DerivationWithInputs {
  return {
    derivation: {
      outputs: { out: storePath(name), dev: storePath(`${name}-dev`) },
      inputDerivations: inputs.map(drv),
      inputSources: [],
      system: "aarch64-linux",
      environment,
    },
    inputs: new Map(inputs.map(input => [drv(input), ["out"]])),
  };
}

const accepted = (...references: string[]): Availability => ({
  kind: "accepted",
  cache,
  key: "key-1",
  references: references.map(storePath),
});
const refused: Availability = { kind: "refused", cache, status: "untrusted", key: "other-1" };

/** toplevel, which is never fetched, needs etc and linux; etc needs hello. */
const graph: Graph = { toplevel: ["etc", "linux"], etc: ["hello"], hello: ["glibc"], glibc: [], linux: [] };

interface Options {
  readonly present?: readonly string[];
  readonly offers?: Readonly<Record<string, Availability>>;
  readonly answers?: (paths: readonly string[]) => ReadonlyMap<string, Availability>;
}

function plannerOf({ present = [], offers = {}, answers }: Options) {
  const asked: string[] = [];
  const there = new Set(present.map(storePath));
  const found = new Map(Object.entries(offers).map(([name, offer]) => [storePath(name), offer]));
  const ports: PlanPorts = {
    isPresent: path => there.has(path),
    readDerivation: async drvPath => {
      const name = Object.keys(graph).find(each => drv(each) === drvPath);
      if (name === undefined) return undefined;
      return derivation(name, graph[name] ?? [], name === "toplevel" ? { allowSubstitutes: "" } : {});
    },
    ask: async paths => {
      asked.push(...paths);
      return answers?.(paths) ?? new Map(paths.map(path => [path, found.get(path) ?? { kind: "missing" }]));
    },
    signal: new AbortController().signal,
  };
  return { planner: new Planner(ports), asked };
}

async function planned(options: Options) {
  const { planner, asked } = plannerOf(options);
  const plan = await planner.plan(drv("toplevel"), "out");
  assert.ok(plan);
  return {
    build: plan.build,
    fetch: plan.fetch.map(({ path }) => path).toSorted(),
    refused: plan.refused.map(({ path }) => path),
    unknown: plan.unknown,
    asked,
  };
}

const paths = (...names: string[]) => names.map(storePath).toSorted();

test("what is present is neither built nor fetched, and nobody is asked", async () => {
  const plan = await planned({ present: ["toplevel"] });
  assert.deepEqual(plan, { build: [], fetch: [], refused: [], unknown: [], asked: [] });
});

test("what no cache has is built with everything that it needs", async () => {
  const { build } = await planned({});
  assert.deepEqual(new Set(build), new Set(["toplevel", "etc", "linux", "hello", "glibc"].map(drv)));
});

test("a signed path is fetched with all that it refers to, and its derivation is not looked at", async () => {
  const offers = { etc: accepted("hello", "etc"), hello: accepted("glibc"), glibc: accepted(), linux: accepted() };
  const plan = await planned({ offers });
  assert.deepEqual(plan.build, [drv("toplevel")]);
  assert.deepEqual(plan.fetch, paths("etc", "hello", "glibc", "linux"));
});

test("what is present already is not fetched with it", async () => {
  const offers = { etc: accepted("hello"), linux: accepted() };
  const plan = await planned({ offers, present: ["hello"] });
  assert.deepEqual(plan.fetch, paths("etc", "linux"));
  assert.ok(!plan.asked.includes(storePath("glibc")));
});

test("a path without a trusted signature is built, and so is what refers to it", async () => {
  const offers = { etc: accepted("hello"), hello: refused, glibc: accepted(), linux: accepted() };
  const plan = await planned({ offers });
  assert.deepEqual(new Set(plan.build), new Set([drv("toplevel"), drv("etc"), drv("hello")]));
  assert.deepEqual(plan.fetch, paths("glibc", "linux"));
  assert.deepEqual(plan.refused, [storePath("hello")]);
});

test("an output that nothing needs is not asked for", async () => {
  const { asked } = await planned({});
  assert.ok(!asked.includes(storePath("etc-dev")));
});

test("a path that a silent cache may have is unknown, and counts as built", async () => {
  const offers = { etc: accepted(), linux: { kind: "unknown" } as const };
  const plan = await planned({ offers });
  assert.deepEqual(plan.unknown, [storePath("linux")]);
  assert.deepEqual(new Set(plan.build), new Set([drv("toplevel"), drv("linux")]));
});

test("an answer that does not come is unknown", async () => {
  const plan = await planned({ answers: () => new Map() });
  assert.deepEqual(new Set(plan.unknown), new Set(paths("etc", "hello", "glibc", "linux")));
});

test("a cache whose paths refer to each other in a circle ends the walk", async () => {
  const offers = { etc: accepted("hello"), hello: accepted("etc"), linux: accepted() };
  const plan = await planned({ offers });
  assert.deepEqual(plan.fetch, paths("etc", "hello", "linux"));
});

test("a chain of thousands of references is walked", async () => {
  const length = 3000;
  const offers = Object.fromEntries(
    Array.from({ length }, (_, index) => [`p${index}`, index + 1 < length ? accepted(`p${index + 1}`) : accepted()]),
  );
  const { planner } = plannerOf({ offers });
  assert.equal((await planner.planPath(storePath("p0")))?.fetch.length, length);
});

test("an output path is fetched although its derivation must be built", async () => {
  const offers = { toplevel: accepted("etc", "linux"), etc: accepted(), linux: accepted() };
  const { planner } = plannerOf({ offers });
  const [plan, output] = [await planner.plan(drv("toplevel"), "out"), await planner.planPath(storePath("toplevel"))];
  assert.ok(plan && output);
  assert.deepEqual(planSources(plan, output), {
    build: 1,
    fetch: [{ cache, key: "key-1", paths: 2 }],
    refused: [],
    unknown: 0,
    output: { cache, key: "key-1" },
  });
});

test("an output that refers to an unsigned path cannot be fetched", async () => {
  const offers = { toplevel: accepted("etc"), etc: refused };
  const { planner } = plannerOf({ offers });
  const [plan, output] = [await planner.plan(drv("toplevel"), "out"), await planner.planPath(storePath("toplevel"))];
  assert.ok(plan && output);
  const sources = planSources(plan, output);
  assert.equal(sources.output, undefined);
  assert.deepEqual(sources.refused, [
    { cache, status: "untrusted", key: "other-1", paths: 1, example: storePath("etc") },
  ]);
});

test("planning that is ended has no result", async () => {
  const abort = new AbortController();
  const ports: PlanPorts = {
    isPresent: () => false,
    readDerivation: async () => {
      abort.abort();
      return undefined;
    },
    ask: async () => new Map(),
    signal: abort.signal,
  };
  assert.deepEqual(await new Planner(ports).plan(drv("toplevel"), "out"), {
    build: [],
    fetch: [],
    refused: [],
    unknown: [],
  });
  assert.equal(await new Planner(ports).planPath(storePath("toplevel")), undefined);
});

test("a cache that refers to ever more paths is left when the time is over", async () => {
  const abort = new AbortController();
  let asked = 0;
  const ports: PlanPorts = {
    isPresent: () => false,
    readDerivation: async () => undefined,
    ask: async paths => {
      asked += paths.length;
      if (asked > 500) abort.abort();
      return new Map(paths.map(path => [path, accepted(`${asked}-a`, `${asked}-b`)]));
    },
    signal: abort.signal,
  };
  assert.equal(await new Planner(ports).planPath(storePath("p0")), undefined);
  assert.ok(asked > 500 && asked < 2000, String(asked));
});
