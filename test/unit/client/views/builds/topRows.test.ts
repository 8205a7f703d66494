import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BuildsModel } from "../../../../../client/src/builds/model.ts";
import { TopRows } from "../../../../../client/src/views/builds/topRows.ts";
import type { BuildSummary } from "../../../../../server/src/protocol.ts";
import { aBatch, aBuild, aContext, after } from "../../samples.ts";

function topRows(...builds: readonly BuildSummary[]) {
  const model = new BuildsModel();
  model.replaceAll(builds);
  const store = {
    get summaries() {
      return model.summaries;
    },
    summary: (id: string) => model.summary(id),
    batch: (id: string) => model.batches.get(id),
  };
  const rows = new TopRows(store);
  const context = aContext({ store: { ...aContext().store, ...store }, shows: build => rows.shows(build) });
  const keys = () => rows.all(context).map(({ key }) => key);
  return { rows, context, model, keys };
}

const done = Array.from({ length: 6 }, () => "succeeded" as const);

describe("the top of the Builds view", () => {
  it("has one row for a batch, and running ones come first", () => {
    const older = aBuild({ id: "older", state: "building", startedAt: after(-60) });
    const newer = aBuild({ id: "newer", state: "failed", startedAt: after(60) });
    assert.deepEqual(topRows(newer, older, ...aBatch("queued", "building", "failed")).keys(), [
      "batch all",
      "older",
      "newer",
    ]);
  });

  it("has the builds of a single machine without their batches, when filtered by it", () => {
    const { rows, keys } = topRows(...aBatch("failed", "succeeded"), aBuild({ id: "alone", machine: "m1" }));
    rows.filter = { kind: "machine", machine: "m1" };
    assert.deepEqual(keys(), ["alone", "m1"]);
    rows.filter = { kind: "failed" };
    assert.deepEqual(keys(), ["batch all"]);
    rows.filter = { kind: "running" };
    assert.deepEqual(keys(), ["alone"]);
  });

  it("finds a build in its batch, and in the group of finished ones there", () => {
    const { rows, context } = topRows(...aBatch(...done, "failed"));
    assert.equal(rows.row("m6", context)?.parent?.key, "batch all");
    assert.equal(rows.row("m0", context)?.parent?.key, "batch all done");
    assert.equal(rows.row("all", context)?.key, "batch all");
    assert.equal(rows.row("unknown", context), undefined);
    rows.filter = { kind: "failed" };
    assert.equal(rows.row("m0", context), undefined);
  });

  it("keeps the objects of its rows, by which VS Code knows them", () => {
    const { rows, context, model } = topRows(...aBatch("building", "queued"));
    const [batch] = rows.all(context);
    const build = rows.row("m0", context);
    const [first] = aBatch("building");
    assert.ok(first?.batch);
    const summary = { ...first, revision: 2, batch: { ...first.batch, size: 2 } };
    model.apply({ id: "m0", revision: 2, summary });
    assert.equal(rows.all(context)[0], batch);
    assert.equal(rows.row("m0", context), build);
  });
});
