import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { warningIcon } from "../../../../../client/src/builds/icons.ts";
import { BuildsModel } from "../../../../../client/src/builds/model.ts";
import type { AdvisedReport } from "../../../../../client/src/builds/signatures/advised.ts";
import type { RowContext } from "../../../../../client/src/views/builds/row/row.ts";
import { batchRow } from "../../../../../client/src/views/builds/rows/batch.ts";
import { buildRow } from "../../../../../client/src/views/builds/rows/build.ts";
import { type BuildsRow, isBuildsRow, kindOf } from "../../../../../client/src/views/builds/rows/kinds.ts";
import { silenceRow } from "../../../../../client/src/views/builds/rows/silence.ts";
import { look } from "../../../../../client/src/views/rowItem.ts";
import type { BuildSummary, Problem, TransferState } from "../../../../../server/src/protocol.ts";
import { projectDir } from "../../../../support/fixtures.ts";
import { aBatch, aBuild, aContext, aDerivation, after, someSignatures } from "../../samples.ts";

const problem: Problem = { code: "x", severity: "error", message: "it *broke*", detail: "why" };
const transfer: TransferState = {
  path: `/nix/store/${"0".repeat(32)}-hello`,
  done: 1024,
  state: "done",
  from: "https://c",
};

/** A build with everything that rows can show. */
const build: BuildSummary = aBuild({
  state: "failed",
  stoppedAt: after(5),
  failure: problem,
  silence: { builder: "ssh-ng://root@attic", since: after(-90), reason: "building" },
  warnings: [{ ...problem, code: "y", severity: "warning" }],
  transfers: { running: 0, done: 1, bytesDone: 1024, bytesExpected: 1024 },
  signatures: someSignatures({ trusted: 13, unsigned: 1 }),
});

const derivations = [
  aDerivation("broken", { state: "failed", keptFolder: "/tmp/x" }),
  ...Array.from({ length: 250 }, (_, index) => aDerivation(`p${index}`)),
];

const report: AdvisedReport = {
  advice: [{ status: "builtHere", count: 1, problem }],
  routes: [{ route: "push", used: true, verdict: "refused", accepted: 1, refused: 1, unknown: 0, why: "why" }],
  ...someSignatures({ trusted: 13, unsigned: 1 }),
  paths: [
    { path: transfer.path, status: "unsigned" },
    ...Array.from({ length: 201 }, (_, index) => ({ path: `/nix/store/${index}-p`, status: "builtHere" as const })),
  ],
  caches: [{ url: "https://c", reachable: false, problem }],
};

const batch = aBatch("building", ...Array.from({ length: 6 }, () => "succeeded" as const));

function contextOf(summary: BuildSummary): RowContext {
  const model = new BuildsModel();
  model.replaceAll([summary, ...batch]);
  model.setDetails({ ...summary, derivations, transferStates: [transfer] });
  return aContext({
    store: {
      summary: id => model.summary(id),
      batch: id => model.batches.get(id),
      derivations: id => model.derivations(id),
      derivation: (id, drvPath) => model.derivation(id, drvPath),
      transfers: id => model.transfers(id),
      transfer: (id, key) => model.transfer(id, key),
      signatures: () => Promise.resolve(report),
    },
  });
}

/** A row and everything below it. */
async function everyRow(row: BuildsRow, context: RowContext): Promise<BuildsRow[]> {
  const { ask, children } = kindOf(row);
  const below = (await ask?.(row, context)) ?? children?.(row, context) ?? [];
  return [row, ...(await Promise.all(below.map(each => everyRow(each, context)))).flat()];
}

describe("the rows of the Builds view", () => {
  it("have a file and an entry in the table for each kind, and a complete build and a batch show all of them", async () => {
    const context = contextOf(build);
    const rows = [...(await everyRow(buildRow(build), context)), ...(await everyRow(batchRow("all"), context))];
    const folder = path.join(projectDir, "client/src/views/builds/rows");
    const names = readdirSync(folder, { encoding: "utf8", recursive: true }).filter(name => name.endsWith(".ts"));
    const files = names.map(name => path.parse(name).name);
    const kinds = files.filter(name => isBuildsRow({ kind: name, key: "", id: "" }));
    assert.deepEqual(
      files.filter(name => !kinds.includes(name)).toSorted(),
      ["branch", "kinds"],
      "no kind of row, but what they share",
    );
    assert.deepEqual([...new Set(rows.map(({ kind }) => kind))].toSorted(), kinds.toSorted());
  });

  it("have unique keys, and context values that start with their kind", async () => {
    const context = contextOf(build);
    const rows = [...(await everyRow(buildRow(build), context)), ...(await everyRow(batchRow("all"), context))];
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
    for (const row of rows)
      assert.equal(kindOf(row).item(row, context)?.words[0], row.kind === "batchDone" ? "group" : row.kind);
  });

  it("offer the fixes of a failure, and show its details when the mouse rests on it", async () => {
    const fixable = { ...build, failure: { ...problem, fixes: [{ title: "Build Again", command: "morph.build" }] } };
    for (const [summary, words] of [
      [build, ["failure", "log"]],
      [fixable, ["failure", "log", "fixes"]],
    ] as const) {
      const context = contextOf(summary);
      const rows = await everyRow(buildRow(summary), context);
      const row = rows.find(({ kind }) => kind === "failure");
      assert.ok(row !== undefined);
      const item = kindOf(row).item(row, context);
      assert.deepEqual(item?.words, words);
      assert.deepEqual(item?.click, { kind: "failure", failure: { id: "b1", machine: "eiffel" } });
      assert.equal(kindOf(row).tooltip?.(row, context), "it \\*broke\\*\n\n```\nwhy\n```");
    }
  });

  it("say since when nothing was heard from a builder, and offer to cancel the build and to retry it", () => {
    const silence = { builder: "ssh-ng://root@attic", since: after(-90), reason: "building" } as const;
    for (const [given, icon, label, explanation] of [
      [silence, "warning", "Nothing heard for 1 min 30 s", /out of reach/],
      [{ ...silence, connected: true }, "info", "No output for 1 min 30 s", /connection to attic works/],
      [{ ...silence, reason: "waiting" }, "clock", "Waiting for 1 min 30 s", /free slot/],
    ] as const) {
      const context = contextOf({ ...build, state: "building", silence: given });
      const row = silenceRow(buildRow(build));
      const item = kindOf(row).item(row, context);
      assert.deepEqual(
        [item?.label, item?.icon?.id, item?.words],
        [label, icon, ["silence", "log", "cancel", "retry"]],
      );
      assert.match(kindOf(row).tooltip?.(row, context) ?? "", explanation);
    }
  });

  it("look like a warning if the build continues, and link to their location", async () => {
    const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } };
    const location = { uri: build.uri, range };
    const warning: Problem = { ...problem, severity: "warning", location };
    const summary: BuildSummary = { ...build, state: "building", failure: warning, warnings: [warning] };
    const context = contextOf(summary);
    const rows = await everyRow(buildRow(summary), context);
    const told = rows.filter(({ kind }) => kind === "failure" || kind === "warning");
    assert.equal(told.length, 2);
    for (const row of told) {
      const item = kindOf(row).item(row, context);
      assert.deepEqual(
        [item?.icon, item?.click, item?.spoken],
        [warningIcon, { kind: "location", location }, "Warning: it *broke*"],
      );
    }
  });

  it("are empty if their content is gone", async () => {
    const rows = await everyRow(buildRow(build), contextOf(build));
    const gone = aContext();
    const looks = rows.filter(row => look(kindOf(row).item(row, gone)) === "").map(({ kind }) => kind);
    assert.deepEqual([...new Set(looks)].toSorted(), [
      "build",
      "derivation",
      "failure",
      "signatures",
      "silence",
      "transfer",
      "transfers",
    ]);
    assert.deepEqual(kindOf(buildRow(build)).children?.(buildRow(build), gone), []);
  });
});
