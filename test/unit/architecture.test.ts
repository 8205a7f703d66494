import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { arrows, folderSizes, importCircle, importGraph } from "../support/importGraph.ts";

// Which room of the server may import which. docs/architecture.md says what each is for.

const root = path.resolve(import.meta.dirname, "../..");

/** Room of the server, or one of the files outside all rooms -> what it may import of ours, from the lowest floor up. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  common: [],
  logging: [],
  options: [],
  protocol: [],
  storage: [],
  "protocol.ts": ["protocol"],
  syntax: [],
  util: ["common"],
  net: ["storage", "util"],
  "outcome.ts": ["protocol.ts"],
  retention: ["logging", "util"],
  schemas: ["common", "protocol.ts"],
  staticEvaluation: ["syntax"],
  buildMachine: ["common", "options", "protocol.ts", "syntax"],
  network: ["options", "protocol.ts", "syntax", "staticEvaluation"],
  nix: ["common", "logging", "protocol.ts", "storage", "outcome.ts", "schemas"],
  ssh: ["protocol.ts", "outcome.ts", "nix"],
  builders: ["common", "logging", "protocol.ts", "storage", "util", "outcome.ts", "schemas", "network", "nix", "ssh"],
  features: ["common", "options", "protocol.ts", "syntax", "util", "buildMachine", "network", "builders"],
  records: ["logging", "storage", "schemas", "nix"],
  signing: ["common", "logging", "net", "protocol.ts", "storage", "util", "outcome.ts", "nix"],
  workspace: ["logging", "protocol.ts", "storage", "syntax", "util", "outcome.ts", "staticEvaluation", "network"],
  hydra: ["common", "net", "protocol.ts", "syntax", "util", "outcome.ts", "nix"],
  builds: [
    "common",
    "logging",
    "protocol.ts",
    "storage",
    "util",
    "outcome.ts",
    "retention",
    "schemas",
    "nix",
    "ssh",
    "builders",
    "records",
    "hydra",
  ],
  settings: ["common", "retention", "schemas", "workspace"],
  supervise: ["storage", "util", "records"],
  toolchain: ["logging", "protocol.ts", "storage", "ssh", "nix", "builders", "settings"],
  evaluation: [
    "common",
    "logging",
    "protocol.ts",
    "storage",
    "util",
    "outcome.ts",
    "schemas",
    "network",
    "nix",
    "signing",
    "workspace",
    "hydra",
    "settings",
    "toolchain",
  ],
  session: [
    "common",
    "logging",
    "net",
    "options",
    "protocol.ts",
    "storage",
    "syntax",
    "util",
    "buildMachine",
    "features",
    "outcome.ts",
    "schemas",
    "network",
    "nix",
    "ssh",
    "builders",
    "signing",
    "workspace",
    "builds",
    "hydra",
    "settings",
    "toolchain",
    "evaluation",
  ],
  "server.ts": ["logging", "session"],
  "main.ts": ["server.ts"],
};

/** Room -> its sub-rooms, from the lowest floor up: each imports only those before it. `.`: the files of the room itself. */
const subRooms: Readonly<Record<string, readonly string[]>> = {
  builders: [".", "proofs", "check"],
  builds: [
    "hosts",
    "hosts/hydra",
    "hosts/ssh",
    "stream",
    "estimate",
    "record",
    "failures/evidence",
    "log",
    "failures/causes",
    "checks",
    "failures",
    "sources",
    "summary",
    "start",
    ".",
  ],
  evaluation: ["cache", ".", "hydra"],
  hydra: ["expression", ".", "client", "compare", "jobset", "status"],
  common: ["entered", "."],
  features: ["names", "edits", "builderFixes", "signatureFixes", "checks", "rename", "hovers", "completions", "."],
  network: ["modules", "builders", "signatures", "problems", "."],
  nix: ["events", ".", "derivations", "evaluation"],
  records: ["format", "log", "processes", "."],
  session: ["failures", "client", "hydra", "handlers", "."],
  signing: ["formats", "advice", ".", "caches", "check", "plan", "routes"],
  staticEvaluation: ["values", "functions", "."],
  syntax: ["strict", "."],
};

/** Edges of which only types may be used. */
const typesOnly = [
  ["features", "network"],
  ["features", "builders"],
] as const;

/** Rooms (with `/` at their end) and files that compute and do nothing else: no I/O, no clock, no process. */
const pure = [
  "protocol.ts",
  "protocol/",
  "outcome.ts",
  "common/",
  "schemas/",
  "options/",
  "buildMachine/",
  "network/",
  "staticEvaluation/",
  "features/",
  "hydra/expression/",
  "hydra/jobset/",
  "settings/",
  "syntax/attributePath.ts",
  "syntax/document.ts",
  "syntax/edits.ts",
  "syntax/nodes.ts",
  "syntax/quoting.ts",
  "syntax/values.ts",
  "syntax/strict/",
  "logging/log.ts",
  "hydra/client/answers.ts",
  "hydra/client/jobsetBody.ts",
  "hydra/client/logGrowth.ts",
  "hydra/client/steps.ts",
  "net/address.ts",
  "net/netrc.ts",
  "net/redirect.ts",
  "logging/secrets.ts",
  "util/backoff.ts",
  "util/steps.ts",
  "util/slots.ts",
  "workspace/glob.ts",
  "workspace/networkGlobs.ts",
  "session/client/answers.ts",
  "session/failures/failedBuilds.ts",
  "session/failures/group.ts",
  "session/failures/marks.ts",
  "session/failures/published.ts",
  "evaluation/cache/stored.ts",
  "evaluation/cache/systems.ts",
  "nix/nixOptions.ts",
  "nix/storeDir.ts",
  "nix/version.ts",
  "nix/derivations/needs.ts",
  "nix/events/",
  "nix/derivations/derivation.ts",
  "nix/evaluation/answer.ts",
  "nix/evaluation/chunks.ts",
  "nix/evaluation/error.ts",
  "nix/evaluation/refusedOption.ts",
  "nix/evaluation/trace.ts",
  "builders/capability.ts",
  "builders/capabilityText.ts",
  "builders/caveats.ts",
  "builders/choice.ts",
  "session/handlers/defaultPlace.ts",
  "toolchain/ignored.ts",
  "builders/schedule.ts",
  "builders/unbuildable.ts",
  "builders/machinesFile.ts",
  "builders/proofs/proofs.ts",
  "builders/proofs/refused.ts",
  "builders/check/attempt.ts",
  "builders/check/machineCode.ts",
  "builders/check/mode.ts",
  "builders/check/outcomes.ts",
  "builders/check/problems.ts",
  "builders/check/program.ts",
  "builders/check/requests.ts",
  "builders/byAddress.ts",
  "builders/declared.ts",
  "builders/machineLine.ts",
  "builders/lineFaultText.ts",
  "builders/thisMachine.ts",
  "ssh/command.ts",
  "ssh/reasons.ts",
  "ssh/storeUri.ts",
  "ssh/target.ts",
  "signing/advice/",
  "signing/formats/",
  "signing/keys.ts",
  "signing/narinfo.ts",
  "signing/pathInfo.ts",
  "signing/report.ts",
  "signing/signature.ts",
  "records/format/",
  "records/log/clock.ts",
  "records/log/cut.ts",
  "records/log/limit.ts",
  "retention/history.ts",
  "builds/hosts/hydra/files.ts",
  "builds/hosts/hydra/problems.ts",
  "builds/hosts/hydra/rhythm.ts",
  "builds/hosts/hydra/steps.ts",
  "builds/hosts/ssh/files.ts",
  "hydra/api.ts",
  "hydra/expression/evaluationErrors.ts",
  "builds/record/files.ts",
  "builds/record/schemas.ts",
  "builds/stream/",
  "builds/failures/",
  "builds/checks/",
  "builds/estimate/durations.ts",
  "builds/estimate/estimate.ts",
  "builds/summary/",
  "builds/start/realisation.ts",
];

/** Libraries that compute and do nothing else. */
const pureLibraries = new Set([
  "@vscode/l10n",
  "fastest-levenshtein",
  "htmlparser2/WritableStream",
  "node:crypto",
  "node:path",
  "valibot",
  "vscode-languageserver-textdocument",
  "vscode-languageserver-types",
  "vscode-uri",
  "web-tree-sitter",
]);

/** The only files that start processes. */
const doors = new Set(["nix/process.ts", "supervise/spawn.ts"]);

/** No folder has more files: with more, it holds more than one idea. */
const maxFiles = 15;

const graph = importGraph(path.join(root, "server/src"));
const client = importGraph(path.join(root, "client/src"));

/** `nix` for `nix/events/events.ts`, `main.ts` for a file of no room. */
function roomOf(file: string): string {
  return file.split("/")[0] ?? "";
}

/** `events` for `nix/events/events.ts`, `.` for `nix/process.ts`. */
function subRoomOf(file: string): string {
  return path.posix.dirname(file).split("/").slice(1).join("/") || ".";
}

function isPure(file: string): boolean {
  return pure.some(each => (each.endsWith("/") ? file.startsWith(each) : file === each));
}

test("the imports are found, and each of ours is a file", () => {
  assert.ok(graph.files.length > 200 && graph.inside.length > 600);
  const others = graph.imports.filter(({ to }) => to.endsWith(".ts") && !graph.files.includes(to));
  assert.deepEqual(arrows(others), []);
});

test("every room is in the table, each above those that it imports", () => {
  const order = Object.keys(allowed);
  assert.deepEqual([...new Set(graph.files.map(roomOf))].toSorted(), order.toSorted());
  for (const [room, targets] of Object.entries(allowed))
    for (const target of targets) assert.ok(order.indexOf(target) < order.indexOf(room), `${room} -> ${target}`);
});

for (const [room, targets] of Object.entries(allowed)) {
  test(`${room} imports ${targets.length === 0 ? "nothing" : `only ${targets.join(", ")}`} of ours`, () => {
    const own = graph.inside.filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room);
    assert.deepEqual(arrows(own.filter(({ to }) => !targets.includes(roomOf(to)))), []);
    const used = new Set(own.map(({ to }) => roomOf(to)));
    assert.deepEqual(
      targets.filter(target => !used.has(target)),
      [],
      "the table allows what is not needed",
    );
  });
}

test("every sub-room is in the table", () => {
  const found = new Map<string, Set<string>>();
  for (const file of graph.files.filter(each => each.includes("/")))
    found.set(roomOf(file), (found.get(roomOf(file)) ?? new Set()).add(subRoomOf(file)));
  const several = [...found].filter(([, names]) => names.size > 1 || !names.has("."));
  assert.deepEqual(
    Object.fromEntries(several.map(([room, names]) => [room, [...names].toSorted()])),
    Object.fromEntries(Object.entries(subRooms).map(([room, names]) => [room, names.toSorted()])),
  );
});

for (const [room, names] of Object.entries(subRooms))
  test(`within ${room} a sub-room imports only those below it`, () => {
    const place = (file: string) => names.indexOf(subRoomOf(file));
    const own = graph.inside.filter(({ from, to }) => roomOf(from) === room && roomOf(to) === room);
    assert.deepEqual(arrows(own.filter(({ from, to }) => place(to) > place(from))), []);
  });

test("no files and no folders import each other in a circle, be it for a type", () => {
  assert.equal(importCircle(graph.inside), undefined);
  assert.equal(
    importCircle(graph.inside, file => (file.includes("/") ? path.posix.dirname(file) : file)),
    undefined,
  );
});

test("no folder holds more than one idea", () => {
  const large = [...folderSizes(graph.files)].filter(([, count]) => count > maxFiles);
  assert.deepEqual(large, []);
});

for (const [room, target] of typesOnly) {
  test(`${room} uses only types of ${target}`, () => {
    const values = graph.inside.filter(
      ({ from, to, isType }) => roomOf(from) === room && roomOf(to) === target && !isType,
    );
    assert.deepEqual(arrows(values), []);
  });
}

test("the client imports nothing of the server but the protocol and what is common", () => {
  const server = path.posix.join("..", "..", "server/src/");
  const others = client.imports.filter(
    ({ to }) => to.startsWith("..") && !/^\.\.\/\.\.\/server\/src\/(?:protocol\.ts$|common\/)/.test(to),
  );
  assert.ok(client.imports.some(({ to }) => to.startsWith(server)));
  assert.deepEqual(arrows(others), []);
});

test("the server imports nothing of VS Code", () => {
  assert.deepEqual(arrows(graph.imports.filter(({ to }) => to === "vscode")), []);
});

test("the protocol imports only types", () => {
  const values = graph.imports.filter(
    ({ from, to, isType }) => from.startsWith("protocol/") && !isType && !to.startsWith("protocol/"),
  );
  assert.deepEqual(arrows(values), []);
});

test("processes are started behind two doors only", () => {
  const starts = /^(?:node:)?(?:child_process|cluster|worker_threads)$|^execa$/;
  assert.deepEqual(new Set(graph.imports.filter(({ to }) => starts.test(to)).map(({ from }) => from)), doors);
  assert.deepEqual(arrows(client.imports.filter(({ to }) => starts.test(to))), []);
});

test("no process is started through a shell", () => {
  for (const file of doors) assert.doesNotMatch(graph.read(file), /shell:|execSync|\bexec\(|execaCommand|\$`/);
});

test("only the room of the network makes requests", () => {
  const library = /^(?:node:)?(?:https?2?|net|tls|dgram|dns)$|^undici$/;
  const others = [...graph.imports, ...client.imports].filter(
    ({ from, to, isType }) => library.test(to) && !isType && !from.startsWith("net/"),
  );
  assert.deepEqual(arrows(others), []);
  const request = /(?<![.#\w])fetch\(/;
  assert.match(graph.read("net/connections.ts"), /\bhttps?\.request\(/);
  assert.deepEqual(
    graph.files.filter(file => !file.startsWith("net/") && request.test(graph.read(file))),
    [],
  );
  assert.deepEqual(
    client.files.filter(file => request.test(client.read(file))),
    [],
  );
});

test("what is pure does no I/O, and uses nothing of ours that does", () => {
  for (const each of pure)
    assert.ok(
      graph.files.some(file => file.startsWith(each)),
      each,
    );
  const others = graph.imports.filter(
    ({ from, to, isType }) =>
      isPure(from) && !isType && !(graph.files.includes(to) ? isPure(to) : pureLibraries.has(to)),
  );
  assert.deepEqual(arrows(others), []);
});

test("what is pure asks no clock, sets no timer and looks at no process", () => {
  const effect =
    /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.(?:env|pid|kill|platform|cwd|argv)\b/;
  assert.deepEqual(
    graph.files.filter(file => isPure(file) && effect.test(graph.read(file))),
    [],
  );
});

test("every file that the documentation names is there", () => {
  const text = fs.readFileSync(path.join(root, "docs/architecture.md"), "utf8");
  const named = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|mjs|nix))`/g)].map(([, name = ""]) => name);
  assert.ok(named.length > 30);
  const places = ["", "server/src", "client/src", "server"];
  assert.deepEqual(
    named.filter(name => !places.some(place => fs.existsSync(path.join(root, place, name)))),
    [],
  );
});

test("every room of the server is in the documentation", () => {
  const text = fs.readFileSync(path.join(root, "docs/architecture.md"), "utf8");
  for (const room of Object.keys(allowed).filter(each => !each.endsWith(".ts")))
    assert.match(text, new RegExp(`^  ${room}/ `, "m"), room);
});
