import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { fromNixBase32, nixBase32Length, toNixBase32 } from "../../../server/src/common/nixBase32.ts";

// The SHA-256 of an empty input, as `nix hash` prints it.
const written = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";

test("a digest is written as Nix writes it", () => {
  assert.equal(toNixBase32(createHash("sha256").digest()), written);
  assert.equal(nixBase32Length(32), written.length);
});

test("decoding returns what was encoded", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), bytes => {
      assert.deepEqual(fromNixBase32(toNixBase32(bytes), bytes.length), bytes);
    }),
  );
});

/** Anything but 32 bytes. */
const others: Record<string, string> = {
  "a digit less": written.slice(1),
  "a digit more": `0${written}`,
  "a letter that there is not": written.replace("m", "u"),
  "bits beyond the last byte": `z${written.slice(1)}`,
};

for (const [name, text] of Object.entries(others))
  test(`nothing is read of ${name}`, () => assert.equal(fromNixBase32(text, 32), undefined));
