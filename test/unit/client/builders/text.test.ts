import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { builderDescription } from "../../../../client/src/builders/text.ts";
import type { Capability } from "../../../../server/src/protocol.ts";
import { offer } from "../../../support/builders.ts";
import { aBuilder, english } from "../samples.ts";

const capability: Capability = {
  can: true,
  mode: "emulated",
  known: "settings",
  label: "emulated",
  why: "pi emulates aarch64-linux.",
};

const several = aBuilder({
  offers: [
    offer({ "x86_64-linux": "unknown" }, { maxJobs: 4 }),
    offer({ "i686-linux": "unknown", "x86_64-linux": "unknown" }, { maxJobs: 1 }),
  ],
});

describe("a builder to choose", () => {
  it("says how it builds the machine, and how many jobs it runs in parallel", () => {
    assert.equal(builderDescription({ builder: aBuilder(), capability }, english), "emulated · up to 2 parallel jobs");
  });

  it("that cannot build it says only that", () => {
    const cannot = { ...capability, can: false, label: "cannot build riscv64-linux" };
    assert.equal(
      builderDescription({ builder: aBuilder(), capability: cannot }, english),
      "cannot build riscv64-linux",
    );
  });

  it("lists the systems of all its lines while that of the machine is unknown, and the jobs of the line with the most", () => {
    assert.equal(builderDescription({ builder: several }, english), "x86_64-linux, i686-linux · up to 4 parallel jobs");
  });

  it("with a single job says so", () => {
    const one = aBuilder({ offers: [offer({ "x86_64-linux": "unknown" })] });
    assert.equal(builderDescription({ builder: one }, english), "x86_64-linux · 1 job at a time");
  });
});
