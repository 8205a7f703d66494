import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, explain, hello, helloFails } from "../../../support/failures.ts";
import { building, error, id, logLine, message, stop, totals } from "../../../support/streams.ts";

const again = { uri: asked.uri, machine: asked.machine, attribute: undefined, place: asked.place };
const failed = `builder for '${hello}' failed with exit code 2`;

/** Nix's words for a folder that it keeps, which come right before the end of the derivation. */
const notes: Record<string, [note: string, folder: string]> = {
  "up to 2.29 and of Lix": [
    "note: keeping build directory '/tmp/nix-build-hello-2.12.1.drv-0'",
    "/tmp/nix-build-hello-2.12.1.drv-0",
  ],
  "2.30 and later": [
    'note: keeping build directory "/nix/var/nix/builds/nix-133-3272891817"',
    "/nix/var/nix/builds/nix-133-3272891817",
  ],
};

/** hello is built, fails, and its folder is kept. */
function helloFailsKept(note: string): string[] {
  return [totals(id(1)), building(id(2), hello), logLine(id(2), "x"), message(0, note), error(failed), stop(id(2))];
}

function fixesOf(...explained: Parameters<typeof explain>) {
  return explain(...explained).fixes?.map(({ command, arguments: args }) => [command, args]);
}

for (const [name, [note, folder]] of Object.entries(notes))
  test(`the folder in which a derivation failed is offered: ${name}`, () => {
    const request = { ...asked, keepFailed: true } as const;
    assert.deepEqual(fixesOf(helloFailsKept(note), {}, { request }), [["morph.openKeptFolder", [{ folder }]]]);
    const { detail } = explain(helloFailsKept(note), {}, { request });
    assert.doesNotMatch(detail ?? "", /keeping build directory/);
  });

test("what failed here may be built again with its folder kept", () => {
  assert.deepEqual(fixesOf(helloFails(["x"], [failed])), [["morph.buildKeepingFolders", [again]]]);
});

test("a folder on a builder is mentioned, but cannot be opened here", () => {
  const request = { ...asked, keepFailed: true } as const;
  const { message: text, fixes } = explain(helloFails(["x"], [failed], "ssh-ng://arm"), {}, { request });
  assert.equal(text, "hello-2.12.1 failed with exit code 2. Its build directory was kept on arm.");
  assert.equal(fixes, undefined);
});

test("a folder explains nothing of what was fetched", () => {
  const said = `hash mismatch in fixed-output derivation '${hello}':\n  specified: sha256-A\n  got: sha256-B`;
  assert.deepEqual(
    fixesOf(helloFails([], [said]))?.map(([command]) => command),
    ["morph.replaceHash"],
  );
});
