import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobsetState } from "../../../server/src/hydra/api.ts";
import { findJobsetOfMachine } from "../../../server/src/hydra/status/machineJobset.ts";
import { StatusReader } from "../../../server/src/hydra/status/statusReader.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { HydraMachine } from "../../../server/src/protocol.ts";
import { type HydraContent, madeBuild, madeEvaluation, madeHydra, madeJobset } from "../../support/madeHydra.ts";

/** `jobset/job` of a machine; undefined if it has none. */
async function found(content: HydraContent, machine = "eiffel"): Promise<string | undefined> {
  const outcome = await findJobsetOfMachine(madeHydra(content), "morph", machine);
  assert.ok("value" in outcome, JSON.stringify(outcome));
  return outcome.value && `${outcome.value.state.name}/${outcome.value.job}`;
}

const all = madeJobset("all", { expressionPath: "hydra/default.nix" });
const unreachable = errorProblem("hydra-unreachable", "no answer");

test("a jobset with the file of a machine is that of the machine, even before its first evaluation", async () => {
  const own = madeJobset("first", { expressionPath: "nixos/hydra/eiffel.nix", lastCheckedAt: undefined });
  assert.equal(await found({ jobsets: [all, own], evaluations: {}, builds: [] }), "first/eiffel");
});

test("a jobset that is off is taken only if there is no other", async () => {
  const off = madeJobset("a", { enabled: 0, expressionPath: "hydra/eiffel.nix" });
  const on = madeJobset("b", { expressionPath: "hydra/eiffel.nix" });
  assert.equal(await found({ jobsets: [off, on], evaluations: {}, builds: [] }), "b/eiffel");
  assert.equal(await found({ jobsets: [off], evaluations: {}, builds: [] }), "a/eiffel");
});

test("a file whose name only ends like that of the machine belongs to another one", async () => {
  const jobsets = [madeJobset("tower-eiffel"), madeJobset("x", { expressionPath: "other/eiffel.nix" })];
  assert.equal(await found({ jobsets, evaluations: {}, builds: [] }), undefined);
});

test("without such a file, the newest evaluation of a jobset with a job of that name counts", async () => {
  const builds = [madeBuild(7, { jobset: "all", job: "web-example-org" }), madeBuild(8, { jobset: "all", job: "db" })];
  const content = { jobsets: [all], evaluations: { all: [madeEvaluation(3, 7, 8)] }, builds };
  assert.equal(await found(content, "web.example.org"), "all/web-example-org");
  assert.equal(await found(content, "louvre"), undefined);
});

test("a job that the newest evaluation no longer has does not count", async () => {
  const builds = [madeBuild(7, { jobset: "all" }), madeBuild(8, { jobset: "all", job: "db" })];
  const evaluations = { all: [madeEvaluation(4, 8), madeEvaluation(3, 7)] };
  assert.equal(await found({ jobsets: [all], evaluations, builds }), undefined);
});

test("the only job of a machine's own jobset may have any name", async () => {
  const builds = [madeBuild(7, { job: "toplevel" })];
  const evaluations = { eiffel: [madeEvaluation(3, 7)] };
  assert.equal(await found({ jobsets: [madeJobset("eiffel")], evaluations, builds }), "eiffel/toplevel");
});

test("a project that does not exist has no jobsets, and an unreachable server is a problem", async () => {
  const content: HydraContent = { jobsets: [madeJobset("eiffel")], evaluations: {}, builds: [] };
  assert.deepEqual(await findJobsetOfMachine(madeHydra(content), "other", "eiffel"), { value: undefined });
  const hydra = madeHydra({ ...content, problem: unreachable });
  assert.deepEqual(await findJobsetOfMachine(hydra, "morph", "eiffel"), { problem: unreachable });
});

/** The status of `eiffel` on a server where builds of its job follow one another, the newest last. */
async function statusWith(builds: HydraContent["builds"], more: Partial<HydraContent> = {}): Promise<HydraMachine> {
  const newest = builds.at(-1);
  const evaluations = { eiffel: newest === undefined ? [] : [madeEvaluation(3, newest.id)] };
  const hydra = madeHydra({ jobsets: [madeJobset("eiffel")], evaluations, builds, ...more });
  const outcome = await new StatusReader(hydra, "morph").read(["eiffel", "unknown"]);
  assert.ok("value" in outcome, JSON.stringify(outcome));
  assert.deepEqual([...outcome.value.keys()], ["eiffel"]);
  const status = outcome.value.get("eiffel");
  assert.ok(status);
  return status;
}

test("a machine has its jobset, its evaluation and its build, with links to their pages", async () => {
  assert.deepEqual(await statusWith([madeBuild(7)]), {
    url: "https://hydra.example.org",
    project: "morph",
    machine: "eiffel",
    jobset: "eiffel",
    job: "eiffel",
    isEnabled: true,
    checkInterval: 3600,
    page: "https://hydra.example.org/jobset/morph/eiffel",
    checkedAt: "2027-01-15T08:00:00.000Z",
    problem: undefined,
    evaluation: { id: 3, at: "2027-01-15T08:00:00.000Z" },
    build: {
      id: 7,
      page: "https://hydra.example.org/build/7",
      state: "succeeded",
      at: "2027-01-15T08:01:40.000Z",
      drvPath: madeBuild(7).drvPath,
      outPath: madeBuild(7).outPath,
    },
  });
});

const failed = { status: "failed" } as const;
const queued = { isFinished: false, status: undefined, startedAt: undefined, stoppedAt: undefined } as const;

test("a build newly fails if the one before it succeeded, cancelled ones aside", async () => {
  const cases = [
    [[madeBuild(6), madeBuild(7, failed)], true],
    [[madeBuild(7, failed)], true],
    [[madeBuild(6, failed), madeBuild(7, { status: "timed-out" })], false],
    [[madeBuild(5), madeBuild(6, { status: "cancelled" }), madeBuild(7, { status: "dependency-failed" })], true],
    [[madeBuild(5, failed), madeBuild(6, { status: "aborted" }), madeBuild(7, failed)], false],
  ] as const;
  for (const [builds, expected] of cases) {
    const { build } = await statusWith([...builds]);
    assert.equal(build?.state, "failed");
    assert.equal(build.isNewlyFailing, expected, JSON.stringify(builds.map(({ status }) => status)));
  }
});

test("a build in the queue has its place there until its first step begins", async () => {
  const others = [madeBuild(4, { ...queued, job: "other" }), madeBuild(5, { ...queued, job: "other" })];
  const { build } = await statusWith([...others, madeBuild(7, queued)]);
  assert.deepEqual([build?.state, build?.queuePosition], ["queued", 3]);
  const begun = await statusWith([...others, madeBuild(7, queued)], { begun: [7] });
  assert.deepEqual([begun.build?.state, begun.build?.queuePosition], ["building", undefined]);
});

test("a jobset says why its last check has no new build", async () => {
  const statusOf = async (jobset: Partial<JobsetState>, errors = "") =>
    statusWith([madeBuild(7)], { jobsets: [madeJobset("eiffel", jobset)], errors: { eiffel: errors } });
  assert.equal((await statusOf({ fetchError: "fatal: repository not found\nexit 128" })).problem?.code, "hydra-inputs");
  assert.equal((await statusOf({ fetchError: "" })).problem, undefined);
  assert.equal((await statusOf({}, "in job ‘eiffel’:\nerror: no such option")).problem?.code, "hydra-evaluation");
  assert.equal((await statusOf({}, "in job ‘louvre’:\nerror: no such option")).problem, undefined);
  const off = await statusOf({ enabled: 0, evaluatingSince: 5 });
  assert.deepEqual([off.isEnabled, off.isEvaluating], [false, true]);
});

test("nothing is requested twice that cannot have changed", async () => {
  const content: HydraContent = {
    jobsets: [madeJobset("eiffel"), all],
    evaluations: { eiffel: [madeEvaluation(3, 7)], all: [madeEvaluation(2, 5)] },
    builds: [madeBuild(5, { jobset: "all", job: "db" }), madeBuild(6), madeBuild(7, failed)],
  };
  const hydra = madeHydra(content);
  const reader = new StatusReader(hydra, "morph");
  const read = async () => {
    hydra.requests.length = 0;
    const outcome = await reader.read(["eiffel"]);
    assert.ok("value" in outcome);
    return outcome.value.get("eiffel");
  };
  const first = await read();
  assert.deepEqual(await read(), first);
  const quiet = ["jobsets morph", "jobset eiffel", "jobset all", "queue"];
  assert.deepEqual(hydra.requests, quiet);

  // Restarted, the same build is in the queue again, and then succeeds.
  content.builds[2] = madeBuild(7, { ...queued, status: "failed" });
  assert.equal((await read())?.build?.state, "queued");
  content.builds[2] = madeBuild(7, { stoppedAt: 1_800_000_900_000 });
  assert.equal((await read())?.build?.state, "succeeded");

  // The next check has a new build.
  content.jobsets[0] = madeJobset("eiffel", { lastCheckedAt: 1_800_003_600_000 });
  content.evaluations.eiffel = [madeEvaluation(4, 8), madeEvaluation(3, 7)];
  content.builds.push(madeBuild(8, { status: "failed" }));
  const next = (await read())?.build;
  assert.deepEqual([next?.id, next?.isNewlyFailing], [8, true]);
  await read();
  assert.deepEqual(hydra.requests, quiet);
});

test("what could not be read is read again", async () => {
  const content: HydraContent = {
    jobsets: [madeJobset("eiffel")],
    evaluations: { eiffel: [madeEvaluation(3, 7)] },
    builds: [madeBuild(7)],
    problem: unreachable,
  };
  const reader = new StatusReader(madeHydra(content), "morph");
  assert.deepEqual(await reader.read(["eiffel"]), { problem: unreachable });
  delete content.problem;
  const outcome = await reader.read(["eiffel"]);
  assert.ok("value" in outcome);
  assert.equal(outcome.value.get("eiffel")?.build?.id, 7);
});
