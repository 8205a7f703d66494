import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { groupSignatures, verdict } from "../../../../client/src/builds/signatures.ts";
import { signaturesLabel } from "../../../../client/src/views/builds/rows/signatures/signatures.ts";
import type { SignatureStatus } from "../../../../server/src/protocol.ts";
import { english, someSignatures } from "../samples.ts";

const path = (status: SignatureStatus, name: string) => ({ path: `/nix/store/${name}`, status });

describe("the signatures of a closure", () => {
  it("are counted", () => {
    assert.equal(signaturesLabel(someSignatures({ trusted: 11 }), english), "11 of 14 paths signed");
  });

  it("have the verdict of the worst", () => {
    assert.equal(verdict(someSignatures()), "fine");
    assert.equal(verdict(someSignatures({ contentAddressed: 3 })), "fine");
    assert.equal(verdict(someSignatures({ builtHere: 3 })), "local");
    assert.equal(verdict(someSignatures({ builtHere: 3, unreachable: 1 })), "open");
    assert.equal(verdict(someSignatures({ unreachable: 1, invalid: 1 })), "wrong");
  });

  it("are unknown if the closure could not be read", () => {
    const none = someSignatures({ total: 0, trusted: 0 });
    assert.equal(verdict(none), "open");
    assert.equal(signaturesLabel(none, english), "Signatures could not be checked");
  });

  it("are grouped by status, the worst first", () => {
    const paths = [
      path("builtHere", "a"),
      path("trusted", "b"),
      path("unsigned", "c"),
      path("invalid", "d"),
      path("unsigned", "e"),
    ];
    const groups = groupSignatures({ ...someSignatures(), caches: [], paths });
    assert.deepEqual(
      groups.map(group => [group.status, group.paths.map(entry => entry.path.slice(-1)).join("")]),
      [
        ["invalid", "d"],
        ["unsigned", "ce"],
        ["builtHere", "a"],
      ],
    );
  });
});
