import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { closeState } from "../../../../server/src/builds/stream/closeState.ts";
import { emptyState } from "../../../../server/src/builds/stream/eventState.ts";
import { derivationState, transferStates } from "../../../../server/src/builds/stream/toProtocol.ts";
import { isOrphaned, stateOf } from "../../../../server/src/builds/summary/state.ts";
import { summaryOf, warningsOf } from "../../../../server/src/builds/summary/summary.ts";
import type { BuildState, Problem } from "../../../../server/src/protocol.ts";
import {
  deadProcess,
  type FactFields,
  recordFacts,
  signatureReport,
  someEvaluation,
} from "../../../support/records.ts";
import {
  building,
  built,
  copying,
  drv,
  error,
  id,
  logLine,
  result,
  stateAfter,
  stop,
  storePath,
  totals,
  waiting,
} from "../../../support/streams.ts";

const at = "2024-05-01T12:00:00.000Z";
const now = Date.parse(at);

const evaluation = { at, evaluation: someEvaluation() };
const { request } = recordFacts();
const command = { file: "nix-store", args: [], cwd: "/", lock: "/c", launchedAt: now - 1000 };
const launched = { ...request, command };
const launchedLongAgo = { ...request, command: { ...command, launchedAt: now - 60_000 } };
const elsewhere = { ...launched, place: { kind: "store", store: "ssh-ng://pi" }, store: "ssh-ng://pi" } as const;
const supervised = { supervisor: request.owner, command: undefined };
const output = storePath("system");
const ended = (code: number | null, signal: string | null = null) => ({ code, signal, at });
const adopted = { ...ended(null), adopted: true } as const;
const problem = (code: string): Problem => ({ code, severity: "error", message: code });

/** Facts -> the state. What is not said is as in a record that was just made by a server that lives. */
const cases: Record<string, [facts: FactFields, state: BuildState]> = {
  "just asked for": [{}, "evaluating"],
  evaluated: [{ evaluation }, "queued"],
  "its supervisor is on its way": [{ evaluation, request: launched }, "queued"],
  "its supervisor may be on its way, and the server is gone": [
    { evaluation, request: launched, ownerAlive: false },
    "queued",
  ],
  "its supervisor is on its way, however long that takes": [
    { evaluation, request: launchedLongAgo, launching: true },
    "queued",
  ],
  "its supervisor has not come yet, and the server lives": [
    { evaluation, request: launched, launching: false },
    "queued",
  ],
  "no supervisor is on its way, and it was cancelled as the server died": [
    { evaluation, request: launched, launching: false, ownerAlive: false, cancelled: true },
    "cancelled",
  ],
  "its supervisor waits for room on the disk to record itself": [
    { evaluation, request: launchedLongAgo, supervisorAlive: true },
    "queued",
  ],
  "it was launched in the future, as a clock was wrong": [
    { evaluation, request: { ...request, command: { ...command, launchedAt: now + 1e9 } } },
    "lost",
  ],
  "its supervisor runs": [{ evaluation, request: launched, supervised, supervisorAlive: true }, "building"],
  "its supervisor runs, and the server is gone": [
    { evaluation, request: launched, supervised, supervisorAlive: true, ownerAlive: false },
    "building",
  ],
  "it is asked to stop and has not yet": [
    { evaluation, request: launched, supervised, supervisorAlive: true, cancelled: true },
    "building",
  ],
  "its supervisor never came": [{ evaluation, request: launchedLongAgo }, "lost"],
  "its supervisor never came, and it was cancelled": [
    { evaluation, request: launchedLongAgo, cancelled: true },
    "cancelled",
  ],
  "its supervisor died before it started Nix, and another is launched": [
    { evaluation, request: launchedLongAgo, supervised, launching: false },
    "queued",
  ],
  "its supervisor died before it recorded itself, and another is launched": [
    { evaluation, request: launchedLongAgo, launching: false },
    "queued",
  ],
  "its supervisor died before it started Nix, as far as can be seen": [
    { evaluation, request: launched, supervised },
    "lost",
  ],
  "its supervisor and the server died before Nix was started": [
    { evaluation, request: launched, supervised, ownerAlive: false },
    "queued",
  ],
  "its supervisor died before it started Nix, and it was cancelled": [
    { evaluation, request: launched, supervised, cancelled: true },
    "cancelled",
  ],
  "its supervisor is dead and Nix goes on": [{ evaluation, request: launched, supervised, nixAlive: true }, "building"],
  "Nix goes on without a supervisor, and it was cancelled": [
    { evaluation, request: launched, supervised, nixAlive: true, cancelled: true },
    "building",
  ],
  "supervisor and Nix are dead": [{ evaluation, request: launched, supervised, abandonedAt: at }, "lost"],
  "supervisor and Nix are dead after it was cancelled": [
    { evaluation, request: launched, supervised, abandonedAt: at, cancelled: true },
    "cancelled",
  ],
  "Nix made the output after its supervisor had died": [
    { evaluation, request: launched, supervised, abandonedAt: at, output, cancelled: true },
    "checking",
  ],
  "an adopted Nix made the output": [
    { evaluation, result: adopted, output, signatures: signatureReport() },
    "succeeded",
  ],
  "an adopted Nix has ended": [{ evaluation, result: adopted }, "lost"],
  "an adopted Nix has ended after it was cancelled": [{ evaluation, result: adopted, cancelled: true }, "cancelled"],
  "the server died while it evaluated, and another will evaluate it": [{ ownerAlive: false }, "evaluating"],
  "the server died after it evaluated, and another will start it": [{ evaluation, ownerAlive: false }, "queued"],
  "the server died before the supervisor ran": [{ evaluation, request: launchedLongAgo, ownerAlive: false }, "queued"],
  "the server died after a cancellation": [{ ownerAlive: false, cancelled: true }, "cancelled"],
  "evaluation failed": [{ evaluation: { at, problem: problem("evaluation-failed") } }, "failed"],
  "evaluation was cancelled": [{ evaluation: { at, problem: problem("cancelled") } }, "cancelled"],
  "it could not be started after evaluation": [
    { evaluation: { ...evaluation, problem: problem("no-supervisor") }, request: launched },
    "failed",
  ],
  "Nix ended well, and the signatures are not looked at yet": [{ evaluation, result: ended(0), output }, "checking"],
  "Nix ended well, and the signatures are known": [
    { evaluation, result: ended(0), output, signatures: signatureReport() },
    "succeeded",
  ],
  "Nix ended well, though it was asked to stop": [
    { evaluation, result: ended(0), output, signatures: signatureReport(), cancelled: true },
    "succeeded",
  ],
  "Nix ended well and has nothing to show": [{ evaluation, result: ended(0) }, "failed"],
  "Nix failed": [{ evaluation, result: ended(1) }, "failed"],
  "Nix failed, though there is an output of an earlier time": [{ evaluation, result: ended(1), output }, "failed"],
  "Nix failed after it was asked to stop": [{ evaluation, result: ended(1), cancelled: true }, "cancelled"],
  "Nix was killed": [{ evaluation, result: ended(null, "SIGKILL") }, "failed"],
  "Nix was killed after it was asked to stop": [
    { evaluation, result: ended(null, "SIGKILL"), cancelled: true },
    "cancelled",
  ],
  "its host cannot be reached": [
    { evaluation, request: launchedLongAgo, supervised, liveness: { supervisor: "unknown", command: "unknown" } },
    "reconnecting",
  ],
  "its host cannot be reached, and it is to be cancelled": [
    {
      evaluation,
      request: launchedLongAgo,
      liveness: { supervisor: "unknown", command: "unknown" },
      cancelled: true,
      ownerAlive: false,
    },
    "reconnecting",
  ],
  "its host cannot be reached, and the result is here already": [
    { evaluation, request: launched, liveness: { supervisor: "unknown", command: "unknown" }, result: ended(1) },
    "failed",
  ],
  "it was built in a builder's store, where its result has no GC root yet": [
    { evaluation, request: elsewhere, result: ended(0) },
    "building",
  ],
  "the same, and the builder cannot be reached": [
    {
      evaluation,
      request: elsewhere,
      result: ended(0),
      connection: { at, by: deadProcess, problem: problem("builder-unreachable") },
    },
    "reconnecting",
  ],
  "the result of a builder's store has a GC root there": [
    { evaluation, request: elsewhere, result: ended(0), output, stored: { at, store: "ssh-ng://pi", output } },
    "checking",
  ],
  "it failed in a builder's store": [{ evaluation, request: elsewhere, result: ended(1) }, "failed"],
  "it ended on its builder, and nothing is there": [
    { evaluation, request: { ...elsewhere, host: "ssh-ng://pi" }, result: ended(0) },
    "failed",
  ],
  "the result counts before the processes": [
    { evaluation, request: launched, supervised, supervisorAlive: true, result: ended(1) },
    "failed",
  ],
};

test("each state of a build is produced", () => {
  const drawn: Record<BuildState, true> = {
    ...{ evaluating: true, queued: true, building: true, reconnecting: true, checking: true },
    ...{ succeeded: true, failed: true, cancelled: true, lost: true },
  };
  assert.deepEqual(
    [...new Set(Object.values(cases).map(([, state]) => state))].toSorted(),
    Object.keys(drawn).toSorted(),
  );
});

for (const [name, [facts, state]] of Object.entries(cases))
  test(`a build is ${state}: ${name}`, () => assert.equal(stateOf(recordFacts(facts), now), state));

test("a build whose stream shows that Nix works is not queued, even if the file that says so is read later", () => {
  const works = stateAfter([building(id(1), drv("hello"))]);
  for (const facts of [{ supervisorAlive: true }, {}]) {
    const read = recordFacts({ evaluation, request: launched, ...facts });
    assert.deepEqual([stateOf(read, now), stateOf(read, now, works)], ["queued", "building"]);
  }
});

/** Facts of a server that is dead -> whether another may resume the build. */
const leftBehind: Record<string, [facts: FactFields, isOrphaned: boolean]> = {
  "while it evaluated": [{}, true],
  "after it evaluated": [{ evaluation }, true],
  "after it recorded a launch that it did not do": [{ evaluation, request: launched, launching: false }, true],
  "while a supervisor starts": [{ evaluation, request: launched, launching: true }, false],
  "while a supervisor may start": [{ evaluation, request: launched }, false],
  "long after a supervisor may have started": [{ evaluation, request: launchedLongAgo }, true],
  "while a supervisor waits for room on the disk": [{ evaluation, request: launched, supervisorAlive: true }, false],
  "and its supervisor, too, before it started Nix": [{ evaluation, request: launched, supervised }, true],
  "and its supervisor, too, while Nix goes on": [{ evaluation, request: launched, supervised, nixAlive: true }, false],
  "and all others, too": [{ evaluation, request: launched, supervised, abandonedAt: at }, false],
  "before it was cancelled": [{ evaluation, cancelled: true }, false],
};

for (const [name, [facts, expected]] of Object.entries(leftBehind))
  test(`a build whose server died ${name} is ${expected ? "" : "not "}left to another server`, () =>
    assert.equal(isOrphaned(recordFacts({ ownerAlive: false, ...facts }), now), expected));

test("if the exit code of Nix is unknown, its stream shows how it ended", () => {
  const failure = [building(id(1), drv("hello")), error(`builder for '${drv("hello")}' failed with exit code 3`)];
  for (const end of [{ abandonedAt: at }, { result: adopted }]) {
    const facts = { evaluation, request: launched, supervised, ...end };
    const failed = summarise(facts, failure);
    assert.deepEqual([failed.state, failed.failure?.code, failed.stoppedAt], ["failed", "derivation-failed", at]);
    assert.match(failed.failure?.message ?? "", /hello/);
    const killed = summarise(facts, failure.slice(0, 1));
    assert.deepEqual([killed.state, killed.failure?.code, killed.stoppedAt], ["lost", "lost", at]);
    assert.equal(summarise({ ...facts, output }, failure.slice(0, 1)).state, "checking");
    assert.equal(summarise({ ...facts, cancelled: true }, failure).state, "cancelled");
  }
});

test("a builder that cannot be reached, leftovers there and a result that is not protected are named", () => {
  const connection = { at, by: deadProcess, problem: problem("builder-unreachable") };
  const { failure } = summarise({ evaluation, request: elsewhere, result: ended(0), connection });
  assert.match(failure?.message ?? "", /^pi cannot be reached\. The build has ended there/);
  assert.equal(failure?.detail, "builder-unreachable");
  const leftovers = [{ id: "0a-1", state: "running" }];
  const running = { evaluation, request: { ...elsewhere, host: elsewhere.store }, supervisorAlive: true };
  const { warnings } = summarise({ ...running, connection: { at, by: deadProcess, leftovers } });
  assert.match(warnings?.[0]?.message ?? "", /^pi has builds of this computer whose records are gone: 0a-1\./);
  const stored = { at, store: elsewhere.store, output, problem: problem("not-protected") };
  const kept = summarise({
    evaluation,
    request: elsewhere,
    result: ended(0),
    output,
    stored,
    signatures: signatureReport(),
  });
  assert.deepEqual([kept.state, kept.warnings?.[0]?.code], ["succeeded", "not-protected"]);
});

test("a build whose supervisor was killed says so while Nix goes on, and no longer", () => {
  const facts = { evaluation, request: launched, supervised, nixAlive: true };
  const { state, failure } = summarise(facts);
  assert.deepEqual([state, failure?.code, failure?.severity], ["building", "no-supervisor", "warning"]);
  assert.equal(summarise({ ...facts, supervisorAlive: true }).failure, undefined);
});

const summarise = (facts: FactFields, lines: readonly string[] = [], planned: readonly string[] = []) =>
  summaryOf(recordFacts(facts), stateAfter(lines, planned), [], 7, now);

test("a summary contains the request, the result of the evaluation and the start time", () => {
  const { plan: _, ...known } = someEvaluation();
  assert.deepEqual(summarise({ evaluation }), {
    id: request.id,
    uri: request.uri,
    machine: request.machine,
    attribute: undefined,
    batch: undefined,
    system: known.system,
    place: request.place,
    detached: undefined,
    fetch: undefined,
    fromCache: undefined,
    stored: undefined,
    revision: 7,
    state: "queued",
    startedAt: request.startedAt,
    stoppedAt: undefined,
    drvPath: known.drvPath,
    outPath: known.outPath,
    stamp: undefined,
    kept: { bytes: undefined, pinned: false },
    progress: { done: 0, running: 0, failed: 0, expected: 0 },
    transfers: { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 },
    estimate: undefined,
    failure: undefined,
    warnings: undefined,
    signatures: undefined,
  });
});

test("a summary has a short form of the stamp of the text that was evaluated, also if that failed", () => {
  const revision = "0123456789abcdef0123456789abcdef";
  const evaluated = { at, evaluation: { ...someEvaluation(), revision } };
  assert.equal(summarise({ evaluation: evaluated }).stamp, "0123456789abcdef");
  assert.equal(summarise({ evaluation: { at, problem: problem("x"), revision } }).stamp, "0123456789abcdef");
});

test("a build that is not followed yet has no progress", () => {
  assert.equal(summaryOf(recordFacts(), undefined, [], 0, now).progress.expected, 0);
});

test("a build stopped when Nix ended, or when its evaluation failed", () => {
  assert.equal(summarise({ evaluation, result: ended(0), output }).stoppedAt, at);
  assert.equal(summarise({ evaluation: { at, problem: problem("x") } }).stoppedAt, at);
});

test("the signatures of a summary are counts without the paths, with the time of the check and the caches with a problem", () => {
  const caches = [
    { url: "https://silent", reachable: false, problem: problem("cache-unreachable") },
    { url: "https://c", reachable: true },
    // The closure could not be read.
    { url: "", reachable: false, problem: problem("not-checked") },
  ];
  const { paths, caches: _, ...counts } = signatureReport({ trusted: 2, total: 3 });
  const report = { ...counts, at, bytes: 5, trustedKeys: ["k-1"], caches, paths };
  const summary = summarise({ evaluation, result: ended(0), output, signatures: report });
  assert.deepEqual(summary.signatures, counts);
  assert.deepEqual(summary.signatureCheck, { at, problems: [{ cache: "https://silent", code: "cache-unreachable" }] });
  assert.equal(summary.kept.bytes, 5);
});

/** Facts and stream -> the failure's code. */
const failures: Record<string, [facts: FactFields, lines: string[], code: string | undefined]> = {
  "a build that goes on": [{}, [error("bad JSON log message from builder")], undefined],
  "a success": [
    { evaluation, result: ended(0), output, signatures: signatureReport() },
    [error("not fatal")],
    undefined,
  ],
  "a cancelled build": [
    { evaluation, result: ended(1), cancelled: true },
    [error("interrupted by the user")],
    undefined,
  ],
  "a cancelled evaluation": [{ evaluation: { at, problem: problem("cancelled") } }, [], undefined],
  "a lost build": [{ evaluation, request: launched, supervised }, [], "lost"],
  "a failed evaluation": [{ evaluation: { at, problem: problem("evaluation-failed") } }, [], "evaluation-failed"],
  "a success without an output": [{ evaluation, result: ended(0) }, [], "no-output"],
  "a failed build": [{ evaluation, result: ended(1) }, [error("broken")], "build-failed"],
};

for (const [name, [facts, lines, code]] of Object.entries(failures))
  test(`${name} has ${code === undefined ? "no failure" : `the failure ${code}`}`, () =>
    assert.equal(summarise(facts, lines).failure?.code, code));

const [a, b, c, d] = [drv("a"), drv("b"), drv("c"), drv("d")];

test("progress counts every derivation once", () => {
  const lines = [
    totals(id(1)),
    building(id(2), a),
    built(id(1), 1, 5),
    stop(id(2)),
    building(id(3), b),
    waiting(id(4), c),
    building(id(5), drv("failing")),
    error(`builder for '${drv("failing")}' failed with exit code 1`),
    error(`1 dependencies of derivation '${d}' failed to build`),
    building(id(6), drv("stopped")),
    stop(id(6)),
  ];
  assert.deepEqual(summarise({ evaluation }, lines, [a, b, c, d]).progress, {
    done: 1,
    running: 1,
    failed: 2,
    expected: 6,
  });
});

test("transfers are counted, and what is not known to be more is what has come", () => {
  const lines = [
    copying(id(1), storePath("a"), "x", "local"),
    result(id(1), 105, [100, 1000]),
    stop(id(1)),
    copying(id(2), storePath("b"), "x", "local"),
    result(id(2), 105, [50, 200]),
    copying(id(3), storePath("c"), "x", "local"),
    result(id(3), 105, [5]),
  ];
  assert.deepEqual(summarise({ evaluation }, lines).transfers, {
    running: 2,
    done: 1,
    bytesDone: 155,
    bytesExpected: 1205,
  });
});

test("a derivation and a transfer look as the protocol has them", () => {
  const state = stateAfter([
    building(id(1), a, "ssh://b"),
    logLine(id(1), "one"),
    logLine(id(1), "two"),
    copying(id(2), storePath("x"), "local", "ssh://b"),
  ]);
  const [derivation] = [...state.derivations.values()];
  assert.ok(derivation);
  assert.deepEqual(derivationState(derivation), {
    drvPath: a,
    name: "a",
    attempt: 1,
    state: "building",
    phase: undefined,
    builder: "ssh://b",
    emulated: undefined,
    startedAt: "1970-01-01T00:00:00.000Z",
    stoppedAt: undefined,
    lastLine: "two",
    keptFolder: undefined,
  });
  assert.deepEqual(transferStates(state), [
    { path: storePath("x"), from: "local", to: "ssh://b", done: 0, expected: undefined, state: "running" },
  ]);
});

test("however a build goes, its counts add up", () => {
  const derivations = [a, b, c, d];
  const step = fc.constantFrom("start", "stop", "count", "fail", "depend", "wait");
  const steps = fc.array(fc.tuple(step, fc.nat(3)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, taken => {
      const lines = [totals(id(0))];
      let count = 0;
      for (const [index, [kind, which]] of taken.entries()) {
        const drvPath = derivations[which] ?? a;
        if (kind === "start") lines.push(building(id(index + 1), drvPath));
        else if (kind === "wait") lines.push(waiting(id(index + 1), drvPath));
        else if (kind === "stop") lines.push(stop(id(Math.max(index - which, 0))));
        else if (kind === "count") lines.push(built(id(0), ++count, 4));
        else if (kind === "fail") lines.push(error(`builder for '${drvPath}' failed with exit code 1`));
        else lines.push(error(`1 dependencies of derivation '${drvPath}' failed to build`));
      }
      const state = stateAfter(lines, [a]);
      const states = (...wanted: string[]) =>
        [...state.derivations.values()].filter(each => wanted.includes(each.state)).length;
      const { progress } = summaryOf(recordFacts({ evaluation }), state, [], 0, now);
      const rest = states("planned", "waiting", "cancelled");
      assert.equal(progress.done + progress.running + progress.failed + rest, progress.expected);
      assert.equal(progress.expected + states("not-needed"), state.derivations.size);
      closeState(state, 0, false);
      assert.equal(summaryOf(recordFacts({ evaluation }), state, [], 0, now).progress.running, 0);
    }),
  );
});

test("a warning about derivations goes when they are built, any other when the build ends", () => {
  const problem = (code: string): Problem => ({ code, severity: "warning", message: code });
  const warnings = [{ ...problem("long-build"), drvPaths: [a, b] }, problem("short-of-space")];
  const told = (lines: readonly string[], facts: FactFields = {}) =>
    summarise({ evaluation: { ...evaluation, warnings }, ...facts }, lines, [a, b, c]).warnings;
  const aBuilt = [totals(id(1)), building(id(2), a), built(id(1), 1, 3), stop(id(2))];
  const bBuilt = [...aBuilt, building(id(3), b), built(id(1), 2, 3), stop(id(3))];
  assert.deepEqual(told([]), [problem("long-build"), problem("short-of-space")]);
  assert.deepEqual(told(aBuilt), [problem("long-build"), problem("short-of-space")]);
  assert.deepEqual(told(bBuilt), [problem("short-of-space")]);
  assert.equal(told(bBuilt, { result: ended(0), output, signatures: signatureReport() }), undefined);
});

test("before its evaluation nothing is said of a build's system and paths", () => {
  const { system, drvPath, outPath } = summarise({});
  assert.deepEqual([system, drvPath, outPath], [undefined, undefined, undefined]);
});

test("a warning about the course of a build ends with it, one that Morph would not deploy it does not", () => {
  const warning = (code: string): Problem => ({ code, severity: "warning", message: code });
  const facts = {
    evaluation: { at: "2024-05-01T12:00:00.000Z", warnings: [warning("long-build")] },
    deployment: {
      at: "2024-05-01T12:00:00.000Z",
      info: { hosts: [], meta: {} },
      warning: warning("not-deployable"),
    },
  };
  const codes = (state: BuildState) => warningsOf(facts, state, emptyState([]))?.map(({ code }) => code);
  assert.deepEqual(codes("building"), ["long-build", "not-deployable"]);
  const final = ["succeeded", "failed", "cancelled", "lost"] as const;
  for (const state of final) assert.deepEqual(codes(state), ["not-deployable"]);
  assert.equal(warningsOf({}, "succeeded", emptyState([])), undefined);
});
