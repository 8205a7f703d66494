import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { finalStates } from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { gatedNetwork } from "../support/gate.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { ClientOptions, LspClient } from "../support/lspClient.ts";
import { startNixDaemon } from "../support/nixDaemon.ts";
import { descendants, processesIn } from "../support/processes.ts";
import { mustRun } from "../support/run.ts";
import { until } from "../support/until.ts";
import {
  buildToEnd,
  buildUntilRunning,
  copyNetwork,
  trustedClient,
  type Workspace,
  writeNetwork,
} from "../support/workspace.ts";

// Builds in the store of a real builder behind a real ssh server, which emulates aarch64 through qemu: with us and without us.

let lab: Lab;
let builder: Builder;

before(async () => {
  lab = await startLab();
  builder = await startBuilder(lab, { name: "builder-pi", systems: ["x86_64-linux", "aarch64-linux"] });
  lab.setConf({ builders: [builder.machinesLine], maxJobs: 0 });
});

after(() => lab.stop());

/** The clients of a test. One that a failed test left would follow the builds of the next. */
const clients: LspClient[] = [];

async function clientOf(workspace: Workspace, options?: ClientOptions): Promise<LspClient> {
  const client = await trustedClient(lab, workspace, options);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) await client.kill();
  try {
    await isThere({});
  } finally {
    rmSync(folderThere(), { recursive: true, force: true });
  }
});

/** In the builder's store, with us. */
const attached = () => ({ place: { kind: "store", store: builder.storeUri } }) as const;

const detached = () => ({ ...attached(), detached: true }) as const;

function folderThere(): string {
  return path.join(lab.dir, "builders", builder.name, "home/.local/state/morph-language-server");
}

/** What there is of builds on the builder: id -> files. */
function buildsThere(): Record<string, string[]> {
  const files = (folder: string): string[] => {
    try {
      return readdirSync(folder).toSorted();
    } catch (error) {
      // It is being removed.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  };
  return Object.fromEntries(files(folderThere()).map(id => [id, files(path.join(folderThere(), id))]));
}

function isInStoreThere(storePath: string | undefined): boolean {
  return existsSync(path.join(builder.storeFolder, path.basename(storePath ?? "?")));
}

/** Removes a build, and waits until nothing of it is on the builder. */
async function remove(client: LspClient, id: string): Promise<void> {
  await client.request("morph/remove", { id });
  await until("the builder is told", () => (buildsThere()[id] === undefined ? true : undefined));
}

const isOver = ({ state }: { readonly state: Parameters<typeof finalStates.has>[0] }) => finalStates.has(state);

/** The ssh servers of connections to the builder: `sshd: builder@notty`. */
function connections(): number[] {
  return descendants(builder.pid).flatMap(({ pid, cmdline }) =>
    /^sshd(?:-session)?: builder/.test(cmdline) ? [pid] : [],
  );
}

/** Waits until exactly these files are left there: some are removed a moment after the build's end. */
async function isThere(expected: ReturnType<typeof buildsThere>): Promise<void> {
  const what = `there is ${JSON.stringify(expected)}`;
  await until(what, () => isDeepStrictEqual(buildsThere(), expected) || undefined);
}

test("eiffel is built in the builder's store, where its result stays with a GC root until the build is removed", async () => {
  const home = copyNetwork(lab, "home");
  const client = await clientOf(home);
  const built = await buildToEnd(client, home, "eiffel", attached());
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  assert.deepEqual([existsSync(built.outPath ?? ""), isInStoreThere(built.outPath)], [false, true]);
  await isThere({ [built.id]: ["client", "result"] });
  const { derivations } = await client.request("morph/buildDetails", { id: built.id });
  assert.ok(derivations.length > 5);
  assert.deepEqual([...new Set(derivations.map(each => each.builder))], [builder.storeUri]);
  assert.ok(derivations.every(({ state }) => state === "built"));
  const { caches } = await client.request("morph/signatures", { id: built.id });
  assert.match(caches[0]?.problem?.message ?? "", /^The result is in the store of builder-pi/);
  await remove(client, built.id);
  await client.stop();
});

test("a detached build goes on while no server runs, and the next server shows its end", async () => {
  const gate = gatedNetwork(lab);
  const first = await clientOf(gate);
  const id = await buildUntilRunning(first, gate, gate.machine, detached());
  await first.kill();
  await until("no connection is left", () => (connections().length === 0 ? true : undefined));
  gate.open();
  await until("it has ended there", () => (buildsThere()[id]?.includes("end") ? true : undefined));

  const second = await clientOf(gate);
  const ended = await second.build(id, isOver);
  assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
  assert.deepEqual([ended.detached, ended.progress.done], [true, ended.progress.expected]);
  await isThere({ [id]: ["client", "result"] });
  const { text } = await second.request("morph/buildLog", { id });
  assert.match(text, /closed\n[\s\S]*open\n/);
  const { derivations } = await second.request("morph/buildDetails", { id });
  assert.ok(derivations.every(({ state, startedAt, stoppedAt }) => state === "built" && startedAt && stoppedAt));
  await remove(second, id);
  await second.stop();
});

test("a detached build whose connection is cut is reconnecting, and goes on; its result can be fetched", async () => {
  const gate = gatedNetwork(lab);
  const client = await clientOf(gate);
  const id = await buildUntilRunning(client, gate, gate.machine, { ...detached(), fetch: true });
  for (let cut = 0; cut < 3; cut++) {
    for (const pid of connections()) process.kill(pid, "SIGKILL");
    const lost = await client.build(id, ({ state }) => state === "reconnecting");
    assert.equal(lost.failure?.code, "unreachable-host");
    await client.build(id, ({ state }) => state === "building");
  }
  gate.open();
  const ended = await client.build(id, isOver);
  assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
  assert.equal(ended.stored, undefined);
  assert.ok(existsSync(ended.outPath ?? ""));
  assert.ok((ended.signatures?.total ?? 0) > 2);
  await lab.nix("nix-store", ["--gc"]);
  assert.ok(existsSync(ended.outPath ?? ""), "it has no GC root here");
  await client.request("morph/remove", { id });
  await client.stop();
});

test("a detached build is cancelled once the builder is reached again", async () => {
  const gate = gatedNetwork(lab);
  const first = await clientOf(gate);
  const id = await buildUntilRunning(first, gate, gate.machine, detached());
  await first.request("morph/cancel", { id });
  await first.kill();
  const second = await clientOf(gate);
  assert.equal((await second.build(id, isOver)).state, "cancelled");
  await until("nothing of it runs", () =>
    processesIn(lab.dir).some(({ cmdline }) => cmdline.includes(gate.file.replace(/network\.nix$/, "")))
      ? undefined
      : true,
  );
  await second.request("morph/remove", { id });
  await second.stop();
});

test("two windows show a detached build over one connection; if the one that has it dies, the other follows", async () => {
  const gate = gatedNetwork(lab);
  const first = await clientOf(gate);
  const id = await buildUntilRunning(first, gate, gate.machine, detached());
  const second = await clientOf(gate);
  await second.build(id, ({ progress }) => progress.running > 0);
  const followers = () => descendants(builder.pid).filter(({ cmdline }) => /^sh -s -- follow /.test(cmdline));
  // A shell that runs a part of the script in a child process has the same arguments.
  const parents = new Set(followers().map(({ pid }) => pid));
  assert.equal(followers().filter(({ parent }) => !parents.has(parent)).length, 1);
  await first.kill();
  await until("the other window follows it", () => (connections().length > 0 ? true : undefined));
  gate.open();
  const ended = await second.build(id, isOver);
  assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
  const { text } = await second.request("morph/buildLog", { id });
  assert.equal(text.match(/closed/g)?.length, 1);
  await remove(second, id);
  await second.stop();
});

test("a flood of output comes whole, and the server stays responsive", async () => {
  const lines = 100_000;
  const flood = writeNetwork(
    lab,
    "flood",
    `{ flood = { ... }: { nixpkgs.system = "x86_64-linux"; environment.systemPackages = [
      (derivation { name = "flood-1.0"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "/usr/bin/seq -f 'line %.0f of the flood' ${lines}; echo > $out" ]; })
    ]; }; }\n`,
  );
  const client = await clientOf(flood);
  const { id } = await client.request("morph/build", { uri: flood.uri, machine: "flood", ...detached() });
  const ended = client.build(id, isOver);
  let slowest = 0;
  for (let isRunning = true; isRunning; ) {
    const asked = performance.now();
    isRunning = !isOver(await client.build(id, () => true));
    slowest = Math.max(slowest, performance.now() - asked);
  }
  const { state, drvPath } = await ended;
  assert.equal(state, "succeeded");
  assert.ok(slowest < 5000, `an answer took ${slowest} ms`);
  const { derivations } = await client.request("morph/buildDetails", { id });
  const derivation = derivations.find(({ name }) => name === "flood-1.0")?.drvPath ?? drvPath;
  const last = await client.request("morph/buildLog", { id, derivation, offset: lines - 1 });
  assert.equal(last.text.trim(), `line ${lines} of the flood`);
  await remove(client, id);
  await client.stop();
});

test("a failing build fails with its cause, attached and detached", async () => {
  const faults = writeNetwork(
    lab,
    "faulty",
    `{ faulty = { ... }: { nixpkgs.system = "x86_64-linux"; environment.systemPackages = [
      (derivation { name = "broken-1.0"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo it is broken >&2; exit 7" ]; })
    ]; }; }\n`,
  );
  const client = await clientOf(faults);
  for (const how of [attached(), detached()]) {
    const ended = await buildToEnd(client, faults, "faulty", how);
    assert.equal(ended.state, "failed");
    assert.deepEqual(
      [ended.failure?.code, ended.failure?.subject],
      ["derivation-failed", "broken"],
      JSON.stringify(ended.failure),
    );
    await client.request("morph/remove", { id: ended.id });
  }
  await client.stop();
});

test("the supervisor there may be killed: another takes over, and knows the end of the build from its result", async () => {
  const gate = gatedNetwork(lab);
  const client = await clientOf(gate);
  const id = await buildUntilRunning(client, gate, gate.machine, detached());
  const supervisors = () =>
    processesIn(lab.dir).filter(({ cmdline }) => cmdline.includes("supervisor.sh") && cmdline.includes(id));
  for (const { pid } of supervisors()) process.kill(pid, "SIGKILL");
  await client.build(id, ({ failure }) => failure?.code === "no-supervisor");
  await client.build(id, ({ state, failure }) => state === "building" && failure === undefined);
  gate.open();
  const ended = await client.build(id, isOver);
  assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
  await remove(client, id);
  await client.stop();
});

test("a build whose builder is switched off in the middle of it is reconnecting, and can be removed once it was cancelled", async () => {
  const gate = gatedNetwork(lab);
  const other = await startBuilder(lab, { name: "builder-off", systems: ["x86_64-linux"] });
  const there = { place: { kind: "store", store: other.storeUri }, detached: true } as const;
  lab.setConf({ builders: [builder.machinesLine, other.machinesLine], maxJobs: 0 });
  const client = await clientOf(gate);
  const id = await buildUntilRunning(client, gate, gate.machine, there);
  await other.kill();
  await client.build(id, ({ state }) => state === "reconnecting");
  await client.request("morph/cancel", { id });
  assert.equal((await client.build(id, () => true)).state, "reconnecting");
  // It may never be reached again.
  await client.request("morph/remove", { id });
  assert.deepEqual(
    (await client.request("morph/builds", {})).filter(each => each.id === id),
    [],
  );
  await client.stop();
  lab.setConf({ builders: [builder.machinesLine], maxJobs: 0 });
});

test("a folder that is removed on the builder ends the build", async () => {
  const gate = gatedNetwork(lab);
  const client = await clientOf(gate);
  const id = await buildUntilRunning(client, gate, gate.machine, detached());
  rmSync(path.join(folderThere(), id), { recursive: true });
  assert.equal((await client.build(id, isOver)).state, "lost");
  await until("nothing of it runs", () =>
    processesIn(lab.dir).some(({ cmdline }) => cmdline.includes(path.basename(gate.folder))) ? undefined : true,
  );
  await client.request("morph/remove", { id });
  await client.stop();
});

test("a builder where the folder cannot be created is named, with the message", async () => {
  const gate = gatedNetwork(lab);
  const client = await clientOf(gate);
  const state = path.join(lab.dir, "builders", builder.name, "home/.local");
  renameSync(state, `${state}.aside`);
  writeFileSync(state, "");
  const ended = await buildToEnd(client, gate, gate.machine, detached());
  assert.deepEqual([ended.state, ended.failure?.code], ["failed", "no-folder-there"]);
  assert.match(ended.failure?.detail ?? "", /mkdir: .*Not a directory/);
  rmSync(state);
  renameSync(`${state}.aside`, state);
  await client.request("morph/remove", { id: ended.id });
  await client.stop();
});

test("a copy of the log that is damaged is made again", async () => {
  const gate = gatedNetwork(lab);
  const first = await clientOf(gate);
  const id = await buildUntilRunning(first, gate, gate.machine, detached());
  await first.kill();
  const events = path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builds", id, "events");
  const size = readFileSync(events).length;
  writeFileSync(events, Buffer.alloc(10 * size, "x"));
  const second = await clientOf(gate);
  await until("the copy is as long as the log", () => (readFileSync(events).length < 2 * size ? true : undefined));
  truncateSync(events, 10);
  gate.open();
  const ended = await second.build(id, isOver);
  assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
  await remove(second, id);
  await second.stop();
});

test("builds of ours whose records are gone are named, and those that were removed without a connection are removed", async () => {
  const gate = gatedNetwork(lab);
  gate.open();
  const client = await clientOf(gate);
  const left = await buildToEnd(client, gate, gate.machine, detached());
  await client.stop();
  rmSync(path.join(lab.env.XDG_STATE_HOME, "morph-language-server/builds", left.id), { recursive: true });
  const next = gatedNetwork(lab);
  const second = await clientOf(next);
  const id = await buildUntilRunning(second, next, next.machine, detached());
  const { warnings } = await second.build(id, ({ warnings: all = [] }) => all.some(({ code }) => code === "leftovers"));
  assert.match(warnings?.[0]?.message ?? "", new RegExp(`builder-pi has builds .*${left.id}`));
  rmSync(path.join(folderThere(), left.id), { recursive: true });
  next.open();
  assert.equal((await second.build(id, isOver)).state, "succeeded");
  await remove(second, id);
  await second.stop();
});

test("on a builder whose disk is full, a build is refused with the reason, and one that is running ends once there is room", async () => {
  const home = path.join(lab.dir, "builders/builder-full/home");
  const here = { env: lab.env, cwd: "/" };
  mkdirSync(home, { recursive: true });
  await mustRun("mount", ["-t", "tmpfs", "-o", "size=256k", "small", home], here);
  try {
    const full = await startBuilder(lab, { name: "builder-full", systems: ["x86_64-linux"] });
    lab.setConf({ builders: [builder.machinesLine, full.machinesLine], maxJobs: 0 });
    const place = { kind: "store", store: full.storeUri } as const;
    const gate = gatedNetwork(lab);
    const client = await clientOf(gate);
    const filler = path.join(home, "filler");
    fill(filler);
    const refused = await buildToEnd(client, gate, gate.machine, { place, detached: true });
    assert.deepEqual([refused.state, refused.failure?.code], ["failed", "no-folder-there"]);
    assert.match(refused.failure?.message ?? "", /could not be created .* on builder-full/);
    rmSync(filler);

    const id = await buildUntilRunning(client, gate, gate.machine, { place, detached: true });
    fill(filler);
    gate.open();
    await until("Nix has ended there", () =>
      descendants(full.pid).some(({ cmdline }) => cmdline.startsWith("nix-store ")) ? undefined : true,
    );
    assert.equal((await client.build(id, () => true)).state, "building");
    rmSync(filler);
    const ended = await client.build(id, isOver);
    assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
    await client.stop();
    await full.stop();
  } finally {
    await mustRun("umount", ["--lazy", home], here);
    lab.setConf({ builders: [builder.machinesLine], maxJobs: 0 });
  }
});

test("a user whom Nix's daemon does not trust builds in the builder's store; a result that cannot be copied here stays there", async () => {
  const daemon = await startNixDaemon(lab);
  const { env, commandLine } = daemon.nobody;
  const ownKey = path.join(env.HOME ?? "", "key");
  const [, , key = ""] = builder.machinesLine.split(" ");
  copyFileSync(key, ownKey);
  chmodSync(ownKey, 0o600);
  chownSync(ownKey, 65534, 65534);
  chmodSync(path.join(lab.dir, "ssh"), 0o755);
  lab.setConf({ builders: [builder.machinesLine.replace(key, ownKey)], maxJobs: 0 });
  const gate = gatedNetwork(lab);
  gate.open();
  const client = await clientOf(gate, { env, commandLine });
  for (const how of [attached(), { ...detached(), fetch: true }] as const) {
    const built = await buildToEnd(client, gate, gate.machine, how);
    assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
    assert.deepEqual([existsSync(built.outPath ?? ""), isInStoreThere(built.outPath)], [false, true]);
    assert.equal(built.stored?.problem?.code, "fetch" in how ? "not-fetched" : undefined);
    await isThere({ [built.id]: ["client", "result"] });
    await remove(client, built.id);
  }
  await client.stop();
  await daemon.stop();
  lab.setConf({ builders: [builder.machinesLine], maxJobs: 0 });
});

/** Fills the disk of a file. */
function fill(file: string): void {
  for (let size = 64 * 1024; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
}
