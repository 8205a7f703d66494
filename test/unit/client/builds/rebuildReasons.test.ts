import assert from "node:assert/strict";
import { test } from "node:test";
import { changeItems } from "../../../../client/src/builds/rebuildReasons.ts";
import { english } from "../samples.ts";

test("changes are listed, nixpkgs first, each with its parts", () => {
  const items = changeItems(
    {
      previous: { id: "1", startedAt: "2024-05-01T12:00:00.000Z" },
      nixpkgs: { before: "abc" },
      changes: [
        { name: "glibc-2.39", before: "glibc-2.38", parts: [{ kind: "variable", name: "src" }] },
        {
          name: "etc",
          parts: [{ kind: "system" }, { kind: "source", name: "web.nix" }, { kind: "input", name: "htop-3" }],
        },
      ],
    },
    english,
  );
  assert.deepEqual(items, [
    { label: "nixpkgs", description: "abc → unknown" },
    { label: "glibc-2.39", description: "was glibc-2.38 · src" },
    { label: "etc", description: "different system · file web.nix · new dependency htop-3" },
  ]);
});

test("the same derivation has no reasons", () => {
  assert.deepEqual(changeItems({ previous: { id: "1", startedAt: "" }, changes: [] }, english), []);
});
