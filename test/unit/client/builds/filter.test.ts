import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuildsFilter, passes } from "../../../../client/src/builds/filter.ts";
import { filterText } from "../../../../client/src/builds/text.ts";
import { isAttributePath, outputName } from "../../../../client/src/text/attributePath.ts";
import { aBuild, english } from "../samples.ts";

const builds = [
  aBuild({ machine: "a", state: "building" }),
  aBuild({ machine: "b", state: "failed" }),
  aBuild({ machine: "c", state: "lost" }),
  aBuild({ machine: "a", state: "succeeded" }),
  aBuild({ machine: "d", state: "queued" }),
];

/** Label of a filter -> the filter, and the machines whose builds pass. */
const filters: Record<string, [BuildsFilter, string[]]> = {
  "all builds": [{ kind: "all" }, ["a", "b", "c", "a", "d"]],
  "running and queued builds": [{ kind: "running" }, ["a", "d"]],
  "failed builds": [{ kind: "failed" }, ["b", "c"]],
  a: [{ kind: "machine", machine: "a" }, ["a", "a"]],
};

for (const [text, [filter, machines]] of Object.entries(filters))
  test(`the filter '${text}'`, () => {
    assert.equal(filterText(filter, english), text);
    assert.deepEqual(
      builds.filter(build => passes(filter, build)).map(({ machine }) => machine),
      machines,
    );
  });

for (const path of ["system.build.sdImage", "kernel", "a.b-c.d'", "_x.y1"])
  test(`'${path}' is an attribute path`, () => assert.ok(isAttributePath(path)));

for (const path of ["", ".", "a.", ".a", "a..b", "a b", '"a"', "a.$(b)", "1a", "a;b"])
  test(`'${path}' is not an attribute path`, () => assert.ok(!isAttributePath(path)));

test("a row shows the last name of an output's path", () =>
  assert.equal(outputName("system.build.sdImage"), "sdImage"));
