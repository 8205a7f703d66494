// What real Nix has written, version by version, and what we make of it. `node scripts/record-streams.mjs` records the streams
// (test/fixtures/streams/VERSION/SITUATION.events); next to each is a digest of its state (SITUATION.json). After an intended
// change of the state, or a new recording, rewrite the digests and read their differences:
//
//   MORPH_UPDATE_GOLDEN=1 node --test test/unit/builds/stream/golden.test.ts
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { EventState } from "../../../../server/src/builds/stream/eventState.ts";
import { nameOfStorePath } from "../../../../server/src/common/storePath.ts";
import type { DerivationState } from "../../../../server/src/protocol.ts";
import {
  digestOf,
  type RecordedRun,
  type RecordedStream,
  recordedStreams,
  stateOfStream,
  summaryOfRun,
} from "../../../support/goldenState.ts";
import { failedTransfers, type Truth, truths } from "../../../support/recording/truths.ts";

const isUpdate = process.env.MORPH_UPDATE_GOLDEN === "1";

const streams = recordedStreams();

/** The names of the derivations in one of these states. */
function namesIn(state: EventState, ...states: readonly DerivationState["state"][]): string[] {
  return [...state.derivations.values()]
    .filter(derivation => states.includes(derivation.state))
    .map(({ drvPath }) => nameOfStorePath(drvPath))
    .toSorted();
}

/** Those that are in the store. */
const there = ["built", "built-by-another", "fetched"] as const;
const finalStates = [...there, "planned", "not-needed", "failed", "dependency-failed", "cancelled"] as const;

/**
 * Known errors: check -> situations, of one version or of all. When one is fixed, remove it here and rewrite the
 * digests.
 */
const notYet: Readonly<Record<string, readonly string[]>> = {};

test("every version has the same situations", () => {
  const versions = [...new Set(streams.map(({ version }) => version))];
  const situationsOf = (wanted: string) =>
    streams.flatMap(({ version, situation }) => (version === wanted ? [situation] : [])).toSorted();
  const first = situationsOf(versions[0] ?? "");
  assert.ok(first.length > 40);
  for (const version of versions) assert.deepEqual(situationsOf(version), first);
});

test("there are ids that are no numbers in JavaScript", () => {
  const large = streams.filter(({ situation }) => situation === "large-ids");
  const ids = large.flatMap(({ stream }) => stream.toString().match(/(?<="id":)\d+/g) ?? []);
  assert.ok(ids.length > 0 && ids.every(id => BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER)));
});

test("what went wrong is known of every run that did", () => {
  const wrong = streams.filter(({ run }) => run.code !== 0 && !run.cancelled).map(({ situation }) => situation);
  assert.deepEqual([...new Set(wrong)].toSorted(), Object.keys(truths).toSorted());
});

for (const recorded of streams) {
  const { version, situation, stream, run, digestFile } = recorded;
  const { open, closed } = stateOfStream(run, [stream]);

  const check = (name: string, body: () => void) =>
    test(name, () => {
      const isWrong = notYet[name]?.some(known => known === situation || known === `${version} ${situation}`);
      if (isWrong) assert.throws(body, assert.AssertionError, "is correct now: remove it from `notYet`");
      else body();
    });

  describe(`Nix ${version}: ${situation}`, () => {
    check("tells what its digest says", () => {
      const digest = digestOf(run, closed);
      if (isUpdate) fs.writeFileSync(digestFile, textOf(digest));
      assert.deepEqual(digest, JSON.parse(fs.readFileSync(digestFile, "utf8")));
    });
    check("leaves every derivation in one final state, and the counts add up", () => addsUp(run, closed));
    check("tells the same however it is cut", () => {
      const cuts = fc.array(fc.nat(stream.length), { maxLength: 40 });
      fc.assert(
        fc.property(cuts, places => {
          const chunks = chunksOf(stream, places);
          assert.deepEqual(stateOfStream(run, chunks), { open, closed });
        }),
        { numRuns: 5 },
      );
      assert.deepEqual(stateOfStream(run, chunksOf(stream, [...stream.keys()])), { open, closed });
    });
    check("agrees with how Nix ended", () => agreesWithEnd(run, open, closed));
    check("agrees with the store", () => agreesWithStore(run, closed));
    check("agrees with Nix's own counts", () => agreesWithCounts(recorded, closed));
    check("says which transfers failed", () => agreesWithTransfers(recorded, closed));
    const truth = truths[situation];
    if (truth !== undefined) check("says what failed and why", () => agreesWithTruth(truth, run, closed));
  });
}

function addsUp(run: RecordedRun, closed: EventState): void {
  const names = [...closed.derivations.keys()].map(nameOfStorePath);
  assert.equal(new Set(names).size, names.length, "names that are not unique");
  assert.equal(namesIn(closed, ...finalStates).length, names.length);
  for (const drvPath of run.plan) assert.ok(closed.derivations.has(drvPath), drvPath);
  const { progress, transfers } = summaryOfRun(run, closed);
  const undone = namesIn(closed, "planned", "cancelled").length;
  assert.equal(progress.done + progress.failed + undone, progress.expected);
  assert.equal(progress.running + transfers.running + closed.activities.size, 0);
}

/** Nix's exit code, or the signal that killed it, against the states. */
function agreesWithEnd(run: RecordedRun, open: EventState, closed: EventState): void {
  const { state, failure } = summaryOfRun(run, closed);
  if (run.code === 0) {
    assert.deepEqual(namesIn(closed, "planned", "not-needed", "failed", "dependency-failed", "cancelled"), []);
    assert.equal(state, "succeeded");
    assert.equal(failure, undefined);
  } else if (run.cancelled) {
    assert.deepEqual(namesIn(closed, "failed", "dependency-failed"), []);
    assert.equal(state, "cancelled");
  } else {
    assert.equal(state, "failed");
    assert.ok(failure !== undefined && failure.message !== "");
    assert.doesNotMatch(failure.message, run.signal === null ? /said nothing/ : /^$/);
    const unfinished = namesIn(closed, "planned", "failed", "dependency-failed", "cancelled");
    assert.equal(unfinished.length === 0, run.plan.length === 0, "nothing that has failed");
  }
  // Nix itself ends what it has begun, unless it is killed.
  if (run.signal === null) assert.deepEqual(namesIn(open, "building"), []);
}

/** What is shown as done is in the store, and what is shown as not done is not. */
function agreesWithStore(run: RecordedRun, closed: EventState): void {
  const realised = new Set(run.realised.map(nameOfStorePath));
  const done = namesIn(closed, ...there);
  assert.deepEqual(
    done.filter(name => !realised.has(name)),
    [],
    "told to be done, and not in the store",
  );
  const undone = namesIn(closed, "planned", "failed", "dependency-failed", "cancelled");
  assert.deepEqual(
    undone.filter(name => realised.has(name)),
    [],
    "in the store, and told not to be done",
  );
}

/** Nix's own last word on how many derivations it has built, and how many of those that it began have failed. */
function agreesWithCounts({ situation, stream, run }: RecordedStream, closed: EventState): void {
  // Nix counts a derivation as failed when a hook fails after its outputs are in the store.
  if (run.signal !== null || situation === "post-build-hook-fails") return;
  const lines = stream.toString().match(/(?<=^@nix ).*$/gm) ?? [];
  const events = lines.map(line => JSON.parse(line.replace(/"id":(\d+)/, '"id":"$1"')));
  const totals = events.find(({ action, type }) => action === "start" && type === 104)?.id;
  const told = events.findLast(({ action, id, type }) => action === "result" && id === totals && type === 105);
  const [built, , , failed] = told?.fields ?? [0, 0, 0, 0];
  assert.equal(namesIn(closed, "built").length, built);
  // Versions differ in whether they count what they did not begin.
  const derivations = [...closed.derivations.values()];
  const haveAllBegun = derivations.every(({ state, attempt }) => state !== "failed" || attempt > 0);
  if (haveAllBegun && derivations.some(({ attempt }) => attempt > 0))
    assert.equal(namesIn(closed, "failed").length, failed);
}

function agreesWithTransfers({ situation, run }: RecordedStream, closed: EventState): void {
  if (run.code !== 0 && !(situation in failedTransfers)) return;
  const lost = [...closed.transfers.values()].filter(({ state }) => state !== "done");
  assert.deepEqual(
    lost.map(({ path }) => nameOfStorePath(path)),
    failedTransfers[situation] ?? [],
  );
}

function agreesWithTruth({ failed, code, says }: Truth, run: RecordedRun, closed: EventState): void {
  if (failed !== undefined) assert.deepEqual(namesIn(closed, "failed"), failed);
  const { failure } = summaryOfRun(run, closed);
  assert.match(failure?.message ?? "", says);
  if (code !== undefined) assert.equal(failure?.code, code);
}

/** Cut before each of these places, in whatever order they are given. */
function chunksOf(stream: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.toSorted((a, b) => a - b), stream.length];
  return cuts.slice(1).map((cut, index) => stream.subarray(cuts[index], cut));
}

/** JSON with a line for every entry of an entry. */
function textOf(digest: object): string {
  const block = (value: unknown): string => {
    if (value === null || typeof value !== "object" || Object.keys(value).length === 0) return JSON.stringify(value);
    const entries = Array.isArray(value)
      ? value.map(each => JSON.stringify(each))
      : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${JSON.stringify(each)}`);
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    return `${open}\n    ${entries.join(",\n    ")}\n  ${close}`;
  };
  const parts = Object.entries(digest).map(([key, value]) => `  ${JSON.stringify(key)}: ${block(value)}`);
  return `{\n${parts.join(",\n")}\n}\n`;
}
