import assert from "node:assert/strict";
import { test } from "node:test";
import { nixRules } from "../../../server/src/signing/formats/rules.ts";
import { narinfoName, readNarinfo } from "../../../server/src/signing/narinfo.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { asNarinfo, contentAddressed, narinfo, pathInfo } from "../../support/signer.ts";
import { storePath } from "../../support/streams.ts";

const info = pathInfo("hello", {
  references: [storePath("glibc"), storePath("hello")],
  signatures: ["cache.example.org-1:abc=", "other-1:def="],
});
const text = narinfo(info);
const hash = info.narHash.slice("sha256:".length);

const without = (field: string) => text.replace(new RegExp(`^${field}:.*\n`, "gm"), "");
const as = (field: string, value: string) => text.replace(new RegExp(`^${field}:.*$`, "m"), `${field}: ${value}`);
const addressed = contentAddressed("source");

/** narinfo -> what it says, or why Nix refuses it. */
const cases: Record<string, [text: string, result: PathInfo | RegExp]> = {
  everything: [text, info],
  "lines that end in CRLF": [text.replaceAll("\n", "\r\n"), /contains illegal character '\r'/],
  "no line end at the end": [text.trimEnd(), /expecting '\\n' at line 8/],
  "no signature": [without("Sig"), { ...info, signatures: [] }],
  "a signature twice": [`${text}Sig: ${info.signatures[0]}\n`, info],
  "no references": [as("References", ""), { ...info, references: [] }],
  "no field of references": [without("References"), { ...info, references: [] }],
  "a reference twice": [text.replace(/^References: (\S+)/m, "References: $1  $1"), info],
  "references after none": [text.replace("References", "References: \nReferences"), info],
  "references twice": [`${text}References: \n`, /extra References at line 9/],
  "a reference that is no store path": [as("References", "../../x"), /'..\/..\/x' is too short/],
  "unknown fields": [`FutureField: 1\n: x\n${text}`, info],
  "a line without a colon takes the next one with it": [text.replace("URL", "nonsense\nURL"), /URL missing/],
  "a line without a colon at the end": [`${text}nonsense\n`, /expecting ':' at line 9/],
  "no space after a colon": [text.replace("NarSize: 1424", "NarSize:1424"), { ...info, narSize: 424 }],
  "no space and no value takes the next line": [text.replace("URL: ", "Future:\nURL: "), /URL missing/],
  "the last value of a field counts": [`${text}NarSize: 1\n`, { ...info, narSize: 1 }],
  "a byte order mark": [`\ufeff${text}`, /StorePath missing/],
  "a content address": [narinfo(addressed), addressed],
  "a content address that is empty": [`${text}CA: \n`, info],
  "two content addresses": [`${narinfo(addressed)}CA: ${addressed.ca}\n`, /extra CA/],
  "a content address of another kind": [`${text}CA: git:sha1:x\n`, /not a content address/],
  "a content address without its hash": [`${text}CA: fixed:r:sha256:x\n`, /wrong length/],
  "a deriver": [`${text}Deriver: ${storePath("x.drv").slice(11)}\n`, info],
  "an unknown deriver": [`${text}Deriver: unknown-deriver\n`, info],
  "no deriver": [`${text}Deriver: \n`, /too short/],
  "a deriver that is no store path": [`${text}Deriver: ../../x\n`, /too short/],
  "the hash in base 16": [as("NarHash", `sha256:${"0".repeat(64)}`), { ...info, narHash: `sha256:${"0".repeat(52)}` }],
  "SRI without padding": [as("NarHash", `sha256-${"A".repeat(43)}`), { ...info, narHash: `sha256:${"0".repeat(52)}` }],
  "base 64": [as("NarHash", `sha256:${"A".repeat(43)}=`), { ...info, narHash: `sha256:${"0".repeat(52)}` }],
  "a hash without its algorithm": [as("NarHash", hash), /bad hash/],
  "a hash that is too large for its digits": [as("NarHash", `sha256:2${hash.slice(1)}`), /bad hash/],
  "a hash of the archive by another algorithm": [as("NarHash", `md5:${"0".repeat(32)}`), /NarHash is not SHA-256/],
  "a hash of the file by another algorithm": [`${text}FileHash: md5:${"0".repeat(32)}\n`, info],
  "a hash of the file that is none": [`${text}FileHash: sha256:x\n`, /bad hash/],
  "a size of the file": [`${text}FileSize: 18446744073709551615\n`, info],
  "a size of the file that does not fit": [`${text}FileSize: 18446744073709551616\n`, /invalid FileSize/],
  "a store path that is not normalized": [as("StorePath", info.path.replace("/store/", "//x/.././store/")), info],
  "a store path of another store": [as("StorePath", info.path.replace("/nix/", "/gnu/")), /is not in the Nix store/],
  "another store path": [as("StorePath", storePath("glibc")), /It describes/],
  "another name": [as("StorePath", `${info.path}-2`), /It describes/],
  "no store path": [without("StorePath"), /StorePath missing/],
  "an empty store path": [as("StorePath", ""), /not an absolute path/],
  "no hash": [without("NarHash"), /NarHash missing/],
  "no URL": [without("URL"), /URL missing/],
  "an empty URL": [as("URL", ""), /URL missing/],
  "no size": [without("NarSize"), /NarSize missing or zero/],
  "an empty size": [as("NarSize", ""), /invalid NarSize/],
  "a size and then the right one": [text.replace("NarSize", "NarSize: 18446744073709551615\nNarSize"), info],
  "a size of 64 bits": [as("NarSize", "18446744073709551615"), /NarSize is larger than any archive/],
  "a size of zero": [as("NarSize", "0"), /NarSize missing or zero/],
  "a size with a plus": [as("NarSize", "+1424"), info],
  "a size that is negative": [as("NarSize", "-1"), /invalid NarSize/],
  "a size that is no decimal number": [as("NarSize", "0x10"), /invalid NarSize/],
  "a size beyond all files": [as("NarSize", "99999999999999999999"), /invalid NarSize/],
  "a page of HTML": ["<html><title>404</title></html>\n", /expecting ':' at line 1/],
  nothing: ["", /StorePath missing/],
};

for (const [name, [input, result]] of Object.entries(cases))
  test(`narinfo: ${name}`, () => {
    const read = readNarinfo(input, result instanceof RegExp ? info.path : result.path, "/nix/store");
    if (result instanceof RegExp) assert.match("refused" in read ? read.refused : "taken", result);
    else assert.deepEqual(read, { info: { ...asNarinfo(result), deriver: deriverIn(input) } });
  });

function deriverIn(narinfo: string): string | undefined {
  return /^Deriver: (\S+\.drv)$/m.exec(narinfo)?.[1];
}

/** narinfo -> the first version of Nix that refuses it, and the one that takes it again. */
const versions: Record<string, [text: string, refused: string, taken?: string]> = {
  "a signature without a key": [`${text}Sig: garbage\n`, "2.34.0"],
  "a signature that is not base 64": [`${text}Sig: other-1:a-b\n`, "2.34.0"],
  "an empty signature": [`${text}Sig: other-1:\n`, "2.34.0"],
  "an unknown compression": [as("Compression", "rot13"), "2.22.0"],
  "an unknown compression before a known one": [
    text.replace("Compression", "Compression: rot13\nCompression"),
    "2.35.0",
  ],
  "a name with a dot first": [as("References", `${"0".repeat(32)}-.x`), "2.19.0", "2.21.0"],
  "a name that is a dot": [as("References", `${"0".repeat(32)}-.-x`), "2.19.0"],
  "a hash without a dash": [as("References", `${"0".repeat(32)}.x`), "2.36.0"],
};

for (const [name, [input, refused, taken]] of Object.entries(versions))
  test(`narinfo: ${name} is refused by Nix ${refused}${taken ? ` until ${taken}` : ""}`, () => {
    const takes = (version?: string) => "info" in readNarinfo(input, info.path, "/nix/store", nixRules(version));
    const minor = Number(refused.split(".")[1]);
    assert.deepEqual([takes(`2.${minor - 1}.0`), takes(refused)], [true, false]);
    if (taken !== undefined) assert.equal(takes(taken), true);
    assert.equal(takes(), taken !== undefined, "without a version, as the newest");
    assert.equal(takes("2.93.0"), true, "Lix reads like Nix 2.18");
  });

test("a reason is short, whatever it quotes", () => {
  const read = readNarinfo(as("References", "x".repeat(1_000_000)), info.path, "/nix/store");
  assert.ok("refused" in read && read.refused.length <= 301);
});

test("a path's narinfo is named after its hash", () => {
  assert.equal(
    narinfoName("/nix/store/b1d5z4snx90vmdryf69by3fcfkc0czgy-nixos-system-web01"),
    "b1d5z4snx90vmdryf69by3fcfkc0czgy.narinfo",
  );
});
