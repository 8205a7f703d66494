import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isHashChange, placesOf } from "../../../server/src/common/hashText.ts";

// The hashes of the empty string and of "other\n", converted by `nix-hash --to-base32` and similar commands.
const empty = {
  sri: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  nix32: "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73",
  hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
};
const other = {
  sri: "sha256-Ag942jUFELIQAWokyrvESx70RC7YjsZlHItswAioNBo=",
  nix32: "06ilm04c0v4b3ijwd3nq5r2g87jbqjxwl93a048b44056pd7h3q2",
  hex: "020f78da350510b210016a24cabbc44b1ef4442ed88ec6651c8b6cc008a8341a",
};
const zero = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/** A text with all replacements applied. */
function put(text: string, specified: string, got: string): string {
  return placesOf(text, { specified, got }).reduceRight(
    (result, { start, end, text: hash }) => result.slice(0, start) + hash + result.slice(end),
    text,
  );
}

/** Text -> the same with the new hash. */
const texts: Record<string, [text: string, expected: string]> = {
  "as Nix writes it": [`hash = "${empty.sri}";`, `hash = "${other.sri}";`],
  "in Nix's base 32": [`sha256 = "${empty.nix32}";`, `sha256 = "${other.nix32}";`],
  "with its kind": [`outputHash = "sha256:${empty.nix32}";`, `outputHash = "sha256:${other.nix32}";`],
  "in hexadecimal digits": [`sha256 = "${empty.hex}";`, `sha256 = "${other.hex}";`],
  "in capitals": [`sha256 = "${empty.hex.toUpperCase()}";`, `sha256 = "${other.hex}";`],
  "in base 64 with a colon": [`"sha256:${empty.sri.slice(7)}"`, `"sha256:${other.sri.slice(7)}"`],
  twice: [`[ "${empty.sri}" "${empty.nix32}" ]`, `[ "${other.sri}" "${other.nix32}" ]`],
  "not in a longer word": [`"a${empty.nix32}" "${empty.hex}0"`, `"a${empty.nix32}" "${empty.hex}0"`],
  "not at all": ['hash = "";', 'hash = "";'],
};

for (const [name, [text, expected]] of Object.entries(texts)) {
  test(`a hash is replaced: ${name}`, () => {
    for (const specified of [empty.sri, `sha256:${empty.nix32}`, `sha256:${empty.hex}`])
      for (const got of [other.sri, `sha256:${other.nix32}`, `sha256:${other.hex}`])
        assert.equal(put(text, specified, got), expected);
  });
}

/** Text with a placeholder for a hash -> the same with the hash. */
const unknown: Record<string, [text: string, expected: string]> = {
  "an empty text": ['hash = "";', `hash = "${other.sri}";`],
  "an empty text of an older name": ['sha256 = "" ;', `sha256 = "${other.nix32}" ;`],
  "a name that ends so": ['vendorHash=""; name = "";', `vendorHash="${other.sri}"; name = "";`],
  fakeHash: ["hash = pkgs.lib.fakeHash;", `hash = "${other.sri}";`],
  "fakeHash alone": ["with lib; fetch { hash = fakeHash; }", `with lib; fetch { hash = "${other.sri}"; }`],
  fakeSha256: ["sha256 = lib.fakeSha256;", `sha256 = "${other.nix32}";`],
  zeros: [`hash = "${zero}";`, `hash = "${other.sri}";`],
  "zeros in base 32": [`sha256 = "${"0".repeat(52)}";`, `sha256 = "${other.nix32}";`],
  "zeros in hexadecimal digits": [`sha256 = "${"0".repeat(64)}";`, `sha256 = "${other.hex}";`],
};

for (const [name, [text, expected]] of Object.entries(unknown))
  test(`a hash replaces a placeholder: ${name}`, () => assert.equal(put(text, zero, other.sri), expected));

test("a hash that is invalid, or of another algorithm, is not replaced", () => {
  for (const specified of ["", "sha256-x", "crc32:00000000", `sha1:${"0".repeat(40)}`, `sha256:${"e".repeat(52)}`])
    assert.deepEqual(placesOf(`"${specified}" hash = ""`, { specified, got: other.sri }), []);
});

test("every digest is found in each of its encodings, and nothing else is changed", () => {
  const digest = (algorithm: string, size: number) =>
    fc
      .uint8Array({ minLength: size, maxLength: size })
      .map(bytes => `${algorithm}-${Buffer.from(bytes).toString("base64")}`);
  const pair = fc
    .constantFrom<[string, number][]>(["sha1", 20], ["sha256", 32], ["sha512", 64])
    .chain(([name, size]) => fc.tuple(digest(name, size), digest(name, size)));
  fc.assert(
    fc.property(pair, ([specified, got]) => {
      fc.pre(!/^\w+-A+=*$/.test(specified));
      const text = `{ hash = "${specified}"; other = "${got}x"; }`;
      assert.equal(put(text, specified, got), `{ hash = "${got}"; other = "${got}x"; }`);
      assert.equal(put(put(text, specified, got), got, specified), text);
    }),
  );
});

test("the argument of a fix is recognized", () => {
  assert.ok(isHashChange({ specified: empty.sri, got: other.sri }));
  for (const value of [undefined, null, "a", {}, { specified: 1, got: "" }, { specified: "" }])
    assert.ok(!isHashChange(value));
});
