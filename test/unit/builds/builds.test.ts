import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { Builds } from "../../../server/src/builds/builds.ts";
import { BuildRecords } from "../../../server/src/builds/record/record.ts";
import type { BuildPorts } from "../../../server/src/builds/start/ports.ts";
import { placeKey } from "../../../server/src/builds/start/realisation.ts";
import type { Outcome } from "../../../server/src/outcome.ts";
import type { BuildDelta, BuildSummary, Evaluation } from "../../../server/src/protocol.ts";
import { defaultSettings } from "../../../server/src/settings/settings.ts";
import { deadProcess, signatureReport, someEvaluation, someRequest, thisProcess } from "../../support/records.ts";
import { id as activity, building, built, drv, logLine, stop, totals } from "../../support/streams.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

// The life of a build without any process: the test writes the supervisor's files.

const temp = tempFolder("builds");
after(() => removeTree(temp));

const at = "2024-05-01T12:00:00.000Z";
const params = { uri: "file:///net/network.nix", machine: "web01" };

let storage = "";
let tests = 0;
let deltas: BuildDelta[] = [];
let tell: (delta: BuildDelta) => void = () => undefined;
const opened: Builds[] = [];

beforeEach(() => {
  storage = path.join(temp, `storage${tests++}`);
  deltas = [];
  tell = delta => deltas.push(delta);
});

afterEach(() => {
  for (const builds of opened.splice(0)) builds.close();
});

/** Ports for which every machine is the same derivation, and the supervisor is alive and does nothing. */
function world(fields: Partial<BuildPorts> = {}): BuildPorts {
  return {
    evaluate: async () => ({ value: someEvaluation({ plan: { build: [drv("hello")], fetch: [] } }) }),
    evaluateMachines: (uri, roots) => {
      const { evaluate } = { ...world(), ...fields };
      const { signal } = new AbortController();
      return new Map([...roots].map(([machine, root]) => [machine, evaluate({ uri, machine }, root, signal)]));
    },
    deployment: async () => undefined,
    realisation: async () => ({ value: { file: "nix-store", args: [], cwd: "/", folders: [] } }),
    launch: async record => {
      write(record, "process.json", { supervisor: thisProcess() });
      return { value: null };
    },
    checkSignatures: async () => ({ value: signatureReport({ total: 1, trusted: 1 }) }),
    didProve: () => undefined,
    keepOutputs: async () => true,
    mayEvaluate: () => true,
    maxBuilds: () => 100,
    limits: () => defaultSettings.history,
    builders: () => [],
    buildersWith: async () => [],
    isDaemonConnecting: () => false,
    didPlan: () => undefined,
    environment: () => [],
    ...fields,
  };
}

function write(record: string, name: string, content: unknown): void {
  fs.writeFileSync(path.join(record, name), JSON.stringify(content));
}

const folderOf = (id: string) => path.join(storage, "builds", id);

async function open(fields: Partial<BuildPorts> = {}): Promise<Builds> {
  const builds = new Builds(storage, world(fields), delta => tell(delta));
  opened.push(builds);
  await builds.open();
  return builds;
}

/** A record that a server left behind when it died. */
function abandoned(name: string, content: object = {}): string {
  const id = `0lvxa2c00-${Buffer.from(name).toString("hex").padEnd(8, "0").slice(0, 8)}`;
  fs.mkdirSync(folderOf(id), { recursive: true });
  write(folderOf(id), "request.json", someRequest({ id, owner: deadProcess }));
  for (const [file, value] of Object.entries(content)) write(folderOf(id), file, value);
  return id;
}

/** The first summary of a build, published now or later, that `accept` accepts. */
function summaryOf(builds: Builds, id: string, wanted: (summary: BuildSummary) => boolean): Promise<BuildSummary> {
  const now = builds.list().find(build => build.id === id);
  if (now !== undefined && wanted(now)) return Promise.resolve(now);
  return new Promise((resolve, reject) => {
    const known = () => JSON.stringify(builds.list().find(build => build.id === id));
    const timer = setTimeout(() => reject(new Error(`the build does not get there: ${known()}`)), 60_000);
    tell = delta => {
      deltas.push(delta);
      if (delta.id !== id || !wanted(delta.summary)) return;
      clearTimeout(timer);
      resolve(delta.summary);
    };
  });
}

const inState = (state: BuildSummary["state"]) => (summary: BuildSummary) => summary.state === state;

async function started(builds: Builds, fields: Partial<typeof params> = {}): Promise<BuildSummary> {
  const outcome = await builds.start({ ...params, ...fields });
  assert.ok("value" in outcome);
  return outcome.value;
}

test("a build is evaluated, followed to its end, and its signatures are checked", async () => {
  const builds = await open();
  const { id } = await started(builds);
  builds.watch(id, true);
  await summaryOf(builds, id, inState("building"));
  const lines = [totals(activity(1)), building(activity(2), drv("hello")), built(activity(1), 1, 1), stop(activity(2))];
  fs.writeFileSync(path.join(folderOf(id), "events"), `${lines.join("\n")}\n`);
  fs.symlinkSync(temp, path.join(folderOf(id), "result"));
  write(folderOf(id), "result.json", { code: 0, signal: null, at });
  const ended = await summaryOf(builds, id, inState("succeeded"));
  assert.deepEqual(ended.progress, { done: 1, running: 0, failed: 0, expected: 1 });
  assert.equal(ended.signatures?.trusted, 1);
  assert.deepEqual(
    deltas.flatMap(({ derivations }) => derivations ?? []).map(each => each.state),
    ["built"],
  );
  const log = await builds.log(id, { offset: 0 });
  assert.deepEqual("value" in log && [log.value.text, log.value.done], [`building '${drv("hello")}'\n`, true]);
  const report = await builds.signatures(id);
  assert.equal("value" in report && report.value.trusted, 1);
  // Every delta leads to the next revision.
  assert.deepEqual(
    deltas.map(({ revision, summary }) => [revision, summary.revision]),
    deltas.map((_, index) => [index + 1, index + 1]),
  );

  // The list of what has ended reads summaries only.
  fs.renameSync(path.join(folderOf(id), "process.json"), path.join(folderOf(id), "aside"));
  deltas = [];
  tell = delta => deltas.push(delta);
  const next = await open();
  assert.deepEqual(
    deltas.map(({ summary }) => summary),
    [JSON.parse(JSON.stringify(ended))],
  );
  assert.deepEqual(
    next.list().map(build => [build.id, build.state]),
    [[id, "succeeded"]],
  );
  const details = await next.details(id);
  assert.deepEqual("value" in details && details.value.derivations.map(each => each.state), ["built"]);
});

test("a build that is requested again while it is running is the same; at another place it is a new one", async () => {
  const builds = await open();
  const first = await started(builds);
  assert.equal((await started(builds)).id, first.id);
  const elsewhere = await builds.start({ ...params, place: { kind: "only", builder: "local" } });
  assert.ok("value" in elsewhere && elsewhere.value.id !== first.id);
  assert.equal(builds.running(params.uri, params.machine)?.id, elsewhere.value.id);
  assert.equal(builds.running(params.uri, "another"), undefined);
});

test("one derivation is not built twice at one place", async () => {
  const builds = await open();
  const first = await started(builds);
  await summaryOf(builds, first.id, inState("building"));
  const twin = await started(builds, { machine: "web02" });
  const ended = await summaryOf(builds, twin.id, inState("failed"));
  assert.equal(ended.failure?.code, "already-building");
});

test("an evaluation that fails is the build's failure", async () => {
  const problem = { code: "evaluation-failed", severity: "error", message: "broken" } as const;
  const builds = await open({ evaluate: async () => ({ problem }) });
  const { id } = await started(builds);
  assert.deepEqual((await summaryOf(builds, id, inState("failed"))).failure, problem);
});

const refused = { code: "refused", severity: "error", message: "No." } as const;

/** What may go wrong after evaluation. */
const obstacles: Record<string, Partial<BuildPorts>> = {
  "it cannot be realised at that place": { realisation: async () => ({ problem: refused }) },
  "its supervisor cannot be started": { launch: async () => ({ problem: refused }) },
};

for (const [name, fields] of Object.entries(obstacles)) {
  test(`a build fails when ${name}, and the next one may try again`, async () => {
    const first = await open(fields);
    const { id } = await started(first);
    first.close();
    const builds = await open();
    assert.deepEqual((await summaryOf(builds, id, inState("failed"))).failure, refused);
    const again = await started(builds);
    await summaryOf(builds, again.id, inState("building"));
  });
}

test("a success whose signatures cannot be checked is a success, and reports that", async () => {
  const builds = await open({ checkSignatures: async () => ({ problem: refused }) });
  const { id } = await started(builds);
  await summaryOf(builds, id, inState("building"));
  fs.symlinkSync(temp, path.join(folderOf(id), "result"));
  write(folderOf(id), "result.json", { code: 0, signal: null, at });
  await summaryOf(builds, id, inState("succeeded"));
  const report = await builds.signatures(id);
  assert.ok("value" in report);
  const { caches, paths, ...counts } = report.value;
  assert.ok(Object.values(counts).every(count => count === 0));
  assert.deepEqual(paths, []);
  assert.deepEqual(
    caches.map(({ reachable, problem }) => [reachable, problem?.code, problem?.message]),
    [[false, "not-checked", "No."]],
  );
});

test("cancelling ends an evaluation", async () => {
  const evaluate = (_: unknown, __: string, signal: AbortSignal) =>
    new Promise<Outcome<Evaluation>>(resolve => {
      const problem = { code: "cancelled", severity: "info", message: "" } as const;
      signal.addEventListener("abort", () => resolve({ problem }));
    });
  const builds = await open({ evaluate });
  const { id } = await started(builds);
  assert.deepEqual(await builds.cancel(id), { value: null });
  const { failure } = await summaryOf(builds, id, inState("cancelled"));
  assert.equal(failure, undefined);
  assert.deepEqual(await builds.cancel(id), { value: null });
});

test("a running build cannot be removed, a finished one can", async () => {
  const builds = await open();
  const { id } = await started(builds);
  await summaryOf(builds, id, inState("building"));
  const refused = await builds.remove(id);
  assert.equal("problem" in refused && refused.problem.code, "running");
  write(folderOf(id), "result.json", { code: 1, signal: null, at });
  await summaryOf(builds, id, inState("failed"));
  assert.deepEqual(await builds.remove(id), { value: null });
  assert.equal(fs.existsSync(folderOf(id)), false);
  const [last, gone] = deltas.slice(-2);
  assert.deepEqual([gone?.removed, gone?.revision], [true, (last?.revision ?? 0) + 1]);
  assert.deepEqual(builds.list(), []);
});

test("every request about an unknown build has the same problem", async () => {
  const builds = await open();
  for (const outcome of [
    await builds.cancel("x"),
    await builds.remove("x"),
    await builds.details("x"),
    await builds.log("x", { offset: 0 }),
    await builds.signatures("x"),
  ])
    assert.equal("problem" in outcome && outcome.problem.code, "unknown-build");
});

test("a build that cannot be recorded is a problem, and is not listed", async () => {
  const builds = await open();
  fs.writeFileSync(storage, "a file where the folder should be");
  const outcome = await builds.start(params);
  assert.equal("problem" in outcome && outcome.problem.code, "not-recorded");
  assert.deepEqual(builds.list(), []);
});

test("there is no report of signatures before they were checked", async () => {
  const builds = await open();
  const { id } = await started(builds);
  const report = await builds.signatures(id);
  assert.equal("problem" in report && report.problem.code, "not-checked");
});

test("a damaged record does not prevent the others from being found", async () => {
  const records = new BuildRecords(storage);
  const { id: _, ...request } = someRequest();
  const [good, ...damaged] = await Promise.all(Array.from({ length: 5 }, () => records.create(request)));
  assert.ok(good);
  const files = ["request", "process", "result", "summary"] as const;
  for (const [index, { id }] of damaged.entries()) {
    fs.writeFileSync(records.fileOf(id, files[index] ?? "request"), "{}");
    if (files[index] === "result")
      fs.writeFileSync(records.fileOf(id, "events"), `${building(activity(1), drv("x"))}\n`);
  }
  const builds = await open();
  const found = builds.list().map(({ id }) => id);
  assert.ok(found.includes(good.id));
  assert.deepEqual(new Set(found), new Set([good, ...damaged.slice(1)].map(({ id }) => id)));
});

test("a supervisor that is killed before it shows that it is alive is started again, at most twice", async () => {
  for (const [kills, state] of [
    [2, "building"],
    [3, "failed"],
  ] as const) {
    let launches = 0;
    const builds = await open({
      launch: async record => (++launches > kills ? world().launch(record) : { value: null }),
    });
    const { id } = await started(builds, { machine: `m${kills}` });
    const { failure } = await summaryOf(builds, id, inState(state));
    assert.deepEqual([launches, failure?.code], [3, state === "failed" ? "no-supervisor" : undefined]);
    write(folderOf(id), "result.json", { code: 1, signal: null, at });
    builds.close();
  }
});

/** How far a server that held the lock of its build came before it died -> its request. */
const claimed: Record<string, object> = {
  "acquiring the lock": {},
  "recording the launch": { realisation: { file: "x", args: [], cwd: "/", claim: "x", launchedAt: Date.now() } },
};

for (const [name, fields] of Object.entries(claimed))
  test(`a build whose server died after ${name} continues immediately, with its own lock`, async () => {
    const id = abandoned("claimed", { "evaluation.json": { at, evaluation: someEvaluation({ drvPath: temp }) } });
    write(folderOf(id), "request.json", someRequest({ id, owner: deadProcess, ...fields }));
    const holder = path.join(
      storage,
      "running",
      `${path.basename(temp).slice(0, 32)}.${placeKey({ kind: "schedule" })}`,
    );
    fs.mkdirSync(holder, { recursive: true });
    fs.writeFileSync(path.join(holder, id), "");
    const builds = await open();
    assert.equal((await summaryOf(builds, id, inState("building"))).failure, undefined);
    assert.deepEqual(fs.readdirSync(holder), [id]);
  });

/** What was left behind -> whether it has to be evaluated again. */
const leftBehind: Record<string, { content: () => object; evaluates: boolean }> = {
  "while it was evaluated": { content: () => ({}), evaluates: true },
  "after it was evaluated": {
    content: () => ({ "evaluation.json": { at, evaluation: someEvaluation({ drvPath: temp }) } }),
    evaluates: false,
  },
  "after it was evaluated, when the derivation was collected since": {
    content: () => ({ "evaluation.json": { at, evaluation: someEvaluation() } }),
    evaluates: true,
  },
};

for (const [name, { content, evaluates }] of Object.entries(leftBehind))
  test(`a build whose server died ${name} is resumed by one server`, async () => {
    const id = abandoned("left", content());
    let evaluations = 0;
    let launches = 0;
    const counting = world();
    const fields: Partial<BuildPorts> = {
      evaluate: (...args) => {
        evaluations++;
        return counting.evaluate(...args);
      },
      launch: record => {
        launches++;
        return counting.launch(record);
      },
    };
    const [one, other] = await Promise.all([open(fields), open(fields)]);
    await summaryOf(one, id, inState("building"));
    await summaryOf(other, id, inState("building"));
    assert.deepEqual([evaluations, launches], [evaluates ? 1 : 0, 1]);
  });

test("a build whose server died waits for a server that may evaluate its network, and can be cancelled", async () => {
  const id = abandoned("waits");
  const builds = await open({ mayEvaluate: () => false });
  assert.equal((await summaryOf(builds, id, () => true)).state, "evaluating");
  assert.ok("value" in (await builds.cancel(id)));
  assert.equal((await summaryOf(builds, id, inState("cancelled"))).failure, undefined);
});

/** A record of a build that ended `age` ms ago. */
function past(name: string, age: number, fields: Partial<BuildSummary> = {}): string {
  const id = abandoned(name);
  const stoppedAt = new Date(Date.now() - age).toISOString();
  const { place, uri, machine } = someRequest();
  const progress = { done: 1, running: 0, failed: 0, expected: 1 };
  const known = {
    id,
    uri,
    machine,
    place,
    revision: 1,
    state: "failed",
    startedAt: stoppedAt,
    stoppedAt,
    progress,
    transfers: { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 },
    kept: {},
  };
  write(folderOf(id), "summary.json", { ...known, ...fields });
  fs.writeFileSync(
    path.join(folderOf(id), "events"),
    `${[building(activity(1), drv("hello")), logLine(activity(1), name)].join("\n")}\n`,
  );
  return id;
}

const hour = 60 * 60 * 1000;

/** The files of a record once it has become this. */
async function files(id: string, expected: readonly string[]): Promise<void> {
  const present = () => (fs.existsSync(folderOf(id)) ? fs.readdirSync(folderOf(id)).toSorted() : []);
  await until(`the files are ${expected.join(", ")}`, () =>
    isDeepStrictEqual(present(), expected) ? true : undefined,
  );
}

test("surplus builds are removed, and old ones are packed; their logs can still be read", async () => {
  const [old, fresh] = [past("aaaa", 2 * hour), past("zzzz", 1000)];
  const kept = past("keep", 3 * hour);
  fs.writeFileSync(path.join(folderOf(kept), "keep"), "");
  write(folderOf(kept), "summary.json", {
    ...JSON.parse(fs.readFileSync(path.join(folderOf(kept), "summary.json"), "utf8")),
    kept: { pinned: true },
  });
  const builds = await open({ limits: () => ({ ...defaultSettings.history, count: 2 }) });
  await files(old, ["events", "request.json", "summary.json"]);
  await builds.tidy();
  await files(old, []);
  await files(kept, ["events.gz", "keep", "request.json", "summary.json"]);
  await files(fresh, ["events", "request.json", "summary.json"]);
  assert.deepEqual(
    builds
      .list()
      .map(({ id }) => id)
      .toSorted(),
    [fresh, kept].toSorted(),
  );
  const log = await builds.log(kept, { derivation: drv("hello"), offset: 0 });
  assert.equal("value" in log && log.value.text, "keep\n");
  const details = await builds.details(kept);
  assert.deepEqual("value" in details && details.value.derivations.map(({ name }) => name), ["hello"]);
});

test("a build is pinned until it is unpinned, also after a restart", async () => {
  const id = past("pins", hour);
  const builds = await open();
  await builds.keep(id, true);
  assert.equal((await summaryOf(builds, id, ({ kept }) => kept.pinned === true)).state, "failed");
  assert.equal((await open()).list().find(build => build.id === id)?.kept.pinned, true);
  await builds.keep(id, false);
  await summaryOf(builds, id, ({ kept }) => kept.pinned !== true);
});

test("pinning and unpinning in another window applies here as well", async () => {
  const id = past("pins", hour);
  const [here, there] = [await open(), await open()];
  for (const on of [true, false]) {
    await there.keep(id, on);
    const isSeen = () => here.list().some(build => build.id === id && (build.kept.pinned === true) === on);
    await until("the other window sees it", () => (isSeen() ? true : undefined));
  }
});
