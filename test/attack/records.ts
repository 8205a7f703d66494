import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { recordFiles } from "../../server/src/builds/record/files.ts";
import { type BuildSummary, finalStates } from "../../server/src/protocol.ts";
import type { ProcessIdentity } from "../../server/src/records/format/schemas.ts";
import { identify } from "../../server/src/records/processes/identity.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";
import type { Attack, Faults } from "./attack.ts";
import { damage, damages } from "./damage.ts";
import { type Home, leaveHome, makeHome, recordsOf } from "./home.ts";
import { slowMachine } from "./moments.ts";
import type { Random } from "./random.ts";
import { AttackedServer, patience } from "./server.ts";

/** Records that one server finds in one folder: damaged ones, and intact ones between them. */
const batch = { damaged: 45, sound: 5 };

/** The kinds of records that are damaged, by what is taken from a copy of a build that has ended. */
const stages = ["succeeded", "failed", "not summarised", "not checked", "running", "orphaned"] as const;

type Stage = (typeof stages)[number];

/** Records with one file damaged in every way, between sound ones. All are listed and every request about them is answered. */
export const records: Attack = {
  name: "records",
  trials: 500,
  run: async ({ trials, random, faults }) => {
    const lab = await startLab({ maxJobs: 4 });
    const origin = makeHome(lab, "origin", `${slowMachine("records").replace(/}\s*$/, "")}  ${broken}}\n`);
    const { child, identity } = bystander();
    const samples = { ...(await sampleRecords(origin, faults)), running: identity };
    for (let done = 0; done < trials; done += batch.damaged) {
      const count = Math.min(batch.damaged, trials - done);
      await attackBatch(lab, `r${done}`, samples, count, random.fork(done), faults);
    }
    child.kill("SIGKILL");
    await leaveHome(origin, faults);
    await lab.stop();
  },
};

const broken = `broken = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.runCommand "broken" { } "echo this fails; exit 3") ];
  };
`;

/** A process that runs and does nothing: what a record names as its own may be ended with it. */
function bystander(): { readonly child: ChildProcess; readonly identity: ProcessIdentity } {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", "sleep", "infinity"], { stdio: "ignore" });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) throw new Error("setpriv of util-linux cannot be started");
  return { child, identity };
}

/** The folders of real records, and a process that runs. */
interface Samples {
  readonly succeeded: string;
  readonly failed: string;
  readonly running: ProcessIdentity;
}

async function sampleRecords(home: Home, faults: Faults): Promise<Omit<Samples, "running">> {
  const server = await AttackedServer.start(home, "samples", faults);
  const build = async (machine: string, state: BuildSummary["state"]) => {
    const asked = await server.ask("morph/build", { uri: home.uri, machine });
    const end = asked.kind === "result" ? await server.end(home, asked.result.id) : undefined;
    if (end?.state !== state) throw new Error(`the sample build of ${machine} is ${JSON.stringify(end)}`);
    return path.join(home.storage, "builds", end.id);
  };
  const samples = { succeeded: await build("target", "succeeded"), failed: await build("broken", "failed") };
  await server.stop();
  return samples;
}

/** A damaged record. */
interface Damaged {
  readonly id: string;
  readonly what: string;
}

async function attackBatch(
  lab: Lab,
  name: string,
  samples: Samples,
  count: number,
  random: Random,
  faults: Faults,
): Promise<void> {
  const home = makeHome(lab, name, slowMachine("records"));
  const sound = Array.from({ length: batch.sound }, (_, index) =>
    copyRecord(home, samples, index % 2 === 0 ? "succeeded" : "failed", random),
  );
  const damaged = Array.from({ length: count }, () => damagedRecord(home, samples, random));
  // Without a workspace: a damaged record may name a network anywhere.
  const server = await AttackedServer.startWithout(home, name, faults);
  await areListed(server, [...sound.map(id => ({ id, what: "sound" })), ...damaged], name, faults);
  await Promise.all(damaged.map(({ id, what }) => askAll(server, id, `${name}: ${what}`)));
  const removed = await removeSome(server, home, damaged, random, faults);
  await server.stop();
  const left = new Set(recordsOf(home));
  for (const id of [...sound, ...damaged.map(each => each.id)])
    if (!left.has(id) && !removed.has(id)) faults.add("lost", `${name}: the folder of ${id}`);
  await leaveHome(home, faults);
}

/** Waits until every record is listed. Sound ones are what they were. */
async function areListed(
  server: AttackedServer,
  wanted: readonly Damaged[],
  name: string,
  faults: Faults,
): Promise<void> {
  const missing = (listed: readonly BuildSummary[]) => {
    const states = new Map(listed.map(({ id, state }) => [id, state]));
    const isThere = ({ id, what }: Damaged) =>
      what === "sound" ? ["succeeded", "failed"].includes(states.get(id) ?? "") : states.has(id);
    return wanted.filter(each => !isThere(each));
  };
  let left = wanted;
  const look = async () => {
    const answer = await server.ask("morph/builds", {});
    if (answer.kind !== "result") return true;
    left = missing(answer.result);
    return left.length === 0 ? true : undefined;
  };
  await until("every record is listed", look, patience).catch(() => undefined);
  for (const { id, what } of left) faults.add("lost", `${name}: ${id} is not listed as it should (${what})`);
}

/** Every question about a build. */
async function askAll(server: AttackedServer, id: string, what: string): Promise<void> {
  const answers = await Promise.all([
    server.ask("morph/buildDetails", { id }),
    server.ask("morph/buildLog", { id }),
    server.ask("morph/buildLog", { id, offset: 1000, colours: true }),
    server.ask("morph/rebuildReasons", { id }),
    server.ask("morph/signatures", { id }),
    server.ask("morph/watchBuild", { id, on: true }),
    server.ask("morph/keep", { id, on: true }),
  ]);
  if (answers.some(({ kind }) => kind === "late")) process.stderr.write(`late were answers about ${what}\n`);
  await server.ask("morph/keep", { id, on: false });
}

/** Cancels running builds and removes half of the others. Returns the removed ids. */
async function removeSome(
  server: AttackedServer,
  home: Home,
  damaged: readonly Damaged[],
  random: Random,
  faults: Faults,
): Promise<ReadonlySet<string>> {
  const answer = await server.ask("morph/builds", {});
  const states = new Map(answer.kind === "result" ? answer.result.map(({ id, state }) => [id, state]) : []);
  const removed = new Set<string>();
  for (const { id, what } of damaged) {
    const isWanted = random.isOneIn(2);
    const state = states.get(id);
    if (state === undefined) continue;
    if (!finalStates.has(state)) await server.ask("morph/cancel", { id });
    else if (isWanted && (await server.ask("morph/remove", { id })).kind === "result") {
      removed.add(id);
      if (recordsOf(home).includes(id)) faults.add("lost", `${id} (${what}) is still there after it was removed`);
    }
  }
  return removed;
}

function damagedRecord(home: Home, samples: Samples, random: Random): Damaged {
  const stage = random.pick(stages);
  const id = copyRecord(home, samples, stage, random);
  const name = random.pick(Object.values(recordFiles) as [string, ...string[]]);
  const kind = random.pick(damages);
  const folder = path.join(home.storage, "builds", id);
  damage(path.join(folder, name), kind, random);
  // A folder that was just touched may be one that is being made.
  const before = new Date(Date.now() - 3600_000);
  fs.utimesSync(folder, before, before);
  return { id, what: `${stage}, ${name}: ${kind}` };
}

/** Copies a record under a new id. */
function copyRecord(home: Home, samples: Samples, stage: Stage, random: Random): string {
  const sample = stage === "failed" ? samples.failed : samples.succeeded;
  const old = path.basename(sample);
  const id = `${old.split("-")[0]}-${random
    .below(2 ** 32)
    .toString(16)
    .padStart(8, "0")}`;
  const folder = path.join(home.storage, "builds", id);
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  fs.cpSync(sample, folder, { recursive: true, verbatimSymlinks: true });
  for (const name of fs.readdirSync(folder).filter(each => each.endsWith(".json"))) {
    const file = path.join(folder, name);
    const text = fs.readFileSync(file, "utf8");
    const origin = path.resolve(sample, "../../../..");
    fs.writeFileSync(file, text.replaceAll(origin, home.dir).replaceAll(old, id));
  }
  setBack(folder, stage, samples.running);
  return id;
}

/** Takes from the record of a build that has ended what an earlier stage did not have. */
function setBack(folder: string, stage: Stage, running: ProcessIdentity): void {
  const drop = (...names: readonly string[]) => {
    for (const name of names) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  };
  if (stage === "succeeded" || stage === "failed") return;
  drop(recordFiles.summary);
  if (stage === "not summarised") return;
  drop(recordFiles.signatures);
  if (stage === "not checked") return;
  drop(recordFiles.result, recordFiles.output);
  if (stage === "orphaned") return drop(recordFiles.process, recordFiles.events, recordFiles.clock);
  const processes = { supervisor: running, nix: running };
  fs.writeFileSync(path.join(folder, recordFiles.process), JSON.stringify(processes));
}
