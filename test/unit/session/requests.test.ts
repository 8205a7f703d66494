import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import type { MessageConnection } from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import { serverCommands } from "../../../server/src/protocol.ts";
import type { lspNotificationSchemas, lspRequestSchemas } from "../../../server/src/schemas/lsp.ts";
import type { notificationSchemas, requestSchemas } from "../../../server/src/schemas/requests.ts";
import { buildMachine } from "../../support/buildMachines.ts";
import { InProcess } from "../../support/inProcess.ts";
import { madeJobset } from "../../support/madeHydra.ts";
import { signatureReport } from "../../support/records.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// For any request a client gets InvalidParams that names the field, a problem, or an answer; never an internal error. The
// workspace is trusted and there is no Nix, so that handlers run as far as they can.

const temp = tempFolder("requests");
const storageDir = path.join(temp, "storage", "morph");
const file = path.join(temp, "network.nix");
const uri = URI.file(file).toString();
let made: InProcess;
let client: MessageConnection;
let ownPath: string | undefined;

before(async () => {
  writeFileSync(file, "{ a = { ... }: { }; }");
  mkdirSync(storageDir, { recursive: true });
  // The machine's own Nix is not used, even after a test's notification has reset the settings.
  ownPath = process.env.PATH;
  process.env.PATH = path.join(temp, "no-nix-here");
  const settings = { nix: { binDir: path.join(temp, "no-nix-here") }, environment: { NIX_STORE_DIR: "/nix/store" } };
  made = await InProcess.start({ folder: temp, initializationOptions: { trusted: true, storageDir, settings } });
  client = made.client;
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "nix", version: 1, text: "{ a = { ... }: { }; }" },
  });
  await client.sendRequest("morph/networks", {});
});

after(async () => {
  await made.stop();
  process.env.PATH = ownPath;
  await removeTree(temp);
});

interface Failure {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code: string };
}

/** The answer to a request: `ok`, or the error. */
async function answerTo(method: string, params: unknown): Promise<"ok" | Failure> {
  return client.sendRequest(method, params).then(
    () => "ok",
    (error: Failure) => error,
  );
}

const textDocument = { uri };
const position = { line: 0, character: 2 };
const range = { start: position, end: position };
const id = "0lvxa2c00-0000000a";
const storePath = "/nix/store/00000000000000000000000000000000-x";

/** Method -> valid parameters. */
const good: Readonly<Record<keyof typeof requestSchemas | keyof typeof lspRequestSchemas, object>> = {
  "morph/network": { textDocument },
  "morph/networks": {},
  "morph/evaluate": { uri, machine: "a" },
  "morph/evaluateAll": { uri },
  "morph/build": { uri, machine: "a", place: { kind: "only", builder: "ssh://host" } },
  "morph/followHydraBuild": { uri, machine: "a", build: 7 },
  "morph/restartHydraBuild": { id },
  "morph/buildMany": { uri, machines: ["a"], place: { kind: "schedule" }, kind: "tag", tag: "web" },
  "morph/cancel": { id },
  "morph/keep": { id, on: true },
  "morph/remove": { id },
  "morph/rebuildReasons": { id },
  "morph/leftovers": { id },
  "morph/builds": {},
  "morph/buildDetails": { id },
  "morph/watchBuild": { id, on: true },
  "morph/buildLog": { id, derivation: `${storePath}.drv`, offset: 0, colours: true },
  "morph/builders": { check: "ssh-ng://pi" },
  "morph/declaredBuilders": {},
  "morph/buildersFor": { uri, machine: "x" },
  "morph/builderFixes": { uri, machine: "a", system: "aarch64-linux" },
  "morph/buildMachineDefaults": {},
  "morph/buildMachineModules": {
    machine: {
      ...buildMachine(),
      hasSsh: true,
      cache: { host: "cache.home.example", secretKeySource: "/keys/secret" },
    },
    files: {
      machineFile: "build-machine.nix",
      clientFile: "build-machine-client.nix",
      deployed: { machine: "a", network: "network.nix" },
    },
  },
  "morph/createCacheKeys": { host: "cache.home.example", folder: path.join(temp, "keys") },
  "morph/checkSignatures": { id },
  "morph/signatureAdvice": { id },
  "morph/trustKeyFixes": { id, cache: "https://cache.home", publicKey: `cache.home-1:${"A".repeat(43)}=` },
  "morph/signPaths": { id, store: "file:///srv/cache", keyFile: "/keys/secret" },
  "morph/pushPaths": { id, store: "ssh-ng://host", keyFile: "/keys/secret" },
  "morph/compareHydraBuild": { uri, machine: "a", withInputs: true },
  "morph/hydraStatus": { refresh: true },
  "morph/watchHydra": { on: true },
  "morph/hydraConnect": { url: "http://127.0.0.1:9", project: "morph", login: { user: "alice", password: "secret" } },
  "morph/signatures": { storePath },
  "morph/hydraEvaluate": { uri, machines: ["a"], jobset: "a" },
  "morph/hydraJobset": { uri, machines: ["a"] },
  "morph/createHydraJobset": { url: "http://127.0.0.1:9", project: "morph", jobset: madeJobset("eiffel") },
  "textDocument/hover": { textDocument, position },
  "textDocument/codeLens": { textDocument },
  "codeLens/resolve": { range, data: [0, 0, "a"] },
  "textDocument/documentSymbol": { textDocument },
  "workspace/symbol": { query: "a" },
  "textDocument/inlayHint": { textDocument, range },
  "textDocument/semanticTokens/full": { textDocument },
  "textDocument/foldingRange": { textDocument },
  "textDocument/definition": { textDocument, position },
  "textDocument/references": { textDocument, position },
  "textDocument/documentLink": { textDocument },
  "textDocument/completion": { textDocument, position },
  "textDocument/prepareRename": { textDocument, position },
  "textDocument/rename": { textDocument, position, newName: "b" },
  "textDocument/codeAction": { textDocument, range, context: { diagnostics: [{ range, message: "x", code: 1 }] } },
  "workspace/executeCommand": { command: "morph.cancel", arguments: [{ id }] },
};

/** Method -> valid parameters of a notification. */
const notifications: Readonly<Record<keyof typeof lspNotificationSchemas | keyof typeof notificationSchemas, object>> =
  {
    "textDocument/didOpen": { textDocument: { uri, languageId: "nix", version: 2, text: "{ b = { }; }" } },
    "textDocument/didChange": { textDocument: { uri, version: 3 }, contentChanges: [{ range, text: "x" }] },
    "textDocument/didClose": { textDocument: { uri: `${uri}.other` } },
    "workspace/didChangeConfiguration": { settings: { morph: { maxBuilds: 1 } } },
    "workspace/didChangeWatchedFiles": { changes: [{ uri, type: 1 }] },
    "workspace/didChangeWorkspaceFolders": { event: { added: [{ uri, name: "x" }], removed: [] } },
    "morph/didGrantTrust": {},
    "morph/hydraLoginDidChange": { url: "http://127.0.0.1:9" },
  };

/** Junk to replace parameters with. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    ...[-1, 2 ** 31, 1e300, -0, 0.5, "", "\0", "../../../etc/passwd", "--help", "-", "file:", "file:///%00", "1:/x"],
    ...["file://a b/%zz", "x".repeat(100_000), "__proto__", "constructor", [], {}, null, true, [[]], { kind: "only" }],
    ...[URI.file("/").toString(), "untitled:x", "/nix/store/--help", "/etc/passwd", "\u{d800}"],
  ),
);

/** Every path below an object: `["place", "kind"]`. */
function pathsOf(value: unknown, before: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [[...before]];
  return [[...before], ...Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...before, name]))];
}

/** The same with another value at a path; undefined: removed. */
function changed(whole: object, at: readonly string[], value: unknown): unknown {
  const [name, ...rest] = at;
  if (name === undefined) return value;
  const copy: Record<string, unknown> = Array.isArray(whole) ? ([...whole] as never) : { ...whole };
  copy[name] = rest.length === 0 ? value : changed(copy[name] as object, rest, value);
  return copy;
}

/** Valid parameters with junk or nothing at one path, or as a whole. */
function mutationsOf(params: object): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...pathsOf(params)), fc.option(junk, { freq: 5, nil: undefined }))
    .map(([at, value]) => changed(params, at, value));
}

for (const [method, params] of Object.entries(good))
  test(`${method} answers any parameters without an internal error`, async () => {
    const first = await answerTo(method, params);
    assert.ok(first === "ok" || first.code === -32803, JSON.stringify(first));
    await fc.assert(
      fc.asyncProperty(mutationsOf(params), async mutation => {
        const answer = await answerTo(method, mutation);
        if (answer === "ok") return;
        if (answer.code === -32602) assert.match(answer.message, /^\S+: ./);
        else {
          assert.equal(answer.code, -32803, JSON.stringify(answer));
          if (method.startsWith("morph/")) assert.equal(typeof answer.data?.code, "string");
          assert.notEqual(answer.data?.code, "internal-error");
        }
      }),
      { numRuns: 60 },
    );
  });

/** Malformed parameters -> the field that the message names. */
const malformed: readonly (readonly [string, unknown, string])[] = [
  ["morph/signatures", { id: "../../../x" }, "id"],
  ["morph/signatures", { storePath: "--help" }, "storePath"],
  ["morph/signatures", { storePath: "/etc/passwd" }, "storePath"],
  ["morph/signatures", {}, "storePath"],
  ["morph/buildDetails", { id: 5 }, "id"],
  ["morph/cancel", { id: "" }, "id"],
  ["morph/buildLog", { id, derivation: "--help" }, "derivation"],
  ["morph/buildLog", { id, derivation: storePath }, "derivation"],
  ["morph/buildLog", { id, offset: -1 }, "offset"],
  ["morph/buildLog", { id, offset: 1e15 }, "offset"],
  ["morph/build", { uri: "untitled:x", machine: "a" }, "uri"],
  ["morph/build", { uri: 5, machine: "a" }, "uri"],
  ["morph/build", { uri, machine: "" }, "machine"],
  ["morph/build", { uri, machine: "x".repeat(2000) }, "machine"],
  ["morph/build", { uri, machine: "a\0" }, "machine"],
  ["morph/build", { uri, machine: "a", attribute: ["x"] }, "attribute"],
  ["morph/build", { uri, machine: "a", place: { kind: "moon" } }, "place.kind"],
  ["morph/build", { uri, machine: "a", place: { kind: "only", builder: 1 } }, "place.builder"],
  ["morph/buildMany", { uri, machines: "a" }, "machines"],
  ["morph/buildMany", { uri, machines: ["a", 1] }, "machines.1"],
  ["morph/buildMany", { uri, machines: ["a"], kind: "moon" }, "kind"],
  ["morph/buildMany", { uri, machines: ["a"], tag: 5 }, "tag"],
  ["morph/builders", { check: false }, "check"],
  ["morph/builders", { check: "x".repeat(5000) }, "check"],
  ["morph/network", {}, "textDocument"],
  ["morph/keep", { id, on: "yes" }, "on"],
  ["textDocument/hover", { textDocument, position: { line: -1, character: 0 } }, "position.line"],
  ["textDocument/hover", { textDocument: { uri: 1 }, position }, "textDocument.uri"],
  ["workspace/executeCommand", { command: "rm" }, "command"],
  ["workspace/executeCommand", { command: "morph.cancel", arguments: [{ id: 1 }] }, "id"],
];

for (const [method, params, field] of malformed)
  test(`${method} refuses ${JSON.stringify(params).slice(0, 80)} and names ${field}`, async () => {
    const answer = await answerTo(method, params);
    assert.ok(answer !== "ok");
    assert.equal(answer.code, -32602, JSON.stringify(answer));
    assert.match(answer.message, new RegExp(`(?:^|: )${field.replaceAll(".", "\\.")}: `));
  });

for (const command of serverCommands)
  test(`${command} without an argument is malformed`, async () => {
    const answer = await answerTo("workspace/executeCommand", { command });
    assert.equal(answer === "ok" ? 0 : answer.code, -32602);
  });

/** Well-formed parameters -> the problem. */
const impossible: readonly (readonly [string, unknown, string])[] = [
  ["morph/buildDetails", { id: "0lvxa2c00-ffffffff" }, "unknown-build"],
  ["morph/signatures", { id: "0lvxa2c00-ffffffff" }, "unknown-build"],
  ["morph/signatures", { storePath }, "no-nix"],
  ["morph/signatures", { storePath: "/other/store/00000000000000000000000000000000-x" }, "not-in-store"],
  ["morph/build", { uri, machine: "nix" }, "unknown-machine"],
  ["morph/network", { textDocument: { uri: "file:///nowhere/network.nix" } }, "unknown-network"],
];

for (const [method, params, code] of impossible)
  test(`${method} answers ${JSON.stringify(params)} with the problem ${code}`, async () => {
    const answer = await answerTo(method, params);
    assert.equal(answer === "ok" ? answer : answer.code, -32803, JSON.stringify(answer));
    assert.equal(answer === "ok" ? answer : answer.data?.code, code);
  });

test("no id makes the server read outside the storage folder", async () => {
  // The target of the id `../../..`.
  writeFileSync(path.join(temp, "signatures.json"), JSON.stringify(signatureReport()));
  for (const wrong of ["../../..", "..", ".", "", "/", `${id}/../../../..`]) {
    assert.ok(existsSync(path.join(temp, "signatures.json")));
    const answer = await answerTo("morph/signatures", { id: wrong });
    assert.equal(answer === "ok" ? answer : answer.code, -32602);
  }
  assert.ok(readdirSync(temp).length > 0);
});

for (const [name, options, field] of [
  ["a storage folder that is no path", { storageDir: "storage" }, "storageDir"],
  ["a storage folder that is no text", { storageDir: {} }, "storageDir"],
  ["trust that is no boolean", { trusted: "yes" }, "trusted"],
  ["options that are no object", 5, "initializationOptions"],
] as const)
  test(`initialize refuses ${name}`, async () => {
    const other = new InProcess();
    const error: Failure = await other.initialize({ initializationOptions: options as object }).then(
      () => assert.fail("it was not refused"),
      reason => reason,
    );
    assert.equal(error.code, -32602);
    assert.match(error.message, new RegExp(field));
    other.client.dispose();
  });

// Last, because they change which documents are open.
test("notifications with any content do no harm", async () => {
  const some = fc.oneof(
    ...Object.entries(notifications).map(([method, params]) => fc.tuple(fc.constant(method), mutationsOf(params))),
  );
  await fc.assert(
    fc.asyncProperty(some, async ([method, params]) => {
      // Excluded: what JSON-RPC itself does not allow.
      if (typeof params !== "object" || params === null) return;
      await client.sendNotification(method, params);
      assert.equal(await answerTo("workspace/symbol", { query: "" }), "ok");
    }),
    { numRuns: 300 },
  );
  const mistakes = made.sent.filter(
    ({ method, params }) => method === "window/logMessage" && (params as { type: number }).type === 1,
  );
  assert.deepEqual(mistakes, []);
});
