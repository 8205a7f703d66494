import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BuildsModel } from "../../../../client/src/builds/model.ts";
import { aBuild, aDelta, aDerivation, after } from "../samples.ts";

function modelOf(...builds: ReturnType<typeof aBuild>[]): BuildsModel {
  const model = new BuildsModel();
  model.replaceAll(builds);
  return model;
}

const ids = (model: BuildsModel) => model.summaries.map(({ id }) => id);

describe("the builds' model", () => {
  it("puts running builds on top, then the newest first", () => {
    const model = modelOf(
      aBuild({ id: "old run", startedAt: after(0) }),
      aBuild({ id: "old end", state: "failed", startedAt: after(1) }),
      aBuild({ id: "new end", state: "succeeded", startedAt: after(2) }),
      aBuild({ id: "new run", state: "evaluating", startedAt: after(3) }),
    );
    assert.deepEqual(ids(model), ["new run", "old run", "new end", "old end"]);
    assert.deepEqual(
      model.unfinished.map(({ id }) => id),
      ["new run", "old run"],
    );
  });

  it("adds a build that it did not know", () => {
    const model = modelOf();
    assert.deepEqual(model.apply(aDelta(aBuild())), { change: { kind: "list" }, missed: false, hasNewState: true });
    assert.deepEqual(ids(model), ["b1"]);
  });

  it("ignores a delta that is not newer", () => {
    const model = modelOf(aBuild({ revision: 5 }));
    const { change } = model.apply(aDelta(aBuild({ revision: 5, state: "failed" })));
    assert.deepEqual(change, { kind: "none" });
    assert.equal(model.summary("b1")?.state, "building");
  });

  it("reports which build changed", () => {
    const model = modelOf(aBuild());
    const next = aBuild({ revision: 2, progress: { done: 8, running: 1, failed: 0, expected: 10 } });
    assert.deepEqual(model.apply(aDelta(next)).change, { kind: "build", id: "b1" });
  });

  it("reports nothing for a new revision that looks the same", () => {
    const model = modelOf(aBuild());
    assert.deepEqual(model.apply(aDelta(aBuild({ revision: 2 }))).change, { kind: "none" });
  });

  it("reports whether a build has another state", () => {
    const model = modelOf(aBuild());
    const progress = { done: 8, running: 1, failed: 0, expected: 10 };
    assert.equal(model.apply(aDelta(aBuild({ revision: 2, progress }))).hasNewState, false);
    assert.equal(model.apply(aDelta(aBuild({ revision: 3, progress, state: "checking" }))).hasNewState, true);
  });

  it("lists the newest summary of each build in the same place, also in its batch", () => {
    const batch = (position: number) => ({ id: "all", kind: "all", size: 2, position }) as const;
    const b = { id: "b", batch: batch(1) };
    const model = modelOf(aBuild({ id: "a", batch: batch(0) }), aBuild(b), aBuild({ id: "c" }));
    const before = ids(model);
    const progress = { done: 9, running: 1, failed: 0, expected: 10 };
    for (const each of [b, { id: "c" }]) model.apply(aDelta(aBuild({ ...each, revision: 2, progress })));
    assert.deepEqual(ids(model), before);
    for (const summary of model.summaries) assert.equal(summary, model.summary(summary.id));
    assert.deepEqual(model.batches.get("all")?.builds, [model.summary("a"), model.summary("b")]);
  });

  it("reorders the list when a build ends", () => {
    const model = modelOf(aBuild());
    const ended = aDelta(aBuild({ revision: 2, state: "succeeded" }));
    assert.deepEqual(model.apply(ended).change, { kind: "list" });
    const later = aDelta(aBuild({ revision: 3, state: "succeeded", outPath: "/nix/store/x" }));
    assert.deepEqual(model.apply(later).change, { kind: "build", id: "b1" });
  });

  it("removes a build, and ignores one that is gone", () => {
    const model = modelOf(aBuild());
    const delta = aDelta(aBuild({ revision: 2 }), { removed: true });
    assert.deepEqual(model.apply(delta).change, { kind: "list" });
    assert.deepEqual(model.apply(delta).change, { kind: "none" });
    assert.deepEqual(ids(model), []);
  });
});

describe("a build's transfers", () => {
  const fetching = {
    path: "/nix/store/x-a",
    from: "https://cache",
    to: "local",
    done: 1,
    expected: 9,
    state: "running",
  } as const;
  const copying = { ...fetching, path: "/nix/store/y-b" } as const;

  it("are kept only while the build's row is expanded, and updated by deltas", () => {
    const model = modelOf(aBuild());
    model.apply(aDelta(aBuild({ revision: 2 }), { transferStates: [fetching] }));
    assert.deepEqual(model.transfers("b1"), []);
    model.setDetails({ ...aBuild({ revision: 2 }), derivations: [], transferStates: [fetching, copying] });
    const done = { ...fetching, done: 9, state: "done" } as const;
    model.apply(aDelta(aBuild({ revision: 3 }), { transferStates: [done] }));
    assert.deepEqual(model.transfers("b1"), [done, copying]);
    model.apply(aDelta(aBuild({ revision: 4 })));
    assert.deepEqual(model.transfers("b1"), [done, copying]);
    model.dropDetails("b1");
    assert.deepEqual(model.transfers("b1"), []);
  });
});

describe("a build's derivations", () => {
  const waiting = aDerivation("gcc", { state: "waiting" });
  const building = aDerivation("linux", { state: "building", phase: "unpackPhase" });

  function watched(): BuildsModel {
    const model = modelOf(aBuild());
    model.setDetails({ ...aBuild(), derivations: [waiting, building], transferStates: [] });
    return model;
  }

  it("are kept only while the build's row is expanded", () => {
    const model = modelOf(aBuild());
    assert.equal(model.derivations("b1"), undefined);
    model.apply(aDelta(aBuild({ revision: 2 }), { derivations: [building] }));
    assert.equal(model.derivations("b1"), undefined);
    model.setDetails({ ...aBuild({ revision: 2 }), derivations: [building], transferStates: [] });
    assert.deepEqual(model.derivations("b1"), [building]);
    model.dropDetails("b1");
    assert.equal(model.derivations("b1"), undefined);
  });

  it("are reported alone when only they changed", () => {
    const model = watched();
    const next = { ...building, phase: "buildPhase" };
    const { change, missed } = model.apply(aDelta(aBuild({ revision: 2 }), { derivations: [next] }));
    assert.deepEqual(change, { kind: "derivations", id: "b1", drvPaths: [building.drvPath] });
    assert.equal(missed, false);
    assert.equal(model.derivation("b1", building.drvPath)?.phase, "buildPhase");
    assert.equal(model.derivation("b1", waiting.drvPath)?.state, "waiting");
  });

  it("keep their dependencies when they change, and are the same list until then", () => {
    const model = modelOf(aBuild());
    const [system, linux] = [aDerivation("system", { dependencies: [1] }), building];
    model.setDetails({ ...aBuild(), derivations: [system, linux], transferStates: [] });
    const before = model.derivations("b1");
    model.apply(aDelta(aBuild({ revision: 2 })));
    assert.equal(model.derivations("b1"), before);
    const next = aDerivation("system", { state: "waiting" });
    model.apply(aDelta(aBuild({ revision: 3 }), { derivations: [next, aDerivation("new")] }));
    assert.deepEqual(model.derivations("b1"), [{ ...next, dependencies: [1] }, linux, aDerivation("new")]);
  });

  it("report their build as changed when one of them moves", () => {
    const model = watched();
    const next = { ...waiting, state: "building" } as const;
    const { change } = model.apply(aDelta(aBuild({ revision: 2 }), { derivations: [next] }));
    assert.deepEqual(change, { kind: "build", id: "b1" });
  });

  it("report their build as changed when one is added", () => {
    const { change } = watched().apply(aDelta(aBuild({ revision: 2 }), { derivations: [aDerivation("new")] }));
    assert.deepEqual(change, { kind: "build", id: "b1" });
  });

  it("must be requested again when a revision was missed", () => {
    assert.equal(watched().apply(aDelta(aBuild({ revision: 3 }))).missed, true);
    assert.equal(modelOf(aBuild()).apply(aDelta(aBuild({ revision: 3 }))).missed, false);
  });

  it("must be requested again when the build starts, because dependencies are known only then", () => {
    const model = modelOf(aBuild({ state: "evaluating" }));
    model.setDetails({ ...aBuild({ state: "evaluating" }), derivations: [waiting], transferStates: [] });
    assert.equal(model.apply(aDelta(aBuild({ revision: 2, state: "building" }))).missed, true);
    assert.equal(model.apply(aDelta(aBuild({ revision: 3, state: "building" }))).missed, false);
  });

  it("of a build that is gone are not kept", () => {
    const model = modelOf();
    assert.deepEqual(model.setDetails({ ...aBuild(), derivations: [building], transferStates: [] }), { kind: "none" });
    assert.deepEqual(ids(model), []);
  });

  it("do not restore an older summary", () => {
    const model = modelOf(aBuild({ revision: 4, state: "succeeded" }));
    model.setDetails({ ...aBuild({ revision: 3 }), derivations: [building], transferStates: [] });
    assert.equal(model.summary("b1")?.state, "succeeded");
  });
});
