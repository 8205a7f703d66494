import assert from "node:assert/strict";
import { test } from "node:test";
import { refusedDownloads } from "../../../../server/src/builds/checks/refusedDownloads.ts";
import type { PlanSources, RefusedPaths } from "../../../../server/src/protocol.ts";
import { storePath } from "../../../support/streams.ts";

const cache = "http://build.example";
const nothing: PlanSources = { build: 1, fetch: [], refused: [], unknown: 0 };
const planned = (...refused: readonly RefusedPaths[]) => ({ build: [], fetch: [], sources: { ...nothing, refused } });

test("nothing is refused", () => {
  assert.equal(refusedDownloads(planned()), undefined);
  assert.equal(refusedDownloads({ build: [], fetch: [] }), undefined);
});

/** What is refused -> the sentence. */
const cases: readonly [RefusedPaths, string][] = [
  [
    { cache, status: "unsigned", paths: 1, example: storePath("linux-6.1") },
    "Nix builds linux-6.1 although http://build.example has it: it is not signed there.",
  ],
  [
    { cache, status: "untrusted", key: "build-1", paths: 12, example: storePath("linux-6.1") },
    "Nix builds 12 paths, such as linux-6.1, although http://build.example has them: they are signed by build-1, which is not one of 'trusted-public-keys'.",
  ],
  [
    { cache, status: "invalid", key: "build-1", paths: 1, example: storePath("linux-6.1") },
    "Nix builds linux-6.1 although http://build.example has it: its signature by build-1 is invalid.",
  ],
];

for (const [refused, sentence] of cases) {
  test(`a download is refused: ${refused.status}`, () => {
    const problem = refusedDownloads(planned(refused));
    assert.equal(problem?.code, "untrusted-downloads");
    assert.equal(problem?.severity, "warning");
    assert.equal(problem?.message, sentence);
    assert.ok(problem?.detail?.includes(refused.example));
  });
}
