import assert from "node:assert/strict";
import { test } from "node:test";
import { commandIds } from "../../../../client/src/manifest.ts";
import { cpuTime } from "../../../support/cpuTime.ts";
import { arm, explain, hello, helloFails } from "../../../support/failures.ts";

const specified = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const got = "sha256-Ag942jUFELIQAWokyrvESx70RC7YjsZlHItswAioNBo=";
const head = `hash mismatch in fixed-output derivation '${hello}':`;

/** Every version's words. */
const mismatches: Record<string, string> = {
  "2.3": `${head}\n  wanted: ${specified}\n  got:    ${got}`,
  "2.4 and later": `${head}\n         specified: ${specified}\n            got:    ${got}`,
  "Lix 2.93": `${head}\n  likely URL: https://example.org/a.tar.gz\n  specified: ${specified}\n     got:    ${got}`,
  "Lix 2.95": `${head}\n    likely URL: https://example.org/a.tar.gz\n     specified: ${specified}\n           got: ${got}\n expected path: /nix/store/a\n      got path: /nix/store/b`,
  "a builder": `build of '${hello}' on '${arm}' failed: ${head}\n  specified: ${specified}\n     got:    ${got}`,
};

for (const [name, said] of Object.entries(mismatches)) {
  test(`another hash: ${name}`, () => {
    const { code, message, detail, fixes } = explain(
      helloFails(["downloading"], [said], name === "a builder" ? arm : ""),
    );
    assert.equal(code, "hash-mismatch");
    assert.match(message, /^The content of hello-2\.12\.1 is not as specified/);
    assert.ok(message.includes(`${got} instead of ${specified}`), message);
    assert.equal(detail, `${said}\nLast log lines:\ndownloading`);
    assert.deepEqual(fixes, [
      { title: "Update Hash", command: commandIds.replaceHash, arguments: [{ specified, got }] },
    ]);
  });
}

for (const none of [
  "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  "sha256:0000000000000000000000000000000000000000000000000000",
]) {
  test(`a hash that is not given yet: ${none.slice(0, 12)}`, () => {
    const { message } = explain(helloFails([], [`${head}\n  specified: ${none}\n     got:    ${got}`]));
    assert.ok(message.startsWith(`The hash of hello-2.12.1 is ${got}.`), message);
  });
}

for (const [name, blanks] of Object.entries({ lines: "\n".repeat(60_000), spaces: " ".repeat(60_000) }))
  test(`a message of nothing but ${name} is read in time that grows with its length`, () => {
    const began = cpuTime();
    for (const said of [`${head}\n${blanks}x`, `${head}\n  specified: ${specified}${blanks}x`])
      explain(helloFails([], [said]));
    assert.ok(cpuTime() - began < 1000);
  });

test("an unknown message is reported as any other failure", () => {
  const { code, message, fixes = [] } = explain(helloFails([], [`${head} see the log`]));
  assert.equal(code, "derivation-failed");
  assert.ok(fixes.every(({ command }) => command !== "morph.replaceHash"));
  assert.match(message, /^hello-2\.12\.1 failed: hash mismatch/);
});
