import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IncrementalNetwork } from "../../../server/src/network/incremental.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import type { Network } from "../../../server/src/protocol.ts";
import { noSources } from "../../../server/src/staticEvaluation/values/sources.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// Reading only the edited machine has the same result as reading the whole text.

const text = `let
  arm = "aarch64-linux";
  mk = system: { nixpkgs.system = system; };
in
{
  network.description = "é";
  defaults = { lib, ... }: { nixpkgs.system = lib.mkDefault "i686-linux"; };
  web01 = { ... }: {
    nixpkgs.system = "x86_64-linux";
    deployment.tags = [ "web" ];
  };
  "db 01" = mk arm;
  eiffel = { ... }: {
    nixpkgs.system = arm;
    services.openssh.enable = true;
  }; last = { };
  plain = { };
}
`;

/** Pieces that make and break machines. */
const pieces = fc.constantFrom(
  "x",
  " ",
  "\n",
  "}",
  "{ ",
  "; ",
  '"',
  "/*",
  "*/",
  "a = 1;",
  "nixpkgs.system = arm;",
  "😀",
  "",
);

const plainly = (network: Network) => JSON.parse(JSON.stringify(network));

test("after any edits the network is the same as after reading the whole text", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 12 }), pieces), { maxLength: 12 }), edits => {
      const document = nixDocument(text);
      const reader = new IncrementalNetwork();
      reader.read(document, noSources, false, true);
      for (const [at, length, piece] of edits) {
        const start = at % (document.text.length + 1);
        const range = document.rangeAt(start, Math.min(start + length, document.text.length));
        document.update([{ range, text: piece }], document.version + 1);
        const whole = nixDocument(document.text);
        assert.deepEqual(plainly(reader.read(document, noSources, true, true).network), plainly(readNetwork(whole)));
        whole.dispose();
      }
      document.dispose();
    }),
    { numRuns: 150 },
  );
});

test("an edit inside a machine reads no other machine", () => {
  const document = nixDocument(text);
  const reader = new IncrementalNetwork();
  const before = reader.read(document, noSources, false, true).network;
  const start = document.text.indexOf("deployment.tags");
  document.update([{ range: document.rangeAt(start, start), text: "# x\n    " }], 2);
  const after = reader.read(document, noSources, true, true).network;
  const named = (network: Network, name: string) => network.machines.find(machine => machine.name === name);
  assert.equal(named(after, "eiffel")?.tags, named(before, "eiffel")?.tags);
  assert.equal(named(after, "eiffel")?.range.start.line, (named(before, "eiffel")?.range.start.line ?? 0) + 1);
  document.update([{ range: document.rangeAt(start, start), text: " " }], 3);
  assert.equal(named(reader.read(document, noSources, true, true).network, "eiffel"), named(after, "eiffel"));
  document.dispose();
});
