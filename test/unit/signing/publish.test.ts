import assert from "node:assert/strict";
import { test } from "node:test";
import type { Nix } from "../../../server/src/nix/nix.ts";
import { copyClosure, signClosure } from "../../../server/src/signing/publish.ts";
import { exited, fakeNix } from "../../support/fakeNix.ts";
import { storePath } from "../../support/streams.ts";

const path = storePath("web01");

/** A Nix that prints lines to stderr while it copies. */
function copying(lines: readonly string[], code = 0): { nix: Nix; commands: string[] } {
  const commands: string[] = [];
  const nix = fakeNix(() => exited(code, "", lines.join("\n")), commands);
  const run: Nix["run"] = async (program, args, options) => {
    for (const line of lines) options?.onStderrLine?.(line);
    return nix.run(program, args);
  };
  return { nix: { ...nix, run }, commands };
}

const copy = (id: number, count: number) =>
  `@nix {"action":"start","id":${id},"level":3,"text":"copying ${count} paths","type":103}`;
const start = (id: number) =>
  `@nix {"action":"start","fields":[],"id":${id},"level":3,"text":"copying path","type":100}`;
const stop = (id: number) => `@nix {"action":"stop","id":${id}}`;

test("progress is how many paths have been copied, of those that are to be", async () => {
  const progress: string[] = [];
  const { nix } = copying([
    copy(1, 2),
    start(2),
    start(3),
    stop(3),
    stop(99),
    stop(2),
    stop(1),
    "not an event",
    "@nix {",
  ]);
  const copied = await copyClosure(nix, { storePath: path, store: "file:///srv" }, (done, all) =>
    progress.push(`${done}/${all}`),
  );
  assert.deepEqual(copied, { value: null });
  assert.deepEqual(progress, ["0/2", "1/2", "2/2"]);
});

test("a key file is a setting of the address, escaped", async () => {
  const { nix, commands } = copying([]);
  const keyFile = "/home/me/my keys/a&b";
  await copyClosure(nix, { storePath: path, store: "file:///srv?compression=none", keyFile }, () => undefined);
  await copyClosure(nix, { storePath: path, store: "s3://bucket", keyFile }, () => undefined);
  assert.deepEqual(
    commands.map(command => /--to (\S+)/.exec(command)?.[1]),
    [
      "file:///srv?compression=none&secret-key=%2Fhome%2Fme%2Fmy%20keys%2Fa%26b",
      "s3://bucket?secret-key=%2Fhome%2Fme%2Fmy%20keys%2Fa%26b",
    ],
  );
});

test("a copy that fails says why in Nix's words, without a login", async () => {
  const { nix } = copying(
    [`@nix {"action":"msg","level":0,"msg":"error: cannot write to http://me:s3cret@host/x"}`, "ssh: no route"],
    1,
  );
  const failed = await copyClosure(nix, { storePath: path, store: "http://me:s3cret@host" }, () => undefined);
  assert.ok("problem" in failed);
  const { code, message, detail } = failed.problem;
  assert.equal(code, "not-pushed");
  assert.equal(message, "The paths could not be copied to http://***@host: cannot write to http://***@host/x");
  assert.match(detail ?? "", /ssh: no route/);
  assert.equal(JSON.stringify(failed).includes("s3cret"), false);
});

test("signing names the closure, the store and the key file", async () => {
  const { nix, commands } = copying([]);
  assert.deepEqual(await signClosure(nix, { storePath: path, store: "file:///srv", keyFile: "/k" }), { value: null });
  assert.match(commands[0] ?? "", new RegExp(`store sign --recursive --store file:///srv --key-file /k ${path}$`));
});

for (const [end, code] of [
  [{ kind: "cancelled" }, "cancelled"],
  [{ kind: "missing", file: "nix" }, "no-nix"],
  [exited(1, "", "error: no such file '/k'"), "not-signed"],
] as const)
  test(`signing that ends with ${code}`, async () => {
    const failed = await signClosure(
      fakeNix(() => end),
      { storePath: path, store: "file:///srv", keyFile: "/k" },
    );
    assert.equal("problem" in failed && failed.problem.code, code);
  });

test("a key file that Nix refuses is named, without what Nix says of its content", async () => {
  const said = "error: invalid character in Base64 string: 'swordfish'";
  const nix = fakeNix(() => exited(1, "", said));
  const signed = await signClosure(nix, { storePath: path, store: "file:///srv", keyFile: "/k" });
  assert.equal("problem" in signed && signed.problem.code, "bad-key-file");
  assert.equal(JSON.stringify(signed).includes("swordfish"), false);
});
