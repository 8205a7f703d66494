import assert from "node:assert/strict";
import { test } from "node:test";
import { CachedOutputs } from "../../../../server/src/evaluation/cache/cachedOutputs.ts";

const uri = "file:///net/network.nix";
const output = { cache: "http://build.example", key: "build-1" };

test("a machine that a cache has is known for the text that was evaluated", () => {
  const outputs = new CachedOutputs();
  outputs.remember(uri, "eiffel", output, "a");
  assert.deepEqual(outputs.of(uri, "eiffel", "a"), output);
  assert.equal(outputs.of(uri, "eiffel", "b"), undefined);
  assert.equal(outputs.of(uri, "eiffel", undefined), undefined);
  assert.equal(outputs.of(uri, "web01", "a"), undefined);
  assert.equal(outputs.of("file:///other.nix", "eiffel", "a"), undefined);
});

test("a later evaluation replaces it", () => {
  const outputs = new CachedOutputs();
  outputs.remember(uri, "eiffel", output, "a");
  outputs.remember(uri, "eiffel", undefined, "a");
  assert.equal(outputs.of(uri, "eiffel", "a"), undefined);
});
