import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";

// Who may import whom. docs/architecture.md says why.

const root = path.resolve(import.meta.dirname, "../..");

/** Room of the server, or one of the files that all of them share -> what it may import of ours. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["server.ts"],
  "server.ts": ["logging", "session"],
  "protocol.ts": [],
  "outcome.ts": ["protocol.ts"],
  common: [],
  logging: [],
  util: [],
  storage: [],
  syntax: [],
  options: [],
  staticEvaluation: ["syntax"],
  network: ["protocol.ts", "options", "staticEvaluation", "syntax"],
  features: ["protocol.ts", "common", "options", "syntax", "util", "builders"],
  schemas: ["protocol.ts"],
  nix: ["protocol.ts", "outcome.ts", "logging", "schemas", "storage"],
  builders: ["protocol.ts", "outcome.ts", "logging", "storage", "nix"],
  toolchain: ["protocol.ts", "logging", "nix", "builders", "settings"],
  signing: ["protocol.ts", "outcome.ts", "common", "nix"],
  records: ["storage", "nix", "builds"],
  supervise: ["storage", "records", "builds"],
  retention: ["protocol.ts", "nix", "builds"],
  builds: [
    "protocol.ts",
    "outcome.ts",
    "logging",
    "schemas",
    "storage",
    "nix",
    "builders",
    "records",
    "retention",
    "supervise",
    "util",
  ],
  workspace: ["protocol.ts", "outcome.ts", "logging", "storage", "network", "staticEvaluation", "syntax"],
  settings: ["schemas", "retention", "workspace"],
  evaluation: [
    "protocol.ts",
    "outcome.ts",
    "logging",
    "schemas",
    "storage",
    "network",
    "nix",
    "settings",
    "toolchain",
    "util",
    "workspace",
  ],
  session: [
    "protocol.ts",
    "outcome.ts",
    "common",
    "logging",
    "schemas",
    "settings",
    "syntax",
    "network",
    "features",
    "workspace",
    "nix",
    "builders",
    "toolchain",
    "signing",
    "evaluation",
    "builds",
    "util",
  ],
};

/** Edges of which only types may be used. */
const typesOnly = [
  ["builders", "nix"],
  ["features", "builders"],
] as const;

/** Rooms and files that compute and do nothing else (they do no I/O). */
const pure = [
  "protocol.ts",
  "outcome.ts",
  "common/",
  "logging/log.ts",
  "logging/secrets.ts",
  "settings/settings.ts",
  "workspace/glob.ts",
  "workspace/networkGlobs.ts",
  "session/clientAnswers.ts",
  "schemas/",
  "evaluation/cache/stored.ts",
  "evaluation/cache/systems.ts",
  "network/",
  "staticEvaluation/",
  "options/",
  "features/",
  "builders/capability.ts",
  "builders/capabilityText.ts",
  "builders/choice.ts",
  "builders/machinesFile.ts",
  "builders/storeName.ts",
  "builders/thisMachine.ts",
  "builders/unbuildable.ts",
  "records/clock.ts",
  "builds/stream/closeState.ts",
  "builds/stream/clues.ts",
  "builds/summary/damagedSummary.ts",
  "builds/estimate/durations.ts",
  "builds/estimate/estimate.ts",
  "retention/history.ts",
  "records/logCut.ts",
  "records/logLimit.ts",
  "builds/checks/longBuilds.ts",
  "builds/checks/preflight.ts",
  "builds/stream/errorText.ts",
  "builds/stream/eventState.ts",
  "builds/failures/explain.ts",
  "builds/failures/",
  "builds/stream/retryInputs.ts",
  "builds/start/realisation.ts",
  "builds/record/schemas.ts",
  "builds/stream/reduce.ts",
  "builds/checks/shortOfSpace.ts",
  "util/slots.ts",
  "nix/needs.ts",
  "nix/storePath.ts",
  "builds/summary/summary.ts",
  "builds/summary/transferRates.ts",
  "nix/answer.ts",
  "nix/chunks.ts",
  "nix/derivation.ts",
  "nix/eventLines.ts",
  "nix/eventStream.ts",
  "nix/evaluationError.ts",
  "nix/events.ts",
  "nix/nixOptions.ts",
  "nix/storeDir.ts",
  "signing/keys.ts",
  "signing/narinfo.ts",
  "signing/pathInfo.ts",
  "signing/report.ts",
  "signing/signature.ts",
  "syntax/document.ts",
  "syntax/edits.ts",
  "syntax/strict/",
  "syntax/nodes.ts",
  "syntax/values.ts",
];

/** Libraries that compute and do nothing else. */
const pureLibraries = new Set([
  "@vscode/l10n",
  "fastest-levenshtein",
  "node:crypto",
  "node:path",
  "valibot",
  "vscode-languageserver-textdocument",
  "vscode-languageserver-types",
  "vscode-uri",
  "web-tree-sitter",
]);

/** The only files that start processes. */
const doors = new Set(["server/src/nix/process.ts", "server/src/supervise/main.ts"]);

interface Import {
  /** Path below the root, with `/`. */
  readonly from: string;
  /** The same, or a library. */
  readonly to: string;
  readonly isType: boolean;
}

const statement = /^(?:import|export)\s+(?:(type)\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const call = /\b(?:import|require)\(\s*["'`]([^"'`]+)/g;

function importsOf(file: string): Import[] {
  const text = fs.readFileSync(path.join(root, file), "utf8");
  const found = [
    ...[...text.matchAll(statement)].map(([, type, to]) => ({ to, isType: type !== undefined })),
    ...[...text.matchAll(call)].map(([, to]) => ({ to, isType: false })),
  ];
  return found.map(({ to = "", isType }) => ({
    from: file,
    to: to.startsWith(".") ? path.posix.join(path.posix.dirname(file), to) : to,
    isType,
  }));
}

function filesIn(folder: string): string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map(name => path.posix.join(folder, name.split(path.sep).join("/")))
    .filter(file => /\.(?:ts|mts|cts|js|mjs)$/.test(file));
}

const server = filesIn("server/src");
const client = filesIn("client/src");
const imports = [...server, ...client].flatMap(importsOf);

/** `nix` for `server/src/nix/events.ts`, `main.ts` for a file of no room; undefined outside of the server. */
function roomOf(file: string): string | undefined {
  return file.startsWith("server/src/") ? file.slice("server/src/".length).split("/")[0] : undefined;
}

const edges = imports.flatMap(({ from, to, isType }) => {
  const [source, target] = [roomOf(from), roomOf(to)];
  return source === undefined || target === undefined || source === target
    ? []
    : [{ from, to, source, target, isType }];
});

test("the imports are found", () => {
  assert.ok(server.length > 50 && client.length > 50);
  assert.ok(imports.length > 300);
  assert.ok(imports.every(({ to }) => !to.startsWith(".")));
  for (const { to } of imports) if (to.includes("/src/")) assert.ok(fs.existsSync(path.join(root, to)), to);
});

test("every room of the server is in the table", () => {
  const rooms = new Set(server.map(roomOf).filter(room => room !== undefined && !room.endsWith(".ts")));
  assert.deepEqual(
    [...rooms].toSorted(),
    Object.keys(allowed)
      .filter(room => !room.endsWith(".ts"))
      .toSorted(),
  );
});

for (const [room, targets] of Object.entries(allowed)) {
  test(`${room} imports ${targets.length === 0 ? "nothing" : `only ${targets.join(", ")}`} of ours`, () => {
    const own = edges.filter(({ source }) => source === room);
    const others = own.filter(({ target }) => !targets.includes(target));
    assert.deepEqual(
      others.map(({ from, to }) => `${from} -> ${to}`),
      [],
    );
    const used = new Set(own.map(({ target }) => target));
    assert.deepEqual(
      targets.filter(target => !used.has(target)),
      [],
      "the table allows what nobody needs",
    );
  });
}

for (const [room, target] of typesOnly) {
  test(`${room} uses only types of ${target}`, () => {
    const values = edges.filter(edge => edge.source === room && edge.target === target && !edge.isType);
    assert.deepEqual(values, []);
  });
}

test("the client imports nothing of the server but the protocol and what is common to both", () => {
  const isShared = (file: string) => file === "server/src/protocol.ts" || file.startsWith("server/src/common/");
  const others = imports.filter(
    ({ from, to }) => from.startsWith("client/") && to.startsWith("server/") && !isShared(to),
  );
  assert.deepEqual(others, []);
});

test("the server imports nothing of the client, and nothing of VS Code", () => {
  const others = imports.filter(
    ({ from, to }) => from.startsWith("server/") && (to.startsWith("client/") || to === "vscode"),
  );
  assert.deepEqual(others, []);
});

test("the protocol imports only types", () => {
  const values = imports.filter(({ from, isType }) => from === "server/src/protocol.ts" && !isType);
  assert.deepEqual(values, []);
});

test("processes are started behind two doors only", () => {
  const starters = imports.filter(({ to }) => /^(?:node:)?(?:child_process|cluster|worker_threads)$|^execa$/.test(to));
  assert.deepEqual(new Set(starters.map(({ from }) => from)), doors);
});

test("no process is started through a shell", () => {
  for (const file of doors)
    assert.doesNotMatch(fs.readFileSync(path.join(root, file), "utf8"), /shell:|execSync|\bexec\(|execaCommand|\$`/);
});

test("what is pure does no I/O", () => {
  const files = pure.map(name => `server/src/${name}`);
  for (const file of files)
    assert.ok(
      server.some(each => each.startsWith(file)),
      file,
    );
  const effects = imports.filter(
    ({ from, to, isType }) =>
      !isType && files.some(file => from.startsWith(file)) && roomOf(to) === undefined && !pureLibraries.has(to),
  );
  assert.deepEqual(
    effects.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});

test("what is pure uses nothing of ours that is not", () => {
  const files = pure.map(name => `server/src/${name}`);
  const isPure = (file: string) => files.some(each => file.startsWith(each));
  const others = imports.filter(
    ({ from, to, isType }) => !isType && isPure(from) && roomOf(to) !== undefined && !isPure(to),
  );
  assert.deepEqual(
    others.map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});
