import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defaultSettings, readSettings, type Settings } from "../../../server/src/settings/settings.ts";

/** Section `morph` -> the settings that differ from the defaults. */
const cases: Record<string, [section: unknown, settings: Partial<Settings>]> = {
  nothing: [undefined, {}],
  null: [null, {}],
  "an empty section": [{}, {}],
  everything: [
    {
      networkFiles: ["**/hosts.nix"],
      nix: { binDir: "/opt/nix/bin" },
      evaluator: "./eval-machines.nix",
      environment: { NIX_PATH: "nixpkgs=/x", EMPTY: "" },
      builders: ["ssh-ng://builder-pi aarch64-linux"],
      caches: ["https://cache.example.org"],
      hydra: { url: "https://hydra.example.org/hydra/", project: "fleet" },
      evaluation: { memory: 512 },
      evaluateOnOpen: true,
    },
    {
      networkFiles: ["**/hosts.nix"],
      nixBinDir: "/opt/nix/bin",
      evaluator: "./eval-machines.nix",
      environment: { NIX_PATH: "nixpkgs=/x", EMPTY: "" },
      builders: ["ssh-ng://builder-pi aarch64-linux"],
      caches: ["https://cache.example.org"],
      hydraUrl: "https://hydra.example.org/hydra",
      hydraProject: "fleet",
      evaluationMemory: 512,
      evaluateOnOpen: true,
    },
  ],
  "no network files at all": [{ networkFiles: [] }, { networkFiles: [] }],
  "settings that are not the server's": [{ saveBeforeBuild: "ask", nix: { other: 1 } }, {}],
  "a text instead of a section": ["morph", {}],
  "a list instead of a section": [[1], {}],
  "values of wrong types": [{ networkFiles: "x", nix: "y", evaluator: 5, environment: "z" }, {}],
  "other values of wrong types": [
    { networkFiles: ["a", 1], nix: { binDir: null }, evaluator: {}, environment: ["A=1"] },
    {},
  ],
  "builders that are not lines": [{ builders: ["ssh://a", 1] }, {}],
  "no memory at all": [{ evaluation: { memory: 0 }, evaluateOnOpen: "yes" }, {}],
  "memory that is not a number": [{ evaluation: { memory: "4096" }, evaluateOnOpen: 1 }, {}],
  "a Hydra server with a login in its address": [{ hydra: { url: "https://user:secret@hydra.example.org" } }, {}],
  "a Hydra server that is not an http server, and a project with a slash": [
    { hydra: { url: "ssh://hydra.example.org", project: "a/b" } },
    {},
  ],
  "severities, of which only strings count": [
    { diagnostics: { severity: { "no-system": "off", "unknown-tag": 1 } } },
    { severities: { "no-system": "off" } },
  ],
  "variables that are not strings": [{ environment: { A: "1", B: 2, C: null } }, { environment: { A: "1" } }],
};

for (const [name, [section, settings]] of Object.entries(cases))
  test(`settings: ${name}`, () => assert.deepEqual(readSettings(section), { ...defaultSettings, ...settings }));

test("for any input every setting has its type", () => {
  const section = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        networkFiles: fc.jsonValue(),
        nix: fc.oneof(fc.jsonValue(), fc.record({ binDir: fc.jsonValue() })),
        evaluator: fc.jsonValue(),
        environment: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(section, value => {
      const { networkFiles, nixBinDir, evaluator, environment } = readSettings(value);
      const texts = [...networkFiles, nixBinDir, evaluator, ...Object.values(environment)];
      assert.ok(texts.every(text => typeof text === "string"));
    }),
  );
});

test("the reason for ignoring a setting names its key, and missing settings are not reported", () => {
  const ignored: string[] = [];
  const note = (why: string) => ignored.push(why);
  readSettings(
    { maxBuilds: "4", nix: { binDir: 5 }, evaluation: { memory: -1 }, evaluator: null, environment: {} },
    note,
  );
  assert.deepEqual(
    ignored.map(why => why.split(": ")[0]),
    ["morph.nix.binDir", "morph.evaluation.memory", "morph.maxBuilds"],
  );
});
