import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withExpected } from "../../../../server/src/builds/checks/expected.ts";
import { Displaced } from "../../../../server/src/builds/sources/displaced.ts";
import { builtElsewhere } from "../../../../server/src/builds/summary/builtElsewhere.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { Place } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import { building, built, drv, error, id, stateAfter, stop, totals } from "../../../support/streams.ts";

const [pi, attic] = ["ssh-ng://builder-pi", "ssh-ng://attic"];
const [hello, zlib] = [drv("hello"), drv("zlib")];

/** A Pi that is native, an attic that is like it, and this machine, which emulates. */
const local = builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" }, { maxJobs: 2 });
const [native, similar] = [pi, attic].map(each => builder(each, { "aarch64-linux": "native" }));
const builders = [local, ...[native, similar].flatMap(each => each ?? [])];

const plan: readonly PlannedDerivation[] = [hello, zlib].map(drvPath => {
  return { drvPath, system: "aarch64-linux", requiredFeatures: [], dependencies: [] };
});

/** Derivation -> where it was expected, and the warning about it. */
function judge(lines: readonly string[], known = builders, place: Place = { kind: "schedule" }) {
  const graph = withExpected(plan, known, place);
  const state = stateAfter(lines);
  for (const { drvPath, system } of graph) {
    const derivation = state.derivations.get(drvPath);
    if (derivation !== undefined) derivation.system = system;
  }
  const displaced = new Displaced();
  displaced.note(state, graph, known, place);
  return { moved: [...displaced.moved], warning: builtElsewhere(state, displaced.moved, known)?.message };
}

const unreached = error(`cannot build on '${pi}': error: cannot open connection to remote store '${pi}'`);

describe("a derivation that Nix gave to another builder than expected", () => {
  it("is not one if the expected builder got it", () => {
    assert.deepEqual(judge([building(id(1), hello, pi)]), { moved: [], warning: undefined });
  });

  it("is not one if the expected builder's only slot was taken by another of this build", () => {
    assert.deepEqual(judge([building(id(1), hello, pi), building(id(2), zlib, attic)]).moved, []);
  });

  it("is one if the slot was free again", () => {
    const ended = [totals(id(9)), building(id(1), hello, pi), built(id(9), 1, 2), stop(id(1))];
    const { moved, warning } = judge([...ended, building(id(2), zlib, attic)]);
    assert.deepEqual(moved, [[zlib, pi]]);
    assert.equal(warning, undefined, "which of two similar builders is free is chance");
  });

  it("is warned of if the expected builder could not be reached", () => {
    assert.equal(
      judge([unreached, building(id(1), hello, attic)]).warning,
      "1 derivation was built on attic instead of builder-pi, which could not be reached.",
    );
  });

  it("is warned of if it is emulated here instead", () => {
    const known = builders.filter(({ id }) => id !== attic);
    const { moved, warning } = judge([unreached, building(id(1), hello), building(id(2), zlib)], known);
    assert.equal(moved.length, 2);
    assert.equal(
      warning,
      "2 derivations were built on this machine instead of builder-pi, which could not be reached. On this machine they are emulated, which is several times slower.",
    );
  });

  it("is one only where Nix chooses", () => {
    const place = { kind: "only", builder: attic } as const;
    assert.deepEqual(judge([building(id(1), hello, attic)], builders, place).moved, []);
  });

  it("is judged again when it is tried again", () => {
    assert.deepEqual(judge([building(id(1), hello), stop(id(1)), building(id(2), hello, pi)]).moved, []);
  });
});
