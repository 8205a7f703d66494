import assert from "node:assert/strict";
import { test } from "node:test";
import { withEvaluated } from "../../../server/src/network/evaluated.ts";
import { context, machine, stated, unstated } from "../../support/features.ts";

test("results of evaluations are used where the text has none, and nowhere else", () => {
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

test("machines that only an evaluation names are added, without a position", () => {
  const { network } = context([machine({ name: "told" })]);
  const partial = { ...network, complete: false };
  const evaluated = withEvaluated(
    partial,
    name => (name === "cross" ? { system: "aarch64-linux", buildSystem: "x86_64-linux", stale: false } : undefined),
    { list: ["cross", "failing", "told"], stale: false },
  );
  assert.deepEqual(
    evaluated.machines.map(({ name, computed }) => [name, computed]),
    [
      ["told", undefined],
      ["cross", true],
      ["failing", true],
    ],
  );
  const [, cross, failing] = evaluated.machines;
  assert.deepEqual(cross?.system, { value: "aarch64-linux", origin: "evaluated", stale: false });
  assert.deepEqual(cross?.buildSystem, { value: "x86_64-linux", origin: "evaluated", stale: false });
  assert.deepEqual(failing?.system, { origin: "unstated" });
  assert.equal(evaluated.complete, true);
});

test("names from an earlier text leave the network incomplete, and a complete one gets none", () => {
  const { network } = context([machine({ name: "told" })]);
  const names = { list: ["computed"], stale: true };
  assert.equal(withEvaluated({ ...network, complete: false }, () => undefined, names).complete, false);
  assert.equal(withEvaluated({ ...network, complete: false }, () => undefined, names).machines.length, 2);
  assert.equal(withEvaluated({ ...network, complete: true }, () => undefined, names).machines.length, 1);
});
