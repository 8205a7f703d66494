import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorPlaces } from "../../../server/src/evaluation/errorPlaces.ts";
import type { Problem, TraceStep } from "../../../server/src/protocol.ts";

const network = "file:///net/network.nix";
const texts = new Map([[network, "{\n  web01 = { };\n}\n"]]);
const files = {
  placeOf: () => undefined,
  attributesIn: async () => [],
  textOf: async (uri: string) => texts.get(uri),
};
const places = new ErrorPlaces(files, file => file.startsWith("/net/"), "/extension/dist/nix");

const step = (text: string, uri: string, line: number, character: number): TraceStep => ({
  text,
  location: { uri, range: { start: { line, character }, end: { line, character } } },
});

test("a trace has no steps in the expressions that we pass to Nix, and ends at the word that they lead to", async () => {
  const problem: Problem = {
    code: "evaluation-failed",
    severity: "error",
    message: "Evaluation failed: no",
    trace: [
      step("while evaluating 'config'", "file:///nixpkgs/lib/modules.nix", 145, 4),
      step("while evaluating 'web01'", network, 1, 2),
      step("while evaluating 'traceAnswer'", "file:///extension/dist/nix/evaluate-many.nix", 26, 0),
    ],
  };
  const placed = await places.placed(problem, network, "web01");
  assert.deepEqual(
    placed.trace?.map(({ text }) => text),
    ["while evaluating 'config'", "while evaluating 'web01'"],
  );
  assert.deepEqual(placed.location?.range, { start: { line: 1, character: 2 }, end: { line: 1, character: 7 } });
  const only = await places.placed({ ...problem, trace: problem.trace?.slice(2) }, network, "web01");
  assert.equal(only.trace, undefined);
});
