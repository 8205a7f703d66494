import assert from "node:assert/strict";
import { test } from "node:test";
import { withDeclared } from "../../../../client/src/builders/declared.ts";
import { isDeclared } from "../../../../client/src/builders/state.ts";
import { builder } from "../../../support/builders.ts";

test("what is declared about a builder that Nix uses is one of its offers; the other declared ones come last", () => {
  const pi = builder("ssh-ng://pi?ssh-key=/k", { "aarch64-linux": "unknown" });
  const inactive = { active: false, origin: { source: "nixos module", file: "/pi.nix", line: 3 } } as const;
  const again = builder("ssh-ng://pi", { "armv7l-linux": "unknown" }, inactive);
  const attic = builder("ssh-ng://attic", { "x86_64-linux": "unknown" }, inactive);
  const all = withDeclared([builder("local", { "x86_64-linux": "native" }), pi], [attic, again]);
  assert.deepEqual(
    all.map(each => [each.id, isDeclared(each), each.offers.length]),
    [
      ["local", false, 1],
      ["ssh-ng://pi?ssh-key=/k", false, 2],
      ["ssh-ng://attic", true, 1],
    ],
  );
});
