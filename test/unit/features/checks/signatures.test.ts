import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { diagnosticOfRemark } from "../../../../server/src/features/checks/codes.ts";
import { type SignatureText, signatureRemarks } from "../../../../server/src/features/checks/signatures.ts";
import { signatureFixes } from "../../../../server/src/features/signatureFixes/quickFixes.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import { signatureDeclarations } from "../../../../server/src/network/signatures/declared.ts";
import { machineFacts, signatureReader } from "../../../../server/src/workspace/machineFacts.ts";
import { memorySources } from "../../../support/memorySources.ts";
import { nixDocument } from "../../../support/nixDocument.ts";
import { newSigner } from "../../../support/signer.ts";

const network = "/net/network.nix";
const own = newSigner("cache.home-1").publicKey;
const community = "nix-community.cachix.org-1:mB9FSh9qf2dCimDSUo8Zy7bkq5CX+/rkCWyvRCYg3Fs=";

/** A secret key as Nix has them: seed and public key. */
function secretKey(): { secret: string; publicKey: string } {
  const pair = generateKeyPairSync("ed25519");
  const seed = pair.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const key = pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const text = (bytes: Uint8Array) => `cache.home-1:${Buffer.from(bytes).toString("base64")}`;
  return { secret: text(Buffer.concat([seed, key])), publicKey: text(key) };
}

function read(files: Readonly<Record<string, string>>, file: string) {
  const sources = memorySources(files);
  const [document = nixDocument(""), main = nixDocument("")] = [file, network].map(name =>
    nixDocument(files[name] ?? "", `file://${name}`),
  );
  const networks = [{ network: readNetwork(main, sources), document: main, sources }];
  const text: SignatureText = {
    declarations: signatureDeclarations(document),
    machines: files[network] === undefined ? [] : machineFacts(document.uri, networks, undefined, signatureReader),
  };
  return { document, remarks: signatureRemarks(document, text) };
}

/** `code: marked text` of each remark. */
function remarks(files: Readonly<Record<string, string>>, file: string): string[] {
  const { document, remarks: found } = read(files, file);
  return found.map(
    ({ code, range }) =>
      `${code}: ${document.text.slice(document.offsetAt(range.start), document.offsetAt(range.end))}`,
  );
}

const short = own.slice(0, -8);

/** The text of a module on its own -> its remarks. */
const alone: Record<string, [text: string, remarks: string[]]> = {
  "a key": [`{ nix.settings.trusted-public-keys = [ "${own}" ]; }`, []],
  "a key without padding, which Nix accepts": [`{ nix.settings.trusted-public-keys = [ "${own.slice(0, -1)}" ]; }`, []],
  "two keys in a string": [`{ network.nixConfig.trusted-public-keys = "${own}  ${community}"; }`, []],
  "a key that was cut": [
    `{ nix.settings.trusted-public-keys = [ "${own}" "${short}" ]; }`,
    [`malformed-public-key: "${short}"`],
  ],
  "a key without a name": [
    `{ nix = { binaryCachePublicKeys = [ "${own.split(":")[1]}" ]; }; }`,
    [`malformed-public-key: "${own.split(":")[1]}"`],
  ],
  "a name without a key": [
    `{ nix.settings.extra-trusted-public-keys = [ "cache.home-1:" ]; }`,
    ['malformed-public-key: "cache.home-1:"'],
  ],
  "a key with another alphabet": [
    `{ lib, ... }: { nix.settings.trusted-public-keys = lib.mkForce [ "a:${"-".repeat(43)}=" ]; }`,
    [`malformed-public-key: "a:${"-".repeat(43)}="`],
  ],
  "a bad key of a let, at its text": [
    `let key = "nothing"; in { nix.settings.trusted-public-keys = [ key ] ++ more; }`,
    ['malformed-public-key: "nothing"'],
  ],
  "a bad key of a network's own options": [
    `{ network.nixConfig.extra-trusted-public-keys = "x:y"; }`,
    ['malformed-public-key: "x:y"'],
  ],
  "keys that only an evaluation knows": [
    `{ config, ... }: { nix.settings.trusted-public-keys = [ config.key "\${config.key}:x" ]; }`,
    [],
  ],
  "an option of another module": [`{ services.x.trusted-public-keys = [ "y" ]; }`, []],
  "the declaration of such an option": [`{ options.nix.settings.trusted-public-keys = [ "y" ]; }`, []],
  "signatures that are not required": [`{ nix.settings.require-sigs = false; }`, ["signatures-not-required: false"]],
  "signatures that are required": [`{ nix.settings.require-sigs = true; }`, []],
  "signatures that are not required, by force": [
    `{ lib, ... }: { nix = { settings = { require-sigs = lib.mkForce false; }; }; }`,
    ["signatures-not-required: lib.mkForce false"],
  ],
  "signatures that are not required, with an old option": [
    `{ nix.requireBinaryCacheSignatures = false; }`,
    ["signatures-not-required: false"],
  ],
  "signatures that a network does not require": [
    `{ network.nixConfig.require-sigs = "false"; }`,
    ['signatures-not-required: "false"'],
  ],
};

for (const [name, [text, expected]] of Object.entries(alone))
  test(`signatures in a module: ${name}`, () =>
    assert.deepEqual(remarks({ "/net/m.nix": text }, "/net/m.nix"), expected));

const url = '"https://cache.home"';

/** The module of a machine in a network -> the remarks in it. */
const inNetwork: Record<string, [module: string, remarks: string[], more?: Record<string, string>]> = {
  "a cache without a key": [
    `{ nix.settings.substituters = [ ${url} "https://cache.nixos.org" ]; }`,
    [`substituter-without-key: ${url}`],
  ],
  "a cache with a key": [`{ nix.settings = { substituters = [ ${url} ]; trusted-public-keys = [ "${own}" ]; }; }`, []],
  "a cache with a key in another module": [
    `{ imports = [ ./keys.nix ]; nix.settings.substituters = [ ${url} ]; }`,
    [],
    { "/net/keys.nix": `{ nix.binaryCachePublicKeys = [ "${own}" ]; }` },
  ],
  "a cache that needs no key": [`{ nix.settings.substituters = [ "https://cache.home?trusted=true" ]; }`, []],
  "a cache of a machine that accepts everything": [
    `{ nix.settings = { substituters = [ ${url} ]; require-sigs = false; }; }`,
    ["signatures-not-required: false"],
  ],
  "a cache with keys that only an evaluation knows": [
    `{ config, ... }: { nix.settings = { substituters = [ ${url} ]; trusted-public-keys = config.keys; }; }`,
    [],
  ],
  "a cache with keys in free text": [
    `{ nix.settings.substituters = [ ${url} ]; nix.extraOptions = "trusted-public-keys = ${own}"; }`,
    [],
  ],
  "a cache with a module that cannot be read": [
    `{ imports = [ ./missing.nix ]; nix.settings.substituters = [ ${url} ]; }`,
    [],
  ],
  "a cache under a condition": [
    `{ config, lib, ... }: { nix.settings.substituters = lib.mkIf config.x [ ${url} ]; }`,
    [],
  ],
  "a public cache without its key, beside a key of another": [
    `{ nix.settings = { substituters = [ "https://nix-community.cachix.org/" ]; trusted-public-keys = [ "${own}" ]; }; }`,
    ['substituter-without-key: "https://nix-community.cachix.org/"'],
  ],
  "a public cache with its key": [
    `{ nix.settings = { substituters = [ "https://nix-community.cachix.org" ]; trusted-public-keys = [ "${community}" ]; }; }`,
    [],
  ],
  "nix-serve without a key": [
    `{ services.nix-serve.enable = true; }`,
    ["nix-serve-without-key: services.nix-serve.enable"],
  ],
  "nix-serve with null for a key": [
    `{ services.nix-serve = { enable = true; secretKeyFile = null; }; }`,
    ["nix-serve-without-key: enable"],
  ],
  "nix-serve with a key": [`{ services.nix-serve = { enable = true; secretKeyFile = "/var/key"; }; }`, []],
  "nix-serve with a key in another module": [
    `{ imports = [ ./keys.nix ]; services.nix-serve.enable = true; }`,
    [],
    { "/net/keys.nix": `{ services.nix-serve.secretKeyFile = "/var/key"; }` },
  ],
  "nix-serve with a key that only an evaluation knows": [
    `{ config, ... }: { services.nix-serve = { enable = true; secretKeyFile = config.x; }; }`,
    [],
  ],
  "nix-serve with a key in its environment": [
    `{ services.nix-serve.enable = true; systemd.services.nix-serve.environment.NIX_SECRET_KEY_FILE = "/var/key"; }`,
    [],
  ],
  "nix-serve that is off": [`{ services.nix-serve.enable = false; }`, []],
};

for (const [name, [module, expected, more]] of Object.entries(inNetwork))
  test(`signatures of a machine: ${name}`, () => {
    const files = { [network]: `{ a = ./m.nix; }`, "/net/m.nix": module, ...more };
    assert.deepEqual(remarks(files, "/net/m.nix"), expected);
  });

test("what is fine for one of the machines that use a module is not reported", () => {
  const module = `{ services.nix-serve.enable = true; }`;
  const other = `{ imports = [ ./m.nix ]; services.nix-serve.secretKeyFile = "/var/key"; }`;
  assert.deepEqual(remarks({ [network]: `{ a = ./m.nix; b = ${other}; }`, "/net/m.nix": module }, "/net/m.nix"), []);
  assert.deepEqual(remarks({ [network]: `{ a = ./m.nix; b = ./m.nix; }`, "/net/m.nix": module }, "/net/m.nix"), [
    "nix-serve-without-key: services.nix-serve.enable",
  ]);
});

test("a secret key is an error that does not repeat it, and its fix is its public key", () => {
  const { secret, publicKey } = secretKey();
  const { document, remarks: found } = read(
    { "/net/m.nix": `{ nix.settings.trusted-public-keys = [ "${secret}" ]; }` },
    "/net/m.nix",
  );
  const [remark] = found;
  assert.equal(remark && diagnosticOfRemark(remark).severity, 1);
  assert.equal(remark?.code, "secret-key-in-text");
  assert.match(String(remark?.message), /SECRET.*'cache\.home-1'/);
  assert.equal(JSON.stringify(found).includes(secret.split(":")[1] ?? "?"), false);
  assert.deepEqual(remark?.data, { replacement: `"${publicKey}"` });
  assert.ok(document.text.includes(secret));
});

/** The marked module -> the text after its quick fix. */
const fixes: Record<string, [before: string, after: string]> = {
  "nix-serve gets the file of its key": [
    `{\n  services.nix-serve.enable = true;\n}`,
    `{\n  services.nix-serve.secretKeyFile = "/var/lib/nix-cache/secret-key";\n  services.nix-serve.enable = true;\n}`,
  ],
  "nix-serve gets it in a set": [
    `{\n  services.nix-serve = {\n    enable = true;\n  };\n}`,
    `{\n  services.nix-serve = {\n    secretKeyFile = "/var/lib/nix-cache/secret-key";\n    enable = true;\n  };\n}`,
  ],
  "the key of a public cache is trusted": [
    `{\n  nix.settings.substituters = [ "https://nix-community.cachix.org" ];\n}`,
    `{\n  nix.settings.trusted-public-keys = [ "${community}" ];\n  nix.settings.substituters = [ "https://nix-community.cachix.org" ];\n}`,
  ],
  "the key of a public cache is added to those that are trusted": [
    `{\n  nix.settings = {\n    substituters = [ "https://nix-community.cachix.org" ];\n    trusted-public-keys = [ "${own}" ];\n  };\n}`,
    `{\n  nix.settings = {\n    substituters = [ "https://nix-community.cachix.org" ];\n    trusted-public-keys = [ "${own}" "${community}" ];\n  };\n}`,
  ],
};

for (const [name, [before, after]] of Object.entries(fixes))
  test(`a quick fix: ${name}`, () => {
    const { document, remarks: found } = read({ [network]: `{ a = ./m.nix; }`, "/net/m.nix": before }, "/net/m.nix");
    const actions = signatureFixes(document, found.map(diagnosticOfRemark));
    assert.equal(actions.length, 1);
    const edits = actions[0]?.edit?.changes?.[document.uri] ?? [];
    const text = edits
      .toSorted((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start))
      .reduce(
        (result, { range, newText }) =>
          result.slice(0, document.offsetAt(range.start)) + newText + result.slice(document.offsetAt(range.end)),
        document.text,
      );
    assert.equal(text, after);
  });

test("a cache whose key is not known has no quick fix", () => {
  const { document, remarks: found } = read(
    { [network]: `{ a = ./m.nix; }`, "/net/m.nix": `{ nix.settings.substituters = [ ${url} ]; }` },
    "/net/m.nix",
  );
  assert.equal(found.length, 1);
  assert.deepEqual(signatureFixes(document, found.map(diagnosticOfRemark)), []);
});
