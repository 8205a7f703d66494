import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type PathInfo, parsePathInfos } from "../../../server/src/signing/pathInfo.ts";
import { storePath } from "../../support/streams.ts";

const [hello, glibc] = [storePath("hello"), storePath("glibc")];

const fields = {
  narHash: "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  narSize: 1424,
  references: [glibc],
  signatures: ["cache.example.org-1:abc="],
};

const info: PathInfo = { path: hello, ...fields, ultimate: false, ca: undefined };

/** JSON of `nix path-info --json` -> the paths. */
const cases: Record<string, [json: unknown, infos: PathInfo[]]> = {
  "a list (2.8)": [[{ path: hello, ...fields, deriver: "x.drv", registrationTime: 1 }], [info]],
  "an object by path (2.26)": [{ [hello]: { ...fields, ca: null, ultimate: true } }, [{ ...info, ultimate: true }]],
  "a path that was built here and has no signatures": [
    [{ path: hello, narHash: fields.narHash, narSize: 1, ultimate: true }],
    [{ ...info, narSize: 1, references: [], signatures: [], ultimate: true }],
  ],
  "a content address": [{ [hello]: { ...fields, ca: "text:sha256:x" } }, [{ ...info, ca: "text:sha256:x" }]],
  "an object by name (format 2)": [
    {
      version: 2,
      storeDir: "/nix/store",
      info: {
        [hello.slice(11)]: {
          ...fields,
          references: [glibc.slice(11)],
          ca: { method: "nar", hash: fields.narHash },
          ultimate: false,
        },
        [glibc.slice(11)]: null,
      },
    },
    [{ ...info, ca: "fixed:r:sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" }],
  ],
  "signatures in parts (format 3)": [
    {
      version: 3,
      storeDir: "/nix/store",
      info: {
        [hello.slice(11)]: {
          ...fields,
          references: [glibc.slice(11)],
          signatures: [{ keyName: "cache.example.org-1", sig: "abc=" }, { keyName: "x" }, 5],
          ca: { method: "unknown", hash: fields.narHash },
        },
      },
    },
    [info],
  ],
  "a path that is not in the store": [{ [glibc]: null, [hello]: fields }, [info]],
  "an entry of another shape": [
    [
      { path: glibc, valid: false },
      { path: glibc, narHash: "sha256:x" },
      { path: glibc, narSize: 1 },
      5,
      null,
      { path: hello, ...fields },
    ],
    [info],
  ],
  "signatures of another type": [
    { [hello]: { ...fields, signatures: [1, "a:b"], references: "x" } },
    [{ ...info, signatures: ["a:b"], references: [] }],
  ],
  nothing: [[], []],
  "no paths": ["text", []],
  null: [null, []],
};

for (const [name, [json, infos]] of Object.entries(cases))
  test(`path infos: ${name}`, () => assert.deepEqual(parsePathInfos(JSON.stringify(json)), infos));

test("what is no JSON throws, and nothing else does", () => {
  assert.throws(() => parsePathInfos("error: path is not valid"), SyntaxError);
  fc.assert(fc.property(fc.json(), json => void parsePathInfos(json)));
});
