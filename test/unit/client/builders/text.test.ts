import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { builderDescription, rankBuilders } from "../../../../client/src/builders/text.ts";
import type { ProducedBuildMode } from "../../../../server/src/protocol.ts";
import { aBuilder, english } from "../samples.ts";

const able = (name: string, mode: ProducedBuildMode) =>
  aBuilder({ name, systems: [{ system: "aarch64-linux", mode }] });

describe("builders to choose from", () => {
  it("are offered the best first, those that cannot last, inactive ones not", () => {
    const builders = [
      aBuilder({ name: "x86", systems: [{ system: "x86_64-linux", mode: "native" }] }),
      able("emulates", "emulated"),
      { ...able("asleep", "native"), active: false },
      able("native", "native"),
      able("says so", "claimed"),
    ];
    const order = rankBuilders(builders, "aarch64-linux").map(({ name }) => name);
    assert.deepEqual(order, ["native", "says so", "emulates", "x86"]);
  });

  it("keep their order while the system is not known", () => {
    const builders = [able("a", "emulated"), able("b", "native")];
    assert.deepEqual(rankBuilders(builders, undefined), builders);
  });

  it("say how they build for the system", () => {
    assert.equal(builderDescription(able("a", "emulated"), "aarch64-linux", english), "aarch64-linux · emulated");
    assert.equal(builderDescription(able("a", "native"), "riscv64-linux", english), "riscv64-linux · cannot build it");
  });

  it("say all their systems while it is not known", () => {
    const systems = ["x86_64-linux", "i686-linux"].map(system => ({ system, mode: "native" }) as const);
    assert.equal(builderDescription(aBuilder({ systems }), undefined, english), "x86_64-linux, i686-linux");
  });
});
