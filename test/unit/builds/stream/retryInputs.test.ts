import assert from "node:assert/strict";
import { test } from "node:test";
import { retryInputs } from "../../../../server/src/builds/stream/retryInputs.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { DerivationState } from "../../../../server/src/protocol.ts";

/** system needs kernel and app, app needs library and compiler, library needs compiler. */
const names = ["compiler", "library", "app", "kernel", "system"];
const dependencies = [[], [0], [0, 1], [], [2, 3]];
const graph: PlannedDerivation[] = names.map((drvPath, index) => ({
  drvPath,
  system: "x86_64-linux",
  requiredFeatures: [],
  dependencies: dependencies[index] ?? [],
}));

/** What is built and what is not -> what a retry needs. */
const cases: Record<string, [states: Record<string, DerivationState["state"]>, needed: string[]]> = {
  "nothing is built": [{ compiler: "building" }, []],
  "what waits needs it": [{ compiler: "built", library: "failed" }, ["compiler"]],
  "what is half done needs all that it names": [
    { compiler: "built", library: "built", app: "failed" },
    ["compiler", "library"],
  ],
  "what only built ones needed is needed no more": [
    { compiler: "built", library: "built", app: "built", kernel: "cancelled" },
    ["app"],
  ],
  "everything is built": [Object.fromEntries(names.map(name => [name, "built"])), []],
  "what another build has built goes as fast as what this one has": [
    { compiler: "built-by-another", library: "failed" },
    ["compiler"],
  ],
  "what was fetched comes again": [{ compiler: "fetched", library: "failed" }, []],
};

for (const [name, [states, needed]] of Object.entries(cases))
  test(`what a retry needs: ${name}`, () => {
    const derivations = new Map(Object.entries(states).map(([drvPath, state]) => [drvPath, { state }]));
    assert.deepEqual(retryInputs(graph, derivations), needed);
  });
