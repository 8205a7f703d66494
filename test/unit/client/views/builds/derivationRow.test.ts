import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { derivationDescription, derivationTooltip } from "../../../../../client/src/views/builds/rows/derivation.ts";
import type { DerivationState } from "../../../../../server/src/protocol.ts";
import { aDerivation, after, english, noon } from "../../samples.ts";

describe("a derivation's row", () => {
  const since = { startedAt: after(0) };
  const cases: readonly (readonly [Partial<DerivationState>, string])[] = [
    [{}, "not started"],
    [{ state: "waiting" }, "waiting"],
    [{ state: "building", ...since }, "building · 3 s"],
    [{ state: "building", phase: "buildPhase", ...since }, "buildPhase · 3 s"],
    [
      { state: "building", phase: "buildPhase", builder: "ssh-ng://root@pi?x=y", emulated: true, ...since },
      "buildPhase · 3 s · pi · emulated",
    ],
    [{ state: "building", expectedOn: "ssh-ng://root@pi", ...since }, "building · 3 s · this machine, not pi"],
    [
      { state: "building", builder: "ssh://attic", expectedOn: "local", ...since },
      "building · 3 s · attic, not this machine",
    ],
    [{ state: "building", phase: "buildPhase", attempt: 2, ...since }, "buildPhase · 3 s · attempt 2"],
    [{ state: "built", phase: "fixupPhase", ...since, stoppedAt: after(62) }, "built · 1 min 2 s"],
    [{ state: "failed", phase: "buildPhase", ...since, stoppedAt: after(2) }, "failed · buildPhase · 2 s"],
    [{ state: "built-by-another", attempt: 0 }, "built by another build"],
    [{ state: "fetched", attempt: 0 }, "fetched"],
    [{ state: "not-needed", attempt: 0 }, "not needed"],
    [{ state: "dependency-failed" }, "dependency failed"],
  ];
  for (const [differences, expected] of cases) {
    it(expected, () =>
      assert.equal(derivationDescription(aDerivation("x", differences), noon + 3000, english), expected),
    );
  }
});

it("a derivation's row says how many dependencies are below it", () => {
  const waiting = aDerivation("x", { state: "waiting" });
  assert.equal(derivationDescription(waiting, noon, english, 4), "waiting · 4 dependencies");
  assert.equal(derivationDescription(waiting, noon, english, 1), "waiting · 1 dependency");
});

it("a derivation's tooltip shows a builder only once it has started", () => {
  assert.match(derivationTooltip(aDerivation("x"), english), /Builder: this machine/);
  assert.doesNotMatch(derivationTooltip(aDerivation("x", { state: "fetched", attempt: 0 }), english), /Builder/);
});

it("a derivation's tooltip names the builder that it was expected on", () => {
  assert.match(derivationTooltip(aDerivation("x", { expectedOn: "ssh-ng://root@pi" }), english), /Expected on: pi\b/);
  assert.doesNotMatch(derivationTooltip(aDerivation("x"), english), /Expected/);
});

it("a derivation's tooltip shows its last line as it is", () => {
  const text = derivationTooltip(aDerivation("x", { lastLine: "see `make` **now**" }), english);
  assert.match(text, /Last line: `` see `make` \*\*now\*\* ``/);
});
