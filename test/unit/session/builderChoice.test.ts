import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../../../server/src/protocol.ts";
import { builderChoice } from "../../../server/src/session/handlers/builderChoice.ts";
import { builder } from "../../support/builders.ts";
import { machine, stated, unstated } from "../../support/features.ts";

const local = builder("local", { "x86_64-linux": "native" });
const arm = builder("ssh://arm", { "aarch64-linux": "unknown" });
const kvmOnArm = { system: "aarch64-linux", features: ["kvm"] };

/** machine, what its plan needs -> `can` of this machine and of the ARM, or undefined. */
const cases: Record<
  string,
  [of: Partial<Machine>, needs: Record<string, (typeof kvmOnArm)[]>, can: boolean[] | undefined]
> = {
  "of the system that is stated": [{ system: stated("aarch64-linux") }, {}, [true, false]],
  "of the system on which it is built": [{ buildSystem: stated("x86_64-linux") }, {}, [false, true]],
  "whose system is not stated: that of this machine": [{ system: unstated }, {}, [false, true]],
  "whose system the text does not tell": [{ system: { origin: "network.pkgs" } }, {}, undefined],
  "of which a derivation needs a feature": [{}, { eiffel: [kvmOnArm] }, [false, false]],
  "of which another's derivation needs a feature": [{}, { web: [kvmOnArm] }, [true, false]],
};

for (const [name, [fields, needs, can]] of Object.entries(cases))
  test(`who can build a machine ${name}`, () => {
    const choice = builderChoice([local, arm], "x86_64-linux", of => needs[of])(machine(fields));
    assert.deepEqual(
      choice?.builders.map(({ capability }) => capability.can),
      can,
    );
  });

test("while the builders are not known, nobody knows", () => {
  assert.equal(builderChoice(undefined, "x86_64-linux", () => [])(machine()), undefined);
});

test("machines that need the same are answered once", () => {
  const choice = builderChoice([local, arm], "x86_64-linux", () => undefined);
  assert.equal(choice(machine({ name: "a" })), choice(machine({ name: "b" })));
});
