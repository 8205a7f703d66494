import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildDescription, leftoversText } from "../../../../client/src/builds/text.ts";
import { buildTooltip } from "../../../../client/src/views/builds/rows/build.ts";
import { transfersText } from "../../../../client/src/views/builds/rows/transfers.ts";
import type { BuildSummary, Leftovers, Problem } from "../../../../server/src/protocol.ts";
import { aBuild, after, english, noon, someSignatures } from "../samples.ts";

const now = noon + 12_000;
const none = { done: 0, running: 0, failed: 0, expected: 0 };
const warning: Problem = { code: "refused", severity: "warning", message: "Morph would refuse it." };
const ended = { stoppedAt: after(125) };
const onHydra = { url: "https://hydra.example.org", project: "morph", jobset: "eiffel" };

describe("what a build's row says", () => {
  const cases: readonly (readonly [Partial<BuildSummary>, string])[] = [
    [{ state: "evaluating", progress: none }, "evaluating · 10 s"],
    [{ state: "queued" }, "queued"],
    [{}, "building · 7 of 10 · 10 s"],
    [{ state: "evaluating", hydra: { ...onHydra, phase: "pending" } }, "waiting for Hydra's evaluator · 10 s"],
    [{ state: "evaluating", hydra: { ...onHydra, phase: "evaluating" } }, "evaluating on Hydra · 10 s"],
    [{ state: "queued", hydra: onHydra }, "queued on Hydra"],
    [
      { state: "succeeded", ...ended, stored: { store: onHydra.url }, hydra: onHydra },
      "succeeded · result on Hydra · 2 min 5 s",
    ],
    [{ estimate: { remaining: 61_000, basis: 3 } }, "building · 7 of 10 · 10 s · about 1 min left"],
    [{ estimate: { remaining: 31_000, basis: 3 } }, "building · 7 of 10 · 10 s · about 40 s left"],
    [{ estimate: { remaining: 7_800_000, basis: 1 } }, "building · 7 of 10 · 10 s · about 2 h 10 min left"],
    [{ estimate: { remaining: 0, basis: 3 } }, "building · 7 of 10 · 10 s"],
    [{ state: "checking" }, "checking signatures · 7 of 10 · 10 s"],
    [{ state: "succeeded", ...ended }, "succeeded · signatures not checked · 2 min 5 s"],
    [{ state: "succeeded", ...ended, progress: none }, "succeeded · signatures not checked · 2 min 5 s"],
    [
      { state: "succeeded", ...ended, signatures: someSignatures(), warnings: [warning] },
      "succeeded · 1 warning · 14 of 14 paths signed · 2 min 5 s",
    ],
    [{ kept: { pinned: true }, state: "failed", ...ended }, "failed · 7 of 10 · 2 min 5 s · pinned"],
    [{ state: "succeeded", ...ended, signatures: someSignatures() }, "succeeded · 14 of 14 paths signed · 2 min 5 s"],
    [{ state: "failed", ...ended }, "failed · 7 of 10 · 2 min 5 s"],
    [{ state: "cancelled", ...ended }, "cancelled · 7 of 10 · 2 min 5 s"],
    [{ state: "lost", ...ended }, "interrupted · 2 min 5 s"],
    [
      { silence: { builder: "ssh-ng://root@attic", since: after(-120), reason: "building" } },
      "building · nothing heard from attic for 2 min · 7 of 10 · 10 s",
    ],
    [
      { silence: { builder: "ssh-ng://root@attic", since: after(-120), reason: "building", connected: true } },
      "building · 7 of 10 · 10 s",
    ],
    [
      { silence: { builder: "ssh-ng://root@attic", since: after(-20), reason: "waiting" } },
      "building · waiting for attic for 30 s · 7 of 10 · 10 s",
    ],
    [{ detached: true }, "building · 7 of 10 · 10 s · detached"],
    [{ detached: true, state: "reconnecting" }, "reconnecting · 7 of 10 · 10 s · detached"],
    [
      { detached: true, state: "succeeded", ...ended, stored: { store: "ssh-ng://root@attic?ssh-key=x" } },
      "succeeded · result on attic · 2 min 5 s",
    ],
    [{ startedAt: "when?" }, "building · 7 of 10"],
  ];
  for (const [differences, expected] of cases) {
    it(expected, () => assert.equal(buildDescription(aBuild(differences), now, english), expected));
  }
});

describe("a build's transfers", () => {
  it("are not mentioned if there are none", () => assert.equal(transfersText(aBuild(), english), undefined));

  it("say how many are running, and their progress", () => {
    const transfers = { running: 2, done: 1, bytesDone: 1024, bytesExpected: 3 * 1024 * 1024 };
    assert.equal(transfersText(aBuild({ transfers }), english), "2 running · 1.0 KiB of 3.0 MiB");
    const rated = { ...transfers, rate: 2_000_000 };
    assert.equal(transfersText(aBuild({ transfers: rated }), english), "2 running · 1.0 KiB of 3.0 MiB · 1.9 MiB/s");
  });

  it("say their total size", () => {
    const transfers = { running: 0, done: 3, bytesDone: 500, bytesExpected: 500 };
    assert.equal(transfersText(aBuild({ transfers }), english), "3 done · 500 B");
  });
});

describe("a build's tooltip", () => {
  it("shows the builder, the result and the problem", () => {
    const build = aBuild({
      state: "failed",
      place: { kind: "only", builder: "ssh-ng://root@pi?ssh-key=/root/key" },
      outPath: "/nix/store/x-eiffel",
      failure: { code: "build-failed", severity: "error", message: "a [link](evil) failed" },
    });
    const text = buildTooltip(build, "network.nix", now, english);
    assert.match(text, /^\*\*eiffel\*\*/);
    assert.match(text, /Builder: pi \(`ssh-ng:\/\/root@pi`\) {2}/);
    // Without a success, there is no result at this path.
    assert.doesNotMatch(text, /Result/);
    assert.match(text, /Problem: a \\\[link\\\]\\\(evil\\\) failed/);
    assert.match(buildTooltip({ ...build, state: "succeeded" }, "n", now, english), /Result: `\/nix\/store\/x-eiffel`/);
  });

  it("says from how many earlier builds the remaining time is estimated", () => {
    const text = (basis: number) =>
      buildTooltip(aBuild({ estimate: { remaining: 1000, basis } }), "network.nix", now, english);
    assert.match(text(1), /Estimate: from 1 earlier build\b/);
    assert.match(text(3), /Estimate: from 3 earlier builds/);
  });
});

describe("what is left of a build on a builder", () => {
  const builder = "ssh-ng://root@attic";
  const [hello, zlib] = ["hello-2.12", "zlib-1.3"].map(name => `/nix/store/${"0".repeat(32)}-${name}.drv`);
  const cases: readonly (readonly [readonly Leftovers[], string])[] = [
    [[], "Nothing of this build was running on another builder when it ended."],
    [[{ builder, derivations: [] }], "Nothing of this build runs on attic any more."],
    [
      [
        {
          builder,
          derivations: [
            { drvPath: hello ?? "", state: "building" },
            { drvPath: zlib ?? "", state: "built" },
          ],
        },
      ],
      "attic is still building hello-2.12; a retry waits for it. attic has finished zlib-1.3 meanwhile; a retry fetches it.",
    ],
  ];
  for (const [found, text] of cases) it(text, () => assert.equal(leftoversText(found, english), text));
});
