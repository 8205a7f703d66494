import * as lsp from "vscode-languageserver/node";
import { URI } from "vscode-uri";
import type { ClientNotifications, Place, Requests } from "../../server/src/protocol.ts";
import { serverCommands } from "../../server/src/protocol.ts";
import { buildMachine } from "../support/buildMachines.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { madeJobset } from "../support/madeHydra.ts";
import { type Attack, type Faults, isMistake } from "./attack.ts";
import { type Home, leaveHome, makeHome, recordsOf } from "./home.ts";
import { junk, mutated } from "./junk.ts";
import { slowMachine } from "./moments.ts";
import type { Random } from "./random.ts";
import { RawServer, type Response } from "./rawServer.ts";
import { patience } from "./server.ts";

/** Messages that one server receives, and how many of them in parallel. */
const perServer = 2000;
const atOnce = 25;

/** Junk of every kind in requests, notifications, responses and frames. Every request is answered, none by an internal error. */
export const requests: Attack = {
  name: "requests",
  trials: 20_000,
  run: async ({ trials, random, faults }) => {
    const lab = await startLab({ maxJobs: 4 });
    for (let done = 0; done < trials; done += perServer)
      await attackServer(lab, `q${done}`, Math.min(perServer, trials - done), random.fork(done), faults);
    await lab.stop();
  },
};

async function attackServer(lab: Lab, name: string, count: number, random: Random, faults: Faults): Promise<void> {
  const home = makeHome(lab, name, slowMachine(name));
  const crashed = (what: string) => faults.add("crashes", `${name}: ${what}`);
  const server = new RawServer(
    home.env,
    method => (random.isOneIn(3) ? junk(random) : method === "workspace/configuration" ? [null] : null),
    (method, params) => {
      const { type, message } = (params ?? {}) as { readonly type?: number; readonly message?: string };
      if (method === "window/logMessage" && type === 1 && /unhandled|uncaught/i.test(String(message)))
        crashed(String(message));
    },
  );
  const check = (what: string, response: Response | undefined) => {
    if (response === undefined) return server.isAlive && faults.add("stuck", `${name}: ${what}`);
    if (response.error !== undefined && isMistake(response.error)) crashed(`${response.error.message}: ${what}`);
    return undefined;
  };
  // Of every four servers two run in a trusted workspace, and two have a client with odd capabilities.
  const initialize = initializeParams(home, random.isOneIn(2));
  const first = random.isOneIn(2) ? { ...initialize, capabilities: mutated(allCapabilities, random, 4) } : initialize;
  check("initialize", await server.request("initialize", first, patience));
  await server.notify("initialized", {});

  for (let sent = 0; sent < count && server.isAlive; sent += atOnce) {
    const messages = Array.from({ length: Math.min(atOnce, count - sent) }, () => someMessage(home, random));
    await Promise.all(
      messages.map(async ({ kind, method, params }) => {
        if (kind === "frame") return server.sendBytes(frame(method));
        if (kind === "notification") return server.notify(method, params);
        const response = await server.request(method, params, patience);
        return check(`${method} ${JSON.stringify(params)?.slice(0, 300)}`, response);
      }),
    );
  }
  if (server.isAlive) check("morph/networks, at last", await server.request("morph/networks", {}, patience));
  if (!server.isAlive) crashed(`the server ended (${await server.ended})`);
  for (const id of recordsOf(home)) await server.request("morph/cancel", { id }, patience);
  server.sendBytes(random.pick(brokenFrames));
  server.close();
  await end(server, name, faults);
  await leaveHome(home, faults);
}

/** Whatever came before, a server ends when its client is gone. */
async function end(server: RawServer, name: string, faults: Faults): Promise<void> {
  const timer = setTimeout(() => {
    faults.add("stuck", `${name}: the server does not end when its input does`);
    server.process.kill("SIGKILL");
  }, patience);
  await server.ended;
  clearTimeout(timer);
}

function initializeParams({ folder }: Home, trusted: boolean) {
  return {
    processId: process.pid,
    rootUri: null,
    capabilities: allCapabilities,
    workspaceFolders: [{ uri: URI.file(folder).toString(), name: "net" }],
    initializationOptions: { trusted },
  };
}

const allCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    codeLens: { refreshSupport: true },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  window: { workDoneProgress: true, showDocument: { support: true } },
  textDocument: { publishDiagnostics: { relatedInformation: true } },
};

/** What is sent; of a frame `method` is the body. */
interface Sent {
  readonly kind: "request" | "notification" | "frame";
  readonly method: string;
  readonly params?: unknown;
}

function someMessage(home: Home, random: Random): Sent {
  const kind = random.below(20);
  if (kind === 0) return { kind: "frame", method: random.pick(oddBodies) };
  if (kind === 1)
    return {
      kind: "request",
      method: `${random.pick(["morph/", "textDocument/", "$/", ""])}${JSON.stringify(junk(random, 0))}`,
      params: junk(random),
    };
  const share = random.pick([5, 8, 15, 1000]);
  if (kind < 9) {
    const all = ownRequests(home, random);
    const method = random.pick(Object.keys(all) as [keyof Requests, ...(keyof Requests)[]]);
    return { kind: "request", method, params: mutated(all[method], random, share) };
  }
  const { method, isRequest } = random.pick(standard);
  const isOwn = !isRequest && random.isOneIn(30);
  const params = mutated(standardParams(home, random), random, share);
  if (isOwn) return { kind: "notification", method: "morph/didGrantTrust" satisfies keyof ClientNotifications, params };
  return { kind: isRequest ? "request" : "notification", method, params };
}

/** Every request of ours with parameters that are right. */
function ownRequests(home: Home, random: Random): { readonly [Method in keyof Requests]: Requests[Method]["params"] } {
  const uri = random.pick(uris(home));
  const id = random.pick([...(recordsOf(home) as [string, ...string[]]), "0mwwhauzu-4434b462"]);
  const place = random.pick<Place>([
    { kind: "schedule" },
    { kind: "only", builder: random.pick(["local", "ssh-ng://nowhere"]) },
    { kind: "store", store: "ssh-ng://nowhere" },
  ]);
  const machine = random.pick(["target", "none"]);
  return {
    "morph/network": { textDocument: { uri } },
    "morph/networks": {},
    "morph/evaluate": { uri, machine, attribute: random.pick([undefined, "config.system.build.toplevel"]) },
    "morph/evaluateAll": { uri },
    "morph/build": { uri, machine, place, fromCache: random.pick([undefined, true]) },
    "morph/followHydraBuild": { uri, machine, build: random.pick([0, 7]) },
    "morph/restartHydraBuild": { id },
    "morph/buildMany": { uri, machines: [machine], place },
    "morph/cancel": { id },
    "morph/keep": { id, on: random.isOneIn(2) },
    "morph/remove": { id },
    "morph/rebuildReasons": { id },
    "morph/leftovers": { id },
    "morph/builds": {},
    "morph/buildDetails": { id },
    "morph/watchBuild": { id, on: random.isOneIn(2) },
    "morph/buildLog": { id, derivation: random.pick([undefined, "/nix/store/x.drv"]), offset: random.below(3) },
    "morph/builders": { check: random.pick([undefined, true, "local", "ssh-ng://nowhere"]) },
    "morph/declaredBuilders": {},
    "morph/buildersFor": { uri, machine },
    "morph/builderFixes": { uri, machine, system: random.pick([undefined, "aarch64-linux"]) },
    "morph/buildMachineDefaults": {},
    "morph/buildMachineModules": { machine: buildMachine(), files: { machineFile: "a.nix", clientFile: "b.nix" } },
    "morph/createCacheKeys": { host: "cache.example", folder: `${home.folder}/keys` },
    "morph/checkSignatures": { id },
    "morph/signatureAdvice": { id },
    "morph/trustKeyFixes": { id, cache: "http://127.0.0.1:9", publicKey: `cache-1:${"A".repeat(43)}=` },
    "morph/signPaths": { id, store: "ssh-ng://nowhere", keyFile: "/keys/secret" },
    "morph/pushPaths": { id, store: "ssh-ng://nowhere", keyFile: random.pick([undefined, "/keys/secret"]) },
    "morph/compareHydraBuild": { uri, machine, withInputs: random.pick([undefined, true]) },
    "morph/hydraStatus": { refresh: random.pick([undefined, true]) },
    "morph/watchHydra": { on: random.pick([true, false]) },
    "morph/hydraConnect": { url: "http://127.0.0.1:9/hydra", project: "morph" },
    "morph/signatures": random.pick([{ id }, { storePath: home.file }]),
    "morph/hydraEvaluate": { uri, machines: [machine], jobset: random.pick([undefined, "a"]) },
    "morph/hydraJobset": { uri, machines: [machine], jobset: random.pick([undefined, "a"]) },
    "morph/createHydraJobset": { url: "http://127.0.0.1:9/hydra", project: "morph", jobset: madeJobset("eiffel") },
  };
}

/** The network, a file beside it, one that does not exist, and what is not a file. */
function uris({ uri, folder }: Home): readonly [string, ...string[]] {
  return [uri, uri, URI.file(`${folder}/other.nix`).toString(), URI.file(folder).toString(), "untitled:Untitled-1"];
}

/** Every message of standard LSP that a client sends, but those with which a session begins and ends. */
const standard = Object.values(lsp as Readonly<Record<string, unknown>>).flatMap(message => {
  const { type, messageDirection } = (message ?? {}) as { type?: { method?: unknown }; messageDirection?: unknown };
  const method = type?.method;
  const isSent = messageDirection === "clientToServer" || messageDirection === "both" || messageDirection === undefined;
  if (typeof method !== "string" || !isSent || ["initialize", "shutdown", "exit"].includes(method)) return [];
  return [{ method, isRequest: type?.constructor.name.includes("RequestType") === true }];
}) as [{ method: string; isRequest: boolean }, ...{ method: string; isRequest: boolean }[]];

/** Parameters that hold what any message of standard LSP asks for. */
function standardParams(home: Home, random: Random): object {
  const uri = random.pick(uris(home));
  const position = () => ({ line: random.below(20), character: random.below(40) });
  const range = { start: position(), end: position() };
  const text = random.pick([
    slowMachine("x"),
    "",
    "{",
    "{ a = 1; a = 2; }",
    "\0",
    "{ ".repeat(500),
    "'' ${".repeat(200),
  ]);
  const item = {
    uri,
    name: "target",
    label: "target",
    kind: 1,
    range,
    selectionRange: range,
    data: null,
    command: null,
  };
  return {
    ...item,
    textDocument: { uri, languageId: "nix", version: random.below(10), text },
    position: position(),
    positions: [position()],
    contentChanges: [random.pick([{ range, text: random.pick(["", "}", "x = 1;", "\n"]) }, { text }])],
    context: { diagnostics: [], triggerKind: 1, includeDeclaration: true, only: ["quickfix"] },
    options: { tabSize: 2, insertSpaces: true },
    query: random.pick(["", "tar", "*"]),
    newName: random.pick(["other", "", '"', "or"]),
    ch: ";",
    color: { red: 0, green: 0, blue: 0, alpha: 1 },
    item,
    value: random.pick(["off", "messages", "verbose"]),
    id: random.below(100),
    token: random.below(100),
    command: random.pick([...serverCommands, "other"] as [string, ...string[]]),
    arguments: [{ uri, machine: "target", id: "x" }],
    settings: { morph: { maxBuilds: 2, networkFiles: ["**/*.nix"], nix: { binDir: "" } } },
    changes: [{ uri, type: 1 + random.below(3) }],
    event: { added: [{ uri: URI.file(home.folder).toString(), name: "x" }], removed: [{ uri, name: "x" }] },
    files: [{ uri, oldUri: uri, newUri: uri }],
    previousResultIds: [],
    previousResultId: "x",
    reason: 1,
  };
}

function frame(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Bodies of valid frames that are not messages, or that answer nothing. */
const oddBodies = [
  "",
  "null",
  "42",
  "[]",
  "{}",
  '"text"',
  '{"jsonrpc":',
  "\0\0",
  '{"jsonrpc":"1.0","id":"x","method":1}',
  '{"jsonrpc":"2.0","id":null,"result":null}',
  '{"jsonrpc":"2.0","id":99999,"result":{}}',
  '{"jsonrpc":"2.0","id":{},"method":"morph/builds"}',
  '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}',
  '{"jsonrpc":"2.0","method":"$/progress","params":null}',
  '[{"jsonrpc":"2.0","id":1,"method":"morph/builds","params":{}}]',
] as const;

/** Bytes after which no frame can be found again. */
const brokenFrames = [
  "",
  "hello\r\n\r\n",
  "Content-Length: -5\r\n\r\n{}",
  "Content-Length: abc\r\n\r\n{}",
  "Content-Length: 99999999999\r\n\r\n{}",
  "Content-Length: 1e9\r\n\r\n{}",
  "Content-Length\r\n\r\n{}",
  ": \r\n\r\n{}",
  "Content-Length: 2\r\n\r\n",
  "\r\n\r\n\r\n\r\n",
  "\0".repeat(10_000),
  "Content-Type: x; charset=nothing\r\nContent-Length: 2\r\n\r\n{}",
  `X: ${"x".repeat(1_000_000)}`,
] as const;
