import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { agoText, type LastBuild, lastResult, lastResultText } from "../../../server/src/common/lastResult.ts";
import { after, english, noon } from "../client/samples.ts";

const ended = { stoppedAt: after(-150), drvPath: "/nix/store/x.drv", progress: { done: 12, expected: 12 } };
const running = { drvPath: "/nix/store/x.drv", progress: { done: 4, expected: 12 } };
const signatures = { trusted: 9, total: 9 };

describe("a machine's last result", () => {
  const cases: readonly (readonly [LastBuild, text: string, spoken: string])[] = [
    [{ ...ended, state: "succeeded", signatures }, "✓ 2 min ago · signed 9/9", "built 2 min ago, signed 9/9"],
    [
      { ...ended, state: "succeeded" },
      "✓ 2 min ago · signatures not checked",
      "built 2 min ago, signatures not checked",
    ],
    [
      { ...ended, state: "succeeded", signatures: { trusted: 0, total: 0 } },
      "✓ 2 min ago · signatures not checked",
      "built 2 min ago, signatures not checked",
    ],
    [
      { ...ended, state: "succeeded", signatures: { total: 9, trusted: 7, unreachable: 1, invalid: 1 } },
      "✓ 2 min ago · signatures not checked · 1 invalid",
      "built 2 min ago, signatures not checked, 1 invalid",
    ],
    [
      { ...ended, state: "succeeded", signatures: { total: 9, trusted: 7, contentAddressed: 1, invalid: 1 } },
      "✓ 2 min ago · signed 7/8 · 1 invalid",
      "built 2 min ago, signed 7/8, 1 invalid",
    ],
    [
      { ...ended, state: "succeeded", signatures: { total: 2, trusted: 0, contentAddressed: 2 } },
      "✓ 2 min ago · no signatures needed",
      "built 2 min ago, no signatures needed",
    ],
    [
      { ...ended, state: "failed", drvPath: undefined, hydra: {} },
      "✗ failed on Hydra · 2 min ago",
      "failed on Hydra, 2 min ago",
    ],
    [{ ...ended, state: "succeeded", stoppedAt: undefined, signatures }, "✓ built · signed 9/9", "built, signed 9/9"],
    [{ ...ended, state: "succeeded", stoppedAt: "yesterday", signatures }, "✓ built · signed 9/9", "built, signed 9/9"],
    [
      { ...ended, state: "succeeded", signatures, outdated: true },
      "○ text changed since · built 2 min ago",
      "text changed since, built 2 min ago",
    ],
    [
      { ...ended, state: "failed", failure: { subject: "openssl" } },
      "✗ failed: openssl · 2 min ago",
      "failed: openssl, 2 min ago",
    ],
    [
      { ...ended, state: "failed", failure: { subject: "openssl" }, outdated: true },
      "✗ failed: openssl · text changed since · 2 min ago",
      "failed: openssl, text changed since, 2 min ago",
    ],
    [{ ...ended, state: "failed", failure: {} }, "✗ failed · 2 min ago", "failed, 2 min ago"],
    [
      { ...ended, state: "failed", drvPath: undefined, failure: {} },
      "✗ evaluation failed · 2 min ago",
      "evaluation failed, 2 min ago",
    ],
    [{ ...ended, state: "lost" }, "✗ interrupted · 2 min ago", "interrupted, 2 min ago"],
    [{ ...ended, state: "cancelled" }, "⊘ cancelled · 2 min ago", "cancelled, 2 min ago"],
    [{ ...running, state: "evaluating" }, "● evaluating", "evaluating"],
    [{ ...running, state: "queued" }, "● queued", "queued"],
    [{ ...running, state: "building", progress: { done: 0, expected: 0 } }, "● starting", "starting"],
    [{ ...running, state: "building" }, "● building 4/12", "building 4/12"],
    [
      { ...running, state: "building", estimate: { remaining: 170_000 } },
      "● building 4/12 · about 3 min left",
      "building 4/12, about 3 min left",
    ],
    [{ ...running, state: "building", estimate: { remaining: 0 } }, "● building 4/12", "building 4/12"],
    [
      { ...running, state: "building", outdated: true },
      "● building 4/12 · text changed since",
      "building 4/12, text changed since",
    ],
    [{ ...running, state: "reconnecting" }, "● reconnecting", "reconnecting"],
    [{ ...running, state: "checking", estimate: { remaining: 1 } }, "● checking signatures", "checking signatures"],
  ];
  for (const [build, text, spoken] of cases) {
    it(text, () => {
      assert.equal(lastResultText(build, noon, english), text);
      const { state, details } = lastResult(build, noon, english);
      assert.equal([state, ...details].join(", "), spoken);
    });
  }
});

describe("how long ago something was", () => {
  const cases: readonly (readonly [number, string | undefined])[] = [
    [-5000, "just now"],
    [59_999, "just now"],
    [60_000, "1 min ago"],
    [3_599_999, "59 min ago"],
    [3_600_000, "1 h ago"],
    [172_799_999, "47 h ago"],
    [172_800_000, "2 days ago"],
    [Number.NaN, undefined],
  ];
  for (const [milliseconds, expected] of cases) {
    it(`${milliseconds} ms: ${expected}`, () => assert.equal(agoText(milliseconds, english), expected));
  }
});
