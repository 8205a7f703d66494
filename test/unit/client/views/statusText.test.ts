import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batchesOf } from "../../../../client/src/builds/batches.ts";
import type { Status } from "../../../../client/src/views/status/status.ts";
import { statusText } from "../../../../client/src/views/status/statusText.ts";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { aBuild, aStatus, english } from "../samples.ts";

describe("the status bar", () => {
  const well = aStatus();
  const broken = { state: "error", message: "no Nix" } as const;
  const unwell = { state: "warning", message: "old Nix" } as const;
  const states = (count: number, state: "building" | "queued") =>
    Array.from({ length: count }, (_, index) => aBuild({ id: `${state}${index}`, state }));
  const many = [...states(34, "queued"), ...states(4, "building")];
  const none = { done: 0, running: 0, failed: 0, expected: 0 };
  const batched = (state: BuildSummary["state"], count: number, first: number) =>
    Array.from({ length: count }, (_, index) =>
      aBuild({ id: `${first + index}`, state, batch: { id: "all", kind: "all", size: 50, position: first + index } }),
    );
  const fifty = [...batched("succeeded", 11, 0), ...batched("failed", 2, 11), ...batched("building", 4, 13)];
  const batches = [...batchesOf([...fifty, ...batched("queued", 33, 17)]).values()];
  const left = [...batched("building", 4, 13), ...batched("queued", 33, 17)];
  const cases: readonly (readonly [string, Partial<Status>, string])[] = [
    ["is only a name when all is well", {}, "Morph"],
    ["shows that the workspace is not trusted", { isTrusted: false }, "$(workspace-untrusted) Morph"],
    ["shows how many builds of a batch are done", { builds: left, batches }, "$(sync~spin) 13/50"],
    [
      "counts a build beside a batch with it",
      { builds: [...left, aBuild({ id: "x" })], batches },
      "$(sync~spin) 13/51",
    ],
    ["shows that the server starts", { session: "starting", health: undefined }, "$(loading~spin) Morph"],
    ["shows that the server is gone before all else", { session: "stopped", builds: [aBuild()] }, "$(error) Morph"],
    ["shows what is broken before builds", { health: broken, builds: [aBuild()] }, "$(error) Morph"],
    ["shows a build and how far it is", { builds: [aBuild()] }, "$(sync~spin) eiffel 7/10"],
    ["shows a build that has nothing to count yet", { builds: [aBuild({ progress: none })] }, "$(sync~spin) eiffel"],
    ["counts builds", { builds: [aBuild(), aBuild({ id: "b2" })] }, "$(sync~spin) 2 running"],
    ["counts what is queued by itself", { builds: many }, "$(sync~spin) 4 running, 34 queued"],
    ["shows that all is queued", { builds: [aBuild({ state: "queued" })] }, "$(clock) 1 queued"],
    [
      "shows a build while a crashed server starts again",
      { session: "starting", builds: [aBuild()] },
      "$(sync~spin) eiffel 7/10",
    ],
    ["shows what is evaluated", { evaluations: [{ title: "Evaluating eiffel" }] }, "$(sync~spin) Evaluating eiffel"],
    [
      "shows how far the evaluation of all machines is",
      { evaluations: [{ title: "Evaluating all machines", progress: "12 of 50" }] },
      "$(sync~spin) Evaluating 12 of 50",
    ],
    [
      "shows that a build has a warning",
      { builds: [aBuild({ warnings: [{ code: "w", severity: "warning", message: "Takes hours." }] })] },
      "$(sync~spin) eiffel 7/10 $(warning)",
    ],
    ["shows a warning when nothing runs", { health: unwell }, "$(warning) Morph"],
    ["shows builds before a warning", { health: unwell, builds: [aBuild()] }, "$(sync~spin) eiffel 7/10"],
  ];
  for (const [name, differences, expected] of cases) {
    it(name, () => assert.equal(statusText({ ...well, ...differences }, english).text, expected));
  }

  it("has a label with the running builds for screen readers", () => {
    assert.equal(statusText({ ...well, builds: [aBuild()] }, english).label, "Morph is building eiffel 7/10");
    assert.equal(
      statusText({ ...well, builds: [aBuild(), ...states(3, "queued")] }, english).label,
      "Morph is building eiffel 7/10; 3 queued",
    );
    const { label } = statusText({ ...well, builds: left, batches }, english);
    assert.match(label, /^13 of 50 builds done; Morph is building eiffel 7\/10, .*; 33 queued$/);
    const many = statusText({ ...well, builds: states(40, "building") }, english).label;
    assert.ok(many.length < 200 && many.endsWith(" and 36 more"), many);
  });
});
