import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { builderDescription, builderDetail } from "../../../../client/src/builders/text.ts";
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
    offer(
      { "x86_64-linux": "unknown" },
      { maxJobs: 4, origin: { source: "machines file", file: "/etc/nix/machines" } },
    ),
    offer({ "i686-linux": "unknown", "x86_64-linux": "unknown" }, { maxJobs: 1 }),
  ],
});

describe("a builder to choose", () => {
  it("says how it builds the machine, and why", () => {
    const choice = { builder: aBuilder(), capability };
    assert.equal(builderDescription(choice), "emulated");
    assert.equal(builderDetail(choice, english), "pi emulates aarch64-linux. Up to 2 parallel jobs (nix.conf)");
  });

  it("says the systems of all its lines while that of the machine is not known", () => {
    assert.equal(builderDescription({ builder: several }), "x86_64-linux, i686-linux");
  });

  it("takes as many jobs as the line with the most, and names each place where it is declared", () => {
    assert.equal(
      builderDetail({ builder: several }, english),
      "Up to 4 parallel jobs (machines file: /etc/nix/machines, nix.conf)",
    );
  });

  it("that takes one job says so", () => {
    const one = aBuilder({ offers: [offer({ "x86_64-linux": "unknown" })] });
    assert.equal(builderDetail({ builder: one }, english), "1 job at a time (nix.conf)");
  });
});
