import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchArguments } from "../../../../server/src/builds/start/fetchArguments.ts";
import { drv, storePath } from "../../../support/streams.ts";

const [drvPath, outPath] = [drv("nixos-system-eiffel"), storePath("nixos-system-eiffel")];
const root = "/home/ada/state/builds/1-a/result";
const evaluation = { machine: "eiffel", drvPath, outPath };

test("fetching names the output path, so that nothing can be built, and asks the caches again", () => {
  const arguments_ = fetchArguments({ ...evaluation, nixConfig: { substituters: "http://a" } }, root);
  assert.deepEqual(arguments_, {
    value: [
      ...["--realise", outPath, "--add-root", root, "--indirect", "--log-format", "internal-json", "-v"],
      ...["--option", "substituters", "http://a"],
      ...["--option", "substitute", "true"],
      ...["--option", "narinfo-cache-negative-ttl", "0", "--option", "narinfo-cache-positive-ttl", "0"],
    ],
  });
});

test("the output of a content-addressed derivation is not known before it is built", () => {
  const outPlaceholder = "/0c6rn30q4frawknapgwq386zq358m8r6msvywcvc89n6m5p2dgbz";
  const found = fetchArguments({ ...evaluation, outPath: outPlaceholder }, root);
  assert.ok("problem" in found);
  assert.equal(found.problem.code, "no-output-path");
});
