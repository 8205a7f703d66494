import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThisHost } from "../../../../server/src/features/builderFixes/host.ts";
import { trustFixes } from "../../../../server/src/features/signatureFixes/trustKey.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import type { BuilderFix } from "../../../../server/src/protocol.ts";
import { edited } from "../../../support/marked.ts";
import { nixDocument } from "../../../support/nixDocument.ts";
import { newSigner } from "../../../support/signer.ts";

const { publicKey } = newSigner("cache.home-1");
const fleet = `{
  defaults = { ... }: {
    nix.settings.substituters = [ "http://other" ];
  };

  laptop = {
    deployment.targetHost = "laptop.home";
    nix.settings.trusted-public-keys = [ "a" ];
  };

  eiffel = ./eiffel.nix;
}
`;
const laptop: ThisHost = { name: "laptop", isNixOs: true };
const desk: ThisHost = { name: "desk", isNixOs: true };
const debian: ThisHost = { name: "laptop", isNixOs: false };

function fixesOn(host: ThisHost, { text = fleet, cache = "http://cache.home" } = {}): readonly BuilderFix[] {
  const document = nixDocument(text);
  const eiffel = nixDocument('{\n  networking.hostName = "eiffel";\n}\n', "file:///net/eiffel.nix");
  const imported = (literal: string) => (literal === "./eiffel.nix" ? eiffel : undefined);
  return trustFixes({ network: readNetwork(document), document, imported, machine: "eiffel", host, publicKey, cache });
}

const labels = (fixes: readonly BuilderFix[]) => fixes.map(({ label }) => label);

/** The text of the edited file. */
function after(fix: BuilderFix | undefined, text = fleet): string {
  assert.ok(fix?.action.kind === "edit", fix?.label);
  const [[uri, edits] = ["", []]] = Object.entries(fix.action.edit.changes ?? {});
  const file = uri.endsWith("eiffel.nix") ? '{\n  networking.hostName = "eiffel";\n}\n' : text;
  return edited(nixDocument(file, uri), edits);
}

test("a key is trusted on this machine, on the one that was built, and on all of the network", () => {
  const fixes = fixesOn(laptop);
  assert.deepEqual(labels(fixes), [
    "Trust it on laptop (this machine)",
    "Trust it on eiffel",
    "Trust it on all machines of network.nix",
  ]);
  assert.ok(after(fixes[0]).includes(`nix.settings.trusted-public-keys = [ "a" "${publicKey}" ];`));
  assert.ok(after(fixes[0]).includes('nix.settings.substituters = [ "http://cache.home" ];'));
  assert.ok(after(fixes[1]).includes(`nix.settings.trusted-public-keys = [ "${publicKey}" ];`));
  assert.ok(after(fixes[1]).includes('networking.hostName = "eiffel";'));
  assert.ok(after(fixes[2]).includes('nix.settings.substituters = [ "http://other" "http://cache.home" ];'));
});

for (const cache of ["file:///srv/cache", "http://localhost:5000", "http://127.0.0.1:5000", "http://[::1]:5000"])
  test(`a cache that other machines cannot reach is not made their substituter: ${cache}`, () => {
    const text = after(fixesOn(laptop, { cache })[1]);
    assert.equal(text.includes(cache), false);
    assert.ok(text.includes(publicKey));
  });

test("on a computer that is not in the network, the option is copied", () => {
  const [first] = fixesOn(desk);
  assert.deepEqual(
    first?.action.kind === "copy" && first.action.text,
    `nix.settings.trusted-public-keys = [ "${publicKey}" ];`,
  );
});

test("on a computer without NixOS, the line of nix.conf is copied", () => {
  const [first] = fixesOn(debian);
  assert.equal(first?.action.kind === "copy" && first.action.text, `extra-trusted-public-keys = ${publicKey}`);
});

test("a machine whose text cannot be edited is left out", () => {
  const text = "{ laptop = import ./missing.nix; eiffel = f { }; }";
  assert.deepEqual(labels(fixesOn(laptop, { text })), ["Trust it on this machine: copy the option"]);
});

test("another key of the same name is replaced, because Nix only uses the first", () => {
  const old = newSigner("cache.home-1").publicKey;
  const text = `{ laptop = { nix.settings = { trusted-public-keys = [ "${old}" "b" ]; substituters = [ "http://cache.home" ]; }; }; }`;
  const [first] = fixesOn(laptop, { text });
  assert.equal(after(first, text), text.replace(old, publicKey));
});

test("a key that is trusted already is not offered again", () => {
  const text = `{ laptop = { nix.settings = { trusted-public-keys = [ "${publicKey}" ]; substituters = [ "http://cache.home" ]; }; }; }`;
  assert.deepEqual(labels(fixesOn(laptop, { text })), ["Trust it on this machine: copy the option"]);
});
