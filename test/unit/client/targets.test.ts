import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  hasDrvPath,
  hasFolder,
  hasStorePath,
  isBuildTarget,
  isMachineTarget,
  outputAndPlaceOf,
} from "../../../client/src/targets.ts";

describe("the argument of a command", () => {
  it("may be a machine, a build or a path", () => {
    assert.equal(isMachineTarget({ uri: "file:///x", machine: "eiffel" }), true);
    assert.equal(isBuildTarget({ id: "b1" }), true);
    assert.equal(hasStorePath({ storePath: "/nix/store/x" }), true);
    assert.equal(hasDrvPath({ drvPath: "/nix/store/x.drv" }), true);
    assert.equal(hasFolder({ folder: "/tmp/x" }), true);
    const before = {
      attribute: "system.build.vm",
      place: { kind: "schedule" },
      detached: undefined,
      fetch: true,
      fromCache: undefined,
    };
    assert.deepEqual(outputAndPlaceOf({ ...before, id: "b1" }), before);
  });

  for (const value of [
    undefined,
    null,
    "eiffel",
    1,
    {},
    { uri: 1, machine: "x" },
    { id: 1 },
    { storePath: null },
    { place: 1 },
  ]) {
    it(`may be anything: ${JSON.stringify(value)}`, () => {
      const is = [isMachineTarget, isBuildTarget, hasStorePath, hasDrvPath, hasFolder];
      assert.ok(is.every(each => !each(value)));
      const none = {
        attribute: undefined,
        place: undefined,
        detached: undefined,
        fetch: undefined,
        fromCache: undefined,
      };
      assert.deepEqual(outputAndPlaceOf(value), none);
    });
  }
});
