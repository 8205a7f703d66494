import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Status, statusText } from "../../../../client/src/views/status/statusText.ts";
import { aBuild, english } from "../samples.ts";

describe("the status bar", () => {
  const well: Status = { session: "running", health: { state: "ok" }, builds: [] };
  const broken = { state: "error", message: "no Nix" } as const;
  const unwell = { state: "warning", message: "old Nix" } as const;
  const states = (count: number, state: "building" | "queued") =>
    Array.from({ length: count }, (_, index) => aBuild({ id: `${state}${index}`, state }));
  const many = [...states(34, "queued"), ...states(4, "building")];
  const none = { done: 0, running: 0, failed: 0, expected: 0 };
  const cases: readonly (readonly [string, Partial<Status>, string | undefined])[] = [
    ["is silent when all is well", {}, undefined],
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
    ["shows a warning when nothing runs", { health: unwell }, "$(warning) Morph"],
    ["shows builds before a warning", { health: unwell, builds: [aBuild()] }, "$(sync~spin) eiffel 7/10"],
  ];
  for (const [name, differences, expected] of cases) {
    it(name, () => assert.equal(statusText({ ...well, ...differences }, english)?.text, expected));
  }

  it("says what a click does about a problem", () => {
    const fixes = [{ title: "Restart Language Server", command: "morph.restartServer" }];
    const tooltipOf = (health: Status["health"]) => statusText({ ...well, health }, english)?.tooltip;
    assert.equal(tooltipOf({ ...unwell, fixes }), "old Nix\n\nClick: Restart Language Server");
    assert.equal(tooltipOf({ ...broken, code: "no-nix" }), "no Nix\n\nClick: Open Settings");
    assert.equal(tooltipOf(unwell), "old Nix\n\nClick: Show Output");
  });

  it("has a label with the running builds for screen readers", () => {
    assert.equal(statusText({ ...well, builds: [aBuild()] }, english)?.label, "Morph is building eiffel 7/10");
    assert.equal(
      statusText({ ...well, builds: [aBuild(), ...states(3, "queued")] }, english)?.label,
      "Morph is building eiffel 7/10; 3 queued",
    );
  });
});
