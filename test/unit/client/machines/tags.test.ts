import assert from "node:assert/strict";
import { test } from "node:test";
import { machinesByTag } from "../../../../client/src/machines/tags.ts";
import type { Machine } from "../../../../server/src/protocol.ts";

const place = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const machine = (name: string, tags?: string[]): Machine => ({
  name,
  tags,
  range: place,
  selectionRange: place,
  system: { origin: "unstated" },
});

test("each tag has the machines that have it, once", () => {
  const machines = [machine("web", ["front", "front"]), machine("db", ["back", "front"]), machine("alone")];
  assert.deepEqual(machinesByTag({ uri: "file:///n.nix", machines, complete: true, problems: [] }), [
    { tag: "back", machines: ["db"] },
    { tag: "front", machines: ["web", "db"] },
  ]);
});
