import assert from "node:assert/strict";
import { test } from "node:test";
import { SignatureChecks } from "../../../server/src/builds/signatureChecks.ts";
import { silentLog } from "../../../server/src/logging/log.ts";
import { signatureReport } from "../../support/records.ts";

/** Fails its first calls. */
function failing<T>(times: number, result: T, did: () => void) {
  let count = 0;
  return async () => {
    if (++count <= times) throw new Error("the disk is full");
    did();
    return result;
  };
}

/** Checks a build whose report and whose recording fail a number of times. Returns how often each was done. */
async function check(failedReports: number, failedWrites: number) {
  const counts = { reports: 0, writes: 0 };
  const report = failing(failedReports, { value: signatureReport({ total: 1 }) }, () => counts.reports++);
  await new Promise<void>(resolve => {
    const write = failing(failedWrites, undefined, () => {
      counts.writes++;
      resolve();
    });
    const checks = new SignatureChecks(
      { log: silentLog, write },
      { checkSignatures: report },
      { first: 1, longest: 1 },
    );
    checks.begin("build", "/nix/store/output");
    checks.begin("build", "/nix/store/output");
  });
  return counts;
}

test("a report that cannot be recorded is recorded later, and no cache is asked again for it", async () =>
  assert.deepEqual(await check(0, 3), { reports: 1, writes: 1 }));

test("a report that could not be made is made again", async () =>
  assert.deepEqual(await check(2, 1), { reports: 1, writes: 1 }));
