import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../../../server/src/protocol.ts";
import { builderChoice } from "../../../server/src/session/handlers/builderChoice.ts";
import { builder } from "../../support/builders.ts";
import { machine, stated, unstated } from "../../support/features.ts";

const local = builder("local", { "x86_64-linux": "native" });
const arm = builder("ssh://arm", { "aarch64-linux": "unknown" });
const kvmOnArm = { system: "aarch64-linux", features: ["kvm"] };

/** machine, requirements of its plan -> `can` of this machine and of the ARM builder, or undefined. */
const cases: Record<
  string,
  [of: Partial<Machine>, needs: Record<string, (typeof kvmOnArm)[]>, can: boolean[] | undefined]
> = {
  "with the system that is set": [{ system: stated("aarch64-linux") }, {}, [true, false]],
  "with another build system": [{ buildSystem: stated("x86_64-linux") }, {}, [false, true]],
  "without a system: that of this machine": [{ system: unstated }, {}, [false, true]],
  "whose system is unknown": [{ system: { origin: "network.pkgs" } }, {}, undefined],
  "with a derivation that needs a feature": [{}, { eiffel: [kvmOnArm] }, [false, false]],
  "when another machine's derivation needs a feature": [{}, { web: [kvmOnArm] }, [true, false]],
};

for (const [name, [fields, needs, can]] of Object.entries(cases))
  test(`who can build a machine ${name}`, () => {
    const choice = builderChoice([local, arm], "x86_64-linux", of => needs[of])(machine(fields));
    assert.deepEqual(
      choice?.builders.map(({ capability }) => capability.can),
      can,
    );
  });

test("while the builders are unknown, so is the choice", () => {
  assert.equal(builderChoice(undefined, "x86_64-linux", () => [])(machine()), undefined);
});

test("the choice for machines with the same requirements is computed once", () => {
  const choice = builderChoice([local, arm], "x86_64-linux", () => undefined);
  assert.equal(choice(machine({ name: "a" })), choice(machine({ name: "b" })));
});
