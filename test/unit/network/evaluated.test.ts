import assert from "node:assert/strict";
import { test } from "node:test";
import { EvaluatedSystems } from "../../../server/src/evaluatedSystems.ts";
import { withEvaluated } from "../../../server/src/network/evaluated.ts";
import { context, machine, networkUri, stated, unstated } from "../../support/features.ts";
import { someEvaluation } from "../../support/records.ts";

test("what evaluation has told stands where the text tells nothing, and nowhere else", () => {
  const told = machine({ name: "told" });
  const { location } = stated("");
  const machines = [
    told,
    machine({ name: "asked", system: unstated }),
    machine({ name: "instance", system: { origin: "network.pkgs", location } }),
    machine({ name: "never", system: unstated }),
  ];
  const { network } = context(machines);
  const evaluated = withEvaluated(network, name =>
    name === "never" ? undefined : { system: "riscv64-linux", stale: name === "instance" },
  );
  assert.deepEqual(
    evaluated.machines.map(({ system }) => system),
    [
      told.system,
      { value: "riscv64-linux", origin: "evaluated", stale: false },
      { value: "riscv64-linux", origin: "evaluated", stale: true, location },
      unstated,
    ],
  );
});

test("an evaluation is remembered for its machine and file, and is stale when the text is another", () => {
  const systems = new EvaluatedSystems();
  systems.remember(networkUri, someEvaluation({ machine: "a", system: "aarch64-linux" }), "text");
  assert.deepEqual(systems.get(networkUri, "a", "text"), { system: "aarch64-linux", stale: false });
  assert.deepEqual(systems.get(networkUri, "a", "another"), { system: "aarch64-linux", stale: true });
  assert.equal(systems.get(networkUri, "b", "text"), undefined);
  assert.equal(systems.get("file:///other.nix", "a", "text"), undefined);
});
