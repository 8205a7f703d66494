import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../../../server/src/protocol.ts";
import { builderChoice } from "../../../server/src/session/handlers/builderChoice.ts";
import { builder } from "../../support/builders.ts";
import { machine, stated, unstated } from "../../support/features.ts";

const local = builder("local", { "x86_64-linux": "native" });
const arm = builder("ssh://arm", { "aarch64-linux": "unknown" });
const kvmOnArm = { system: "aarch64-linux", features: ["kvm"] };

/** machine, requirements of its plan -> the builders, `-` before those that cannot, or undefined. */
const cases: Record<
  string,
  [of: Partial<Machine>, needs: Record<string, (typeof kvmOnArm)[]>, builders: string[] | undefined]
> = {
  "with the system that is set": [{ system: stated("aarch64-linux") }, {}, ["ssh://arm", "-local"]],
  "with another build system": [{ buildSystem: stated("x86_64-linux") }, {}, ["local", "-ssh://arm"]],
  "without a system: that of this machine": [{ system: unstated }, {}, ["local", "-ssh://arm"]],
  "whose system is unknown": [{ system: { origin: "network.pkgs" } }, {}, undefined],
  "with a derivation that needs a feature": [{}, { eiffel: [kvmOnArm] }, ["-ssh://arm", "-local"]],
  "when another machine's derivation needs a feature": [{}, { web: [kvmOnArm] }, ["ssh://arm", "-local"]],
};

for (const [name, [fields, needs, builders]] of Object.entries(cases))
  test(`who can build a machine ${name}`, () => {
    const choice = builderChoice([local, arm], "x86_64-linux", of => needs[of])(machine(fields));
    const found = choice?.builders.map(({ builder: { id }, capability: { can } }) => (can ? id : `-${id}`));
    assert.deepEqual(found, builders);
  });

test("a machine is built where a setting says, unless that cannot", () => {
  const placeOf = ({ name }: Machine) => ({ kind: "only" as const, builder: name });
  const choice = builderChoice([local, arm], "x86_64-linux", () => undefined, placeOf);
  assert.equal(choice(machine({ name: "ssh://arm" }))?.isComplete, true);
  assert.equal(choice(machine({ name: "local" }))?.isComplete, false);
  assert.equal(choice(machine({ name: "ssh://gone" }))?.isComplete, false);
});

test("while the builders are unknown, so is the choice", () => {
  assert.equal(builderChoice(undefined, "x86_64-linux", () => [])(machine()), undefined);
});

test("the choice for machines with the same requirements is computed once", () => {
  const choice = builderChoice([local, arm], "x86_64-linux", () => undefined);
  assert.equal(choice(machine({ name: "a" })), choice(machine({ name: "b" })));
});
