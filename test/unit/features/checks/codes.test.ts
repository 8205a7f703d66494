import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { defaultSeverities, withSeverities } from "../../../../server/src/features/checks/codes.ts";
import { projectDir } from "../../../support/fixtures.ts";

const read = (name: string) => readFileSync(path.join(projectDir, name), "utf8");
const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };

/** setting -> the severity that is shown. */
const chosen: Record<string, [setting: Record<string, string>, severity: number | undefined]> = {
  "nothing is set": [{}, 2],
  "another code is set": [{ "no-system": "off" }, 2],
  "it is an error": [{ "unknown-tag": "error" }, 1],
  "it is a hint": [{ "unknown-tag": "hint" }, 4],
  "it is off": [{ "unknown-tag": "off" }, undefined],
  "it is not a severity": [{ "unknown-tag": "loud" }, 2],
};

for (const [name, [setting, severity]] of Object.entries(chosen))
  test(`severity when ${name}`, () => {
    const shown = withSeverities([{ range, message: "x", code: "unknown-tag", severity: 2 }], setting);
    assert.equal(shown[0]?.severity, severity);
  });

test("the codes of the docs, of the manifest and of the code are the same, with the same severities", () => {
  const documented = [...read("docs/diagnostics.md").matchAll(/^## `([\w-]+)`\n\nDefault: (\w+)\./gm)];
  assert.deepEqual(Object.fromEntries(documented.map(([, code, severity]) => [code, severity])), defaultSeverities);
  const setting = JSON.parse(read("package.json")).contributes.configuration.properties["morph.diagnostics.severity"];
  const declared = Object.entries<{ default: string }>(setting.properties).map(([code, { default: value }]) => [
    code,
    value,
  ]);
  assert.deepEqual(Object.fromEntries(declared), defaultSeverities);
});
