// Each state that a client draws is produced: a state without a producer is an error of types here.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { parseMachineLine } from "../../../../server/src/builders/machineLine.ts";
import { withProofs } from "../../../../server/src/builders/proofs/proofs.ts";
import { thisMachine } from "../../../../server/src/builders/thisMachine.ts";
import { BuildRecords } from "../../../../server/src/builds/record/record.ts";
import { NixEvents } from "../../../../server/src/builds/sources/nixEvents.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { Builder, BuildMode, DerivationState, KnownBy, TransferState } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import { localFacts, someEvaluation, someRequest } from "../../../support/records.ts";
import {
  building,
  built,
  copying,
  drv,
  error,
  id,
  result,
  start,
  stop,
  storePath,
  totals,
  waiting,
} from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("states");
after(() => removeTree(temp));

const at = "2024-05-01T12:00:00.000Z";
const names = ["hello", "etc", "system"] as const;
const [hello, etc, system] = names.map(drv) as [string, string, string];
const cache = "https://cache.example.org";

interface Situation {
  readonly lines?: readonly string[];
  /** Nix's exit code; absent while it runs. */
  readonly code?: number;
  /** Whose outputs are in the store at the end. */
  readonly present?: readonly string[];
  readonly builders?: readonly Builder[];
}

let count = 0;

/** A record whose plan is system, which needs hello and etc. */
async function record({ lines = [], code, present = [] }: Situation) {
  const folder = path.join(temp, `${count++}`);
  const store = path.join(folder, "store");
  fs.mkdirSync(store, { recursive: true });
  const output = (name: string) => path.join(store, path.basename(storePath(name)));
  for (const name of present) fs.writeFileSync(output(name), "");
  const graph: PlannedDerivation[] = names.map(name => ({
    drvPath: drv(name),
    system: name === "hello" ? "aarch64-linux" : "x86_64-linux",
    requiredFeatures: [],
    dependencies: name === "system" ? [0, 1] : [],
    outputs: [output(name)],
  }));
  const records = new BuildRecords(folder);
  const { id: _, ...request } = someRequest();
  const { id: build } = await records.create(request);
  await records.write(build, "evaluation", {
    at,
    evaluation: someEvaluation({ plan: { build: names.map(drv), fetch: [] } }),
  });
  await records.write(build, "graph", graph);
  if (code !== undefined) await records.write(build, "result", { code, signal: null, at });
  const fetched = lines.map(line => line.replaceAll("OUTPUT", output("hello")));
  fs.writeFileSync(records.fileOf(build, "events"), fetched.map(line => `${line}\n`).join(""));
  return { records, build, output };
}

async function derivations(situation: Situation): Promise<Record<string, DerivationState>> {
  const { records, build } = await record(situation);
  const events = new NixEvents(records, build);
  await events.read((await localFacts(records).of(build)) ?? {});
  return Object.fromEntries(events.derivations(situation.builders ?? []).map(each => [each.name, each]));
}

const fetchHello = [
  totals(id(1)),
  start(id(2), 103, [], "", 0),
  start(id(3), 108, ["OUTPUT", cache]),
  copying(id(4), "OUTPUT", cache, "local"),
  stop(id(4)),
  stop(id(3)),
  result(id(2), 105, [1, 1, 0, 0]),
];
const systemBuilds = [totals(id(1)), building(id(9), system)];
const systemBuilt = [...systemBuilds, built(id(1), 1, 1), stop(id(9))];
const lock = start(id(5), 111, [], `waiting for lock on '${storePath("hello")}'`, 1);

/** State -> each way in which hello comes to it. */
const ways: Record<DerivationState["state"], Record<string, Situation>> = {
  planned: { "nothing has begun": {}, "Nix has failed before": { code: 1 } },
  waiting: {
    "no builder is free": { lines: [totals(id(1)), waiting(id(2), hello)] },
    "another Nix builds it": { lines: [totals(id(1)), lock] },
  },
  building: { "it is being built": { lines: [totals(id(1)), building(id(2), hello)] } },
  built: { "it was built": { lines: [totals(id(1)), building(id(2), hello), built(id(1), 1, 2), stop(id(2))] } },
  "built-by-another": {
    "what needs it begins": { lines: systemBuilds },
    "what needs it begins after a wait for its lock": {
      lines: [totals(id(1)), lock, stop(id(5)), building(id(9), system)],
    },
    "it was there when Nix looked": { lines: systemBuilt, code: 0 },
    "all of it was there when Nix looked": { code: 0, present: names },
    "it is there at the end of a build that failed": { code: 1, present: ["hello"] },
    "it was waited for, and Nix has succeeded": { lines: [totals(id(1)), lock, stop(id(5))], code: 0 },
    "it waited for a builder, and another was faster": {
      lines: [totals(id(1)), waiting(id(2), hello), building(id(9), system)],
    },
  },
  fetched: {
    "a cache had it after all": { lines: fetchHello },
    "a cache had it, and then what needs it begins": { lines: [...fetchHello, building(id(9), system)] },
  },
  "not-needed": { "Nix has succeeded without it": { code: 0, present: ["system"] } },
  failed: {
    "its builder failed": { lines: [building(id(2), hello), error(`builder for '${hello}' failed with exit code 1`)] },
  },
  "dependency-failed": {
    "what it needs failed": { lines: [error(`1 dependencies of derivation '${hello}' failed to build`)] },
  },
  cancelled: { "Nix was ended while it was built": { lines: [totals(id(1)), building(id(2), hello)], code: 1 } },
};

for (const [state, situations] of Object.entries(ways))
  for (const [name, situation] of Object.entries(situations))
    test(`a derivation is ${state}: ${name}`, async () => {
      const { hello: found } = await derivations(situation);
      assert.equal(found?.state, state);
    });

test("what was there at the end stays so when it is collected as garbage later", async () => {
  const { records, build, output } = await record({ code: 0, present: names });
  const states = async () => {
    const events = new NixEvents(records, build);
    await events.read((await localFacts(records).of(build)) ?? {});
    return events.derivations([]).map(({ state }) => state);
  };
  const before = await states();
  assert.deepEqual(before, ["built-by-another", "built-by-another", "built-by-another"]);
  for (const name of names) fs.rmSync(output(name));
  assert.deepEqual(await states(), before);
});

const arm = "ssh-ng://arm";
const builders = [
  builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" }),
  builder(arm, { "aarch64-linux": "unknown", "x86_64-linux": "unknown" }),
];

/** What is built, where -> whether it is emulated there. */
const emulation: Record<string, [lines: readonly string[], drvPath: "hello" | "etc", emulated: true | undefined]> = {
  "of another system, here": [[building(id(2), hello)], "hello", true],
  "of another system, on its own machine": [[building(id(2), hello, arm)], "hello", undefined],
  "of this system, here": [[building(id(2), etc)], "etc", undefined],
  "on a machine that is not known": [[building(id(2), hello, "ssh://gone")], "hello", undefined],
  "what has not begun": [[totals(id(1))], "hello", undefined],
};

for (const [name, [lines, of, emulated]] of Object.entries(emulation))
  test(`a derivation ${emulated === true ? "is" : "is not"} emulated: ${name}`, async () => {
    const { [of]: found } = await derivations({ lines, builders });
    assert.equal(found?.emulated, emulated);
  });

const nix = {
  system: "x86_64-linux",
  maxJobs: 1,
  systemFeatures: [],
  isSandboxed: false,
  sandboxPaths: [],
  externalBuilders: [],
};
const onThisMachine = (system: string, handler?: string) =>
  thisMachine(
    { ...nix, extraPlatforms: [system] },
    handler === undefined ? [] : [{ system: handler, interpreter: "/run/binfmt/x", isFixed: true, exists: true }],
  ).offers[0]?.systems.at(-1);

/** What a remote builder's line says. */
const line = parseMachineLine(
  { text: "ssh://a aarch64-linux", origin: { source: "nix.conf" } },
  { system: "x86_64-linux", hasWholeSpeeds: true },
);
const claimed = line.kind === "machine" ? line.offer.systems[0] : undefined;

/** Mode -> what produces it. */
const modes: Record<BuildMode, BuildMode | undefined> = {
  native: onThisMachine("x86_64-linux")?.mode,
  compatible: onThisMachine("i686-linux")?.mode,
  emulated: onThisMachine("aarch64-linux", "aarch64-linux")?.mode,
  unknown: claimed?.mode,
  impossible: onThisMachine("aarch64-linux")?.mode,
};

for (const [mode, produced] of Object.entries(modes))
  test(`a builder's mode can be ${mode}`, () => assert.equal(produced, mode));

/** How it is known -> what produces it. */
const knowledge: Record<KnownBy, KnownBy | undefined> = {
  settings: onThisMachine("x86_64-linux")?.known,
  claimed: claimed?.known,
  proven: withProofs(
    [builder("ssh://a", { "aarch64-linux": "unknown" })],
    [{ builder: "ssh://a", system: "aarch64-linux", at, by: "build", outcome: { kind: "built" } }],
  )[0]?.offers[0]?.systems[0]?.known,
};

for (const [known, produced] of Object.entries(knowledge))
  test(`what a builder can do is known from ${known}`, () => assert.equal(produced, known));

/** State -> a transfer that comes to it, and whether Nix has ended. */
const transfers: Record<TransferState["state"], Situation> = {
  running: { lines: [copying(id(1), storePath("x"), cache, "local")] },
  done: { lines: [copying(id(1), storePath("x"), cache, "local"), stop(id(1))] },
  failed: { lines: [copying(id(1), storePath("x"), cache, "local")], code: 1 },
};

for (const [state, situation] of Object.entries(transfers))
  test(`a transfer is ${state}`, async () => {
    const { records, build } = await record(situation);
    const events = new NixEvents(records, build);
    await events.read((await localFacts(records).of(build)) ?? {});
    assert.deepEqual(
      events.changedTransfers().map(transfer => transfer.state),
      [state],
    );
  });
