import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrange } from "../../../client/src/views/builds/arrangement.ts";
import { aDerivation, after } from "./samples.ts";

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

describe("the order of derivations", () => {
  it("is: running, failed, to come, done", () => {
    const { listed, groups } = arrange([
      aDerivation("fetched", { state: "fetched" }),
      aDerivation("early", { state: "built", stoppedAt: after(1) }),
      aDerivation("planned"),
      aDerivation("late", { state: "built", stoppedAt: after(2) }),
      aDerivation("waiting", { state: "waiting" }),
      aDerivation("failed", { state: "failed" }),
      aDerivation("second", { state: "building", startedAt: after(2) }),
      aDerivation("needs failed", { state: "dependency-failed" }),
      aDerivation("first", { state: "building", startedAt: after(1) }),
    ]);
    const order = ["first", "second", "failed", "needs failed", "waiting", "planned", "late", "early", "fetched"];
    assert.deepEqual(names(listed), order);
    assert.deepEqual(groups, []);
  });

  it("groups what does not run when there are many", () => {
    const planned = Array.from({ length: 40 }, (_, index) => aDerivation(`p${index}`));
    const built = Array.from({ length: 20 }, (_, index) => aDerivation(`b${index}`, { state: "built" }));
    const { listed, groups } = arrange([...planned, ...built, aDerivation("runs", { state: "building" })]);
    assert.deepEqual(names(listed), ["runs"]);
    assert.deepEqual(
      groups.map(({ name, derivations }) => [name, derivations.length]),
      [
        ["waiting", 40],
        ["done", 20],
      ],
    );
  });

  it("makes no empty group", () => {
    const built = Array.from({ length: 60 }, (_, index) => aDerivation(`b${index}`, { state: "built" }));
    assert.deepEqual(names(arrange(built).groups), ["done"]);
  });
});
