import assert from "node:assert/strict";
import { test } from "node:test";
import { resultOf } from "../../../../server/src/builds/hosts/ssh/collect.ts";

const at = "2024-05-01T12:00:00.000Z";
const [ours, other] = ["/nix/store/b1-eiffel", "/nix/store/c2-other"];

test("the result is the evaluated path, whatever path the builder reports", () => {
  const ended = { code: 0, signal: null, at, output: other };
  assert.equal(resultOf(ended, ours), ours);
  assert.equal(resultOf(ended, undefined), other);
});

test("there is no result without the builder's link, or if Nix failed", () => {
  assert.equal(resultOf({ code: 0, signal: null, at }, ours), undefined);
  assert.equal(resultOf({ code: 1, signal: null, at, output: ours }, ours), undefined);
  assert.equal(resultOf({ code: null, signal: "SIGKILL", at, output: ours }, ours), undefined);
});

test("if only the killed supervisor could have read the exit code, the link decides", () => {
  assert.equal(resultOf({ code: null, signal: null, at, adopted: true, output: ours }, ours), ours);
});
