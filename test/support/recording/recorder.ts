import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseDryRun } from "../../../server/src/nix/evaluation/plan.ts";
import type { RecordedRun } from "../goldenState.ts";
import { descendants, killTree } from "../processes.ts";
import { actWhen, type Situation } from "./situations.ts";
import type { World } from "./world.ts";

/** A stream with its origin, both without the laboratory's folder. */
export interface Recording {
  readonly stream: Buffer;
  readonly run: RecordedRun;
}

const log = ["--log-format", "internal-json", "-v"];

/** Runs a situation and returns what Nix wrote to stderr. */
export async function record(world: World, situation: Situation): Promise<Recording> {
  const { lab } = world;
  if (situation.conf !== undefined) lab.setConf(situation.conf);
  const drvs = await Promise.all(situation.of.map(world.drvOf));
  const args = situation.args ?? [];
  const dryRun = await lab.nix("nix-store", ["--realise", "--dry-run", ...drvs, ...args]);
  const plan = parseDryRun(dryRun.stderr).build;
  const root = path.join(lab.dir, "run/result");
  const realise = ["nix-store", "--realise", ...drvs, "--add-root", root, "--indirect"] as const;
  const [command, ...words] = [...(situation.command ?? realise), ...log, ...args];
  const end = await runInto(path.join(lab.dir, "stream"), command, words, world, situation);
  await situation.after;
  const valid = await realised(world, drvs);
  for (const name of fs.readdirSync(path.dirname(root))) fs.rmSync(path.join(path.dirname(root), name));
  const run = { ...end, cancelled: situation.cancelled, command: [command, ...words].join(" "), plan, realised: valid };
  return {
    stream: withoutFolder(fs.readFileSync(path.join(lab.dir, "stream")), lab.dir),
    run: JSON.parse(withoutFolder(Buffer.from(JSON.stringify(run)), lab.dir).toString()),
  };
}

/** As in the extension's supervisor: Nix writes its stream directly into a file. */
async function runInto(
  file: string,
  command: string,
  args: readonly string[],
  { lab }: World,
  situation: Situation,
): Promise<Pick<RecordedRun, "code" | "signal">> {
  const stream = fs.openSync(file, "w");
  const nix = spawn(command, args, { env: lab.env, cwd: lab.env.HOME, stdio: ["ignore", "ignore", stream] });
  fs.closeSync(stream);
  const ended = new Promise<Pick<RecordedRun, "code" | "signal">>((resolve, reject) => {
    nix.once("error", reject).once("exit", (code, signal) => resolve({ code, signal }));
  });
  const { pid } = nix;
  if (pid === undefined) return await ended;
  await actWhen(situation, file, () => {
    // Processes that outlive a killed Nix would outlive the laboratory.
    const left = descendants(pid);
    return Promise.all([
      situation.act?.({ pid, kill: signal => nix.kill(signal) }),
      ended.then(() => Promise.all(left.map(each => killTree(each.pid).catch(() => undefined)))),
    ]);
  });
  return await ended;
}

/** The derivations, of these and all that they need, whose outputs are in the store. */
async function realised({ lab }: World, drvs: readonly string[]): Promise<string[]> {
  const requisites = await lab.nix("nix-store", ["--query", "--requisites", ...drvs]);
  const all = requisites.stdout.split("\n").filter(file => file.endsWith(".drv"));
  const found: string[] = [];
  for (const drv of all) {
    const { stdout } = await lab.nix("nix-store", ["--query", "--outputs", drv]);
    const invalid = await lab.nix("nix-store", ["--check-validity", "--print-invalid", ...stdout.trim().split("\n")]);
    if (invalid.code === 0 && invalid.stdout.trim() === "") found.push(drv);
  }
  return found;
}

/** The folder's name is in no place where bytes around it could be cut or not be UTF-8. */
function withoutFolder(text: Buffer, folder: string): Buffer {
  return Buffer.from(text.toString("latin1").replaceAll(folder, "/lab"), "latin1");
}
