import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import type { Proof } from "../../../server/src/builders/proofs/proofs.ts";
import { BuilderResults, resultsFile } from "../../../server/src/builders/proofs/results.ts";
import { silentLog } from "../../../server/src/logging/log.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("results");
after(() => removeTree(temp));

let folders = 0;
function folder(): string {
  return path.join(temp, String(folders++), "storage");
}

const at = (hour: number) => new Date(Date.UTC(2026, 10, 30, hour)).toISOString();

function proof(system: string, hour: number): Proof {
  const problem = errorProblem("builder-refused", "no", "why");
  const outcome =
    hour % 2 === 0 ? ({ kind: "built", mode: "emulated" } as const) : ({ kind: "refused", problem } as const);
  return { builder: "ssh://pi", system, at: at(hour), by: "check", outcome };
}

const check = (hour: number) => ({
  builder: "ssh://pi",
  check: {
    at: at(hour),
    through: "user",
    reachable: true,
    freeBytes: hour,
    problem: errorProblem("x", "y", "z"),
  } as const,
});

test("results are read by another window, and by the next start", async () => {
  const storage = folder();
  const first = new BuilderResults(storage, silentLog);
  await first.load();
  await first.add({ proofs: [proof("a-linux", 1)], checks: [check(1)] });
  const second = new BuilderResults(storage, silentLog);
  await second.load();
  assert.deepEqual(second.proofs, first.proofs);
  assert.deepEqual(second.checkOf("ssh://pi"), check(1).check);
  assert.equal(second.checkOf("ssh://other"), undefined);
});

test("two windows keep what the other one found", async () => {
  const storage = folder();
  const [first, second] = [new BuilderResults(storage, silentLog), new BuilderResults(storage, silentLog)];
  await first.add({ proofs: [proof("a-linux", 1)] });
  await second.add({ proofs: [proof("b-linux", 2), proof("a-linux", 3)], checks: [check(3)] });
  await first.add({ checks: [check(2)] });
  for (const results of [first, second]) {
    await results.load();
    assert.deepEqual(
      results.proofs.map(({ system, at: time }) => [system, time]),
      [
        ["b-linux", at(2)],
        ["a-linux", at(3)],
      ],
    );
    assert.equal(results.checkOf("ssh://pi")?.at, at(3));
  }
});

test("many results at once are all written", async () => {
  const storage = folder();
  const results = new BuilderResults(storage, silentLog);
  await Promise.all(Array.from({ length: 20 }, (_, index) => results.add({ proofs: [proof(`s${index}-linux`, 2)] })));
  const other = new BuilderResults(storage, silentLog);
  await other.load();
  assert.equal(other.proofs.length, 20);
});

for (const [name, text] of Object.entries({
  "not JSON": "{",
  "another form": '{"version":2,"proofs":[{"builder":5}],"checks":[]}',
  "another version": '{"version":99,"proofs":[],"checks":[]}',
  "a time that is none":
    '{"version":2,"proofs":[],"checks":[{"builder":"a","check":{"at":"now","through":"user","reachable":true}}]}',
}))
  test(`a damaged file counts as empty and is replaced: ${name}`, async () => {
    const storage = folder();
    mkdirSync(storage, { recursive: true });
    writeFileSync(path.join(storage, resultsFile), text);
    const results = new BuilderResults(storage, silentLog);
    await results.load();
    assert.deepEqual(results.proofs, []);
    await results.add({ proofs: [proof("a-linux", 1)] });
    assert.equal(JSON.parse(readFileSync(path.join(storage, resultsFile), "utf8")).proofs.length, 1);
  });

test("results count in this window even if they cannot be written", async () => {
  const storage = path.join(temp, "a-file");
  writeFileSync(storage, "");
  const results = new BuilderResults(path.join(storage, "below"), silentLog);
  await results.add({ proofs: [proof("a-linux", 2)] });
  assert.equal(results.proofs.length, 1);
});
