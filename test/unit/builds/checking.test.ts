import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { Builds } from "../../../server/src/builds/builds.ts";
import type { BuildPorts } from "../../../server/src/builds/start/ports.ts";
import { type BuildDelta, finalStates } from "../../../server/src/protocol.ts";
import { idleWorld } from "../../support/idleWorld.ts";
import { deadProcess, signatureReport, someEvaluation, someRequest } from "../../support/records.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

// A build that Nix has finished, while checking its signatures takes long.

const temp = tempFolder("checking");
after(() => removeTree(temp));

const at = "2024-05-01T12:00:00.000Z";
const id = "0lvxa2c00-0000000a";

let storage = "";
let tests = 0;
const opened: Builds[] = [];

beforeEach(() => {
  storage = path.join(temp, `storage${tests++}`);
});

afterEach(() => {
  for (const builds of opened.splice(0)) builds.close();
});

/** Checks continue until they are cancelled. */
const report = signatureReport({ total: 2, builtHere: 1, unreachable: 1 });
const checkSignatures: BuildPorts["checkSignatures"] = (_, signal) =>
  new Promise(resolve => {
    if (signal.aborted) resolve({ value: report });
    else signal.addEventListener("abort", () => resolve({ value: report }));
  });

async function open(): Promise<Builds> {
  const builds = new Builds(storage, idleWorld({ checkSignatures }), (_: BuildDelta) => undefined);
  opened.push(builds);
  await builds.open();
  return builds;
}

/** Nix has ended with success. */
function finished(files: Readonly<Record<string, unknown>> = {}): string {
  const folder = path.join(storage, "builds", id);
  fs.mkdirSync(folder, { recursive: true });
  const all = {
    "request.json": someRequest({ id, owner: deadProcess }),
    "evaluation.json": { at, evaluation: someEvaluation() },
    "process.json": { supervisor: deadProcess },
    "result.json": { code: 0, signal: null, at },
    ...files,
  };
  for (const [name, content] of Object.entries(all))
    fs.writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  fs.symlinkSync(temp, path.join(folder, "result"));
  return folder;
}

const ended = (builds: Builds) =>
  until("the build ends", () => builds.list().find(({ state }) => finalStates.has(state)));

test("cancelling ends the check; the build has succeeded, with what is known of its signatures", async () => {
  const folder = finished();
  const builds = await open();
  assert.equal(builds.list()[0]?.state, "checking");
  assert.deepEqual(await builds.cancel(id), { value: null });
  const { state, failure, stoppedAt, outPath, signatures } = await ended(builds);
  assert.deepEqual([state, failure, stoppedAt, outPath], ["succeeded", undefined, at, temp]);
  assert.deepEqual([signatures?.total, signatures?.unreachable], [2, 1]);
  assert.ok(fs.existsSync(path.join(folder, "result")));
  const told = await builds.signatures(id);
  assert.deepEqual("value" in told && told.value, JSON.parse(JSON.stringify(report)));
});

test("cancelling in another window ends the check in this one", async () => {
  const folder = finished();
  const builds = await open();
  assert.equal(builds.list()[0]?.state, "checking");
  fs.writeFileSync(path.join(folder, "cancel"), "");
  assert.equal((await ended(builds)).state, "succeeded");
});

test("a build that was cancelled too late has succeeded, and no cache is waited for", async () => {
  finished({ cancel: "" });
  assert.equal((await ended(await open())).state, "succeeded");
});

test("where the request to cancel cannot be written, the check ends nevertheless", async () => {
  const folder = finished();
  const builds = await open();
  fs.mkdirSync(path.join(folder, "cancel"));
  const outcome = await builds.cancel(id);
  assert.equal("problem" in outcome && outcome.problem.code, "not-recorded");
  assert.equal((await ended(builds)).state, "succeeded");
});

/** A successful build whose check returns a new report each time it is called. */
async function succeeded(...reports: readonly ReturnType<BuildPorts["checkSignatures"]>[]): Promise<Builds> {
  finished();
  const left = [...reports];
  const next: BuildPorts["checkSignatures"] = () => left.shift() ?? assert.fail("checked too often");
  const builds = new Builds(storage, idleWorld({ checkSignatures: next }), () => undefined);
  opened.push(builds);
  await builds.open();
  await ended(builds);
  return builds;
}

const trusted = signatureReport({ total: 2, trusted: 2, bytes: 7, at: "2024-05-01T13:00:00.000Z" });
const { signal } = new AbortController();

test("signatures are checked again on request, and everything shows the new report", async () => {
  const builds = await succeeded(Promise.resolve({ value: report }), Promise.resolve({ value: trusted }));
  const before = builds.list()[0];
  assert.deepEqual([before?.signatures?.unreachable, before?.kept.bytes], [1, undefined]);
  assert.deepEqual(await builds.checkSignatures(id, signal), { value: trusted });
  const [summary] = builds.list();
  assert.deepEqual(
    [summary?.signatures?.trusted, summary?.signatureCheck?.at, summary?.kept.bytes],
    [2, trusted.at, 7],
  );
  assert.equal(summary?.revision, (before?.revision ?? 0) + 1);
  assert.deepEqual(await builds.signatures(id), { value: JSON.parse(JSON.stringify(trusted)) });
  // The next server.
  const next = await open();
  assert.deepEqual(next.list()[0]?.signatures, summary?.signatures);
});

test("two requests at the same time are one check", async () => {
  const builds = await succeeded(Promise.resolve({ value: report }), Promise.resolve({ value: trusted }));
  const both = await Promise.all([builds.checkSignatures(id, signal), builds.checkSignatures(id, signal)]);
  assert.deepEqual(both, [{ value: trusted }, { value: trusted }]);
});

test("a check that fails or is cancelled leaves the last report", async () => {
  const problem = { code: "nix-failed", severity: "error", message: "Nix failed." } as const;
  const values = [{ value: trusted }, { problem }, { value: report }];
  const builds = await succeeded(...values.map(value => Promise.resolve(value)));
  assert.deepEqual(await builds.checkSignatures(id, signal), { problem });
  await builds.checkSignatures(id, AbortSignal.abort());
  assert.equal(builds.list()[0]?.signatures?.trusted, 2);
  assert.deepEqual(await builds.signatures(id), { value: JSON.parse(JSON.stringify(trusted)) });
});

test("a report that cannot be recorded is a problem, and the last one stays", async () => {
  const builds = await succeeded(Promise.resolve({ value: report }), Promise.resolve({ value: trusted }));
  fs.rmSync(path.join(storage, "builds", id), { recursive: true });
  fs.writeFileSync(path.join(storage, "builds", id), "");
  const outcome = await builds.checkSignatures(id, signal);
  assert.equal("problem" in outcome && outcome.problem.code, "not-recorded");
});

test("only a result on this machine can be checked again", async () => {
  const builds = await open();
  const unknown = await builds.checkSignatures(id, signal);
  assert.equal("problem" in unknown && unknown.problem.code, "unknown-build");
  finished({ "result.json": { code: 1, signal: null, at } });
  const other = await open();
  await ended(other);
  const failed = await other.checkSignatures(id, signal);
  assert.equal("problem" in failed && failed.problem.code, "not-checked");
});

test("a damaged report does not make a build forget its signatures, and the next check replaces it", async () => {
  const next = signatureReport({ total: 2, trusted: 1, unsigned: 1, at: "2024-05-01T14:00:00.000Z" });
  const builds = await succeeded(...[trusted, next].map(value => Promise.resolve({ value })));
  for (const damage of ["{", JSON.stringify({ total: "many" }), "\0".repeat(1000)]) {
    fs.writeFileSync(path.join(storage, "builds", id, "signatures.json"), damage);
    await builds.keep(id, true);
    assert.deepEqual([builds.list()[0]?.signatures?.trusted, builds.list()[0]?.kept.bytes], [2, 7]);
  }
  assert.deepEqual(await builds.checkSignatures(id, signal), { value: next });
  assert.equal(builds.list()[0]?.signatures?.unsigned, 1);
  assert.deepEqual(await builds.signatures(id), { value: JSON.parse(JSON.stringify(next)) });
});

test("a build that is removed while its signatures are checked again stays removed", async () => {
  let resolve: (checked: { value: typeof trusted }) => void = () => undefined;
  const late = new Promise<{ value: typeof trusted }>(given => {
    resolve = given;
  });
  const builds = await succeeded(Promise.resolve({ value: report }), late);
  const checking = builds.checkSignatures(id, signal);
  assert.deepEqual(await builds.remove(id), { value: null });
  resolve({ value: trusted });
  const outcome = await checking;
  assert.equal("problem" in outcome && outcome.problem.code, "not-recorded");
  assert.deepEqual(builds.list(), []);
  assert.ok(!fs.existsSync(path.join(storage, "builds", id)));
});
