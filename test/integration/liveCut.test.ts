import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { until } from "../support/until.ts";
import { trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// Builds that print far more than is kept, with a real Nix. Each prints everything, waits for its gate, and ends.

const mebibyte = 1024 * 1024;
const limit = 1;
const settings = { maxLogSize: limit };
const lines = 300_000;

/** Of `liveCut.ts` (bytes). */
const [window, margin] = [4 * mebibyte, mebibyte];

let lab: Lab;
let flood: Workspace;

const gate = (name: string) => path.join(lab.dir, `${name}.gate`);

/** A builder with much output, a phase in between, and last words after its gate is open. */
const talker = (name: string) => `(pkgs.runCommand "${name}-1.0" { } ''
  echo "first words"
  yes "Building CXX object lib/Target/X86/CMakeFiles/LLVMX86CodeGen.dir/X86ISelLowering.cpp.o" | head -n ${lines}
  echo '@nix { "action": "setPhase", "phase": "checkPhase" }' >&$NIX_LOG_FD
  yes "ok" | head -n 20000
  echo "all is printed"
  while [ ! -e ${gate(name)} ]; do sleep 0.1; done
  echo "last words"
  mkdir -p $out
'')`;

before(async () => {
  lab = await startLab();
  const machine = (name: string) => `  ${name} = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ ${talker(name)} ];
  };
`;
  flood = writeNetwork(lab, "flood", `{\n${machine("flood")}${machine("plain")}}\n`);
});

after(() => lab.stop());

async function start(client: LspClient, machine: string): Promise<{ id: string; events: string }> {
  const { id } = await client.request("morph/build", { uri: flood.uri, machine });
  await client.build(id, ({ progress }) => progress.running > 0);
  return { id, events: path.join(lab.env.XDG_STATE_HOME ?? "", "morph-language-server", "builds", id, "events") };
}

/** The current log, read page by page; up to its end if the build has ended. */
async function logOf(client: LspClient, id: string, derivation: string): Promise<string[]> {
  let [text, offset] = ["", 0];
  for (;;) {
    const page = await client.request("morph/buildLog", { id, derivation, offset });
    text += page.text;
    if (page.done || page.nextOffset === offset) return text.split("\n").slice(0, -1);
    offset = page.nextOffset;
  }
}

async function derivationOf(client: LspClient, id: string, name: string): Promise<string> {
  const { derivations } = await client.request("morph/buildDetails", { id });
  const found = derivations.find(each => each.name.startsWith(`${name}-`));
  assert.ok(found);
  return found.drvPath;
}

const isNotice = (line: string) => line === `The log exceeds ${limit} MiB: later output was discarded.`;

/** Returns the size of the stream once Nix has written everything before the gate. */
function untilPrinted(events: string): Promise<number> {
  return until(
    "all is printed",
    () => (endOf(events).includes('"all is printed"') ? fs.statSync(events).size : undefined),
    120_000,
  );
}

function endOf(file: string): string {
  const descriptor = fs.openSync(file, "r");
  const end = Buffer.alloc(4096);
  fs.readSync(descriptor, end, 0, end.length, Math.max(0, fs.fstatSync(descriptor).size - end.length));
  fs.closeSync(descriptor);
  return end.toString();
}

const allocated = (file: string) => fs.statSync(file).blocks * 512;

test("a log beyond its limit is cut while Nix writes it, says so once, and the build succeeds", async () => {
  const client = await trustedClient(lab, flood, { settings });
  const { id, events } = await start(client, "flood");
  const size = await untilPrinted(events);
  assert.ok(size > 30 * mebibyte, `${size} bytes`);
  // The part that is not scanned yet is smaller than a window and the margin.
  const rest = size - window * Math.floor((size - margin) / window);
  const most = (limit + 1) * mebibyte + rest;
  assert.ok(most < 8 * mebibyte);
  await until("room is given back", () => (allocated(events) < most ? true : undefined));
  const drvPath = await derivationOf(client, id, "flood");
  const running = await logOf(client, id, drvPath);
  assert.equal(running.filter(isNotice).length, 1);
  assert.ok(running.slice(0, 10).includes("first words"));
  assert.ok(running.length < lines / 3, `${running.length} lines`);

  // A later reader gets the same.
  const late = await trustedClient(lab, flood, { settings });
  await late.build(id, ({ progress }) => progress.running > 0);
  assert.ok(isDeepStrictEqual(await logOf(late, id, drvPath), running));

  fs.writeFileSync(gate("flood"), "");
  for (const each of [client, late]) {
    const ended = await each.build(id, ({ state }) => finalStates.has(state));
    assert.equal(ended.state, "succeeded", ended.failure?.message);
    assert.equal(ended.progress.done, ended.progress.expected);
    const log = await logOf(each, id, drvPath);
    assert.equal(log.filter(isNotice).length, 1);
    assert.ok(log.slice(-10).includes("last words"));
    assert.ok(log.includes("Running phase: checkPhase"));
  }
  const [one, other] = await Promise.all([client, late].map(each => each.request("morph/buildDetails", { id })));
  assert.deepEqual(other?.derivations, one?.derivations);
  assert.ok(one?.derivations.every(({ state, startedAt, stoppedAt }) => state === "built" && startedAt && stoppedAt));
  assert.ok(allocated(events) <= most, `${allocated(events)} bytes`);
  await late.stop();
  await client.stop();
});

test("without support for punching holes, the log is complete until the record is packed", async () => {
  const without = path.join(lab.dir, "without fallocate");
  fs.mkdirSync(without);
  for (const folder of (lab.env.PATH ?? "").split(":").filter(name => fs.existsSync(name)))
    for (const name of fs.readdirSync(folder))
      if (name !== "fallocate" && !fs.existsSync(path.join(without, name)))
        fs.symlinkSync(path.join(folder, name), path.join(without, name));
  const client = await trustedClient(lab, flood, { settings, env: { ...lab.env, PATH: without } });
  const { id, events } = await start(client, "plain");
  const size = await untilPrinted(events);
  fs.writeFileSync(gate("plain"), "");
  const ended = await client.build(id, ({ state }) => finalStates.has(state));
  assert.equal(ended.state, "succeeded", ended.failure?.message);
  assert.ok(allocated(events) >= size);
  assert.ok(!fs.readFileSync(events).includes(0));
  await client.stop();
});
