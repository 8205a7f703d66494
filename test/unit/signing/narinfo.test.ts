import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { narinfoName, parseNarinfo } from "../../../server/src/signing/narinfo.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { anyText } from "../../support/arbitraries.ts";
import { narinfo, pathInfo } from "../../support/signer.ts";
import { storePath } from "../../support/streams.ts";

const info = pathInfo("hello", {
  references: [storePath("glibc"), storePath("hello")],
  signatures: ["cache.example.org-1:abc=", "other-1:def="],
});
const text = narinfo(info);

const without = (field: string) => text.replace(new RegExp(`^${field}:.*\n`, "gm"), "");
const as = (field: string, value: string) => text.replace(new RegExp(`^${field}:.*$`, "m"), `${field}: ${value}`);

/** narinfo -> what it says. */
const cases: Record<string, [text: string, info: PathInfo | undefined]> = {
  everything: [text, info],
  "lines that end as Windows' do": [text.replaceAll("\n", "\r\n"), info],
  "no line end at the end": [text.trimEnd(), info],
  "no signature": [without("Sig"), { ...info, signatures: [] }],
  "no references": [as("References", ""), { ...info, references: [] }],
  "no field of references": [without("References"), { ...info, references: [] }],
  "fields that we do not know": [`FutureField: 1\nnonsense\n: x\n${text}`, info],
  "a field once more: the first counts": [`${text}NarSize: 1\nNarHash: sha256:x\n`, info],
  "a content address": [`${text}CA: fixed:r:sha256:x\n`, { ...info, contentAddressed: true }],
  "a content address that is empty": [`${text}CA: \n`, info],
  "no path": [without("StorePath"), undefined],
  "no hash": [without("NarHash"), undefined],
  "no size": [without("NarSize"), undefined],
  "an empty size": [as("NarSize", ""), undefined],
  "a size of nothing": [as("NarSize", "0"), undefined],
  "a size that is negative": [as("NarSize", "-1"), undefined],
  "a size that is no decimal number": [as("NarSize", "0x10"), undefined],
  "a size beyond all files": [as("NarSize", "99999999999999999999"), undefined],
  "a page of HTML": ["<html><title>404</title></html>", undefined],
  nothing: ["", undefined],
};

for (const [name, [input, parsed]] of Object.entries(cases))
  test(`narinfo: ${name}`, () => assert.deepEqual(parseNarinfo(input), parsed));

test("whatever a cache answers, reading it never throws, and what comes of it is whole", () => {
  const line = fc.oneof(
    anyText,
    fc.constantFrom(...text.split("\n")),
    fc
      .tuple(fc.constantFrom("StorePath", "NarHash", "NarSize", "References", "Sig", "CA"), anyText)
      .map(pair => pair.join(": ")),
  );
  fc.assert(
    fc.property(fc.array(line), lines => {
      const parsed = parseNarinfo(lines.join("\n"));
      if (parsed !== undefined) assert.ok(parsed.narSize > 0 && Number.isSafeInteger(parsed.narSize));
    }),
    { numRuns: 500 },
  );
});

test("a path's narinfo is named after its hash", () => {
  assert.equal(
    narinfoName("/nix/store/b1d5z4snx90vmdryf69by3fcfkc0czgy-nixos-system-web01"),
    "b1d5z4snx90vmdryf69by3fcfkc0czgy.narinfo",
  );
});
