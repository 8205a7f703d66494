import fs from "node:fs";
import path from "node:path";
import { URI } from "vscode-uri";
import type { BuildSummary } from "../../server/src/protocol.ts";
import type { Lab } from "../support/lab.ts";
import { type Process, processesIn } from "../support/processes.ts";
import { removeTree } from "../support/temp.ts";
import { until } from "../support/until.ts";
import type { Faults } from "./attack.ts";

/** A user's home below a laboratory, with its own network and storage folder; the store is that of the laboratory. */
export interface Home {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** The server's storage folder. */
  readonly storage: string;
  readonly folder: string;
  readonly file: string;
  readonly uri: string;
}

export function makeHome(lab: Lab, name: string, network: string): Home {
  const dir = path.join(lab.dir, "homes", name);
  const folder = path.join(dir, "net");
  for (const each of [folder, path.join(dir, "tmp"), path.join(dir, "state")]) fs.mkdirSync(each, { recursive: true });
  const file = path.join(folder, "network.nix");
  fs.writeFileSync(file, network);
  const own = { HOME: dir, TMPDIR: path.join(dir, "tmp"), XDG_STATE_HOME: path.join(dir, "state") };
  return {
    dir,
    env: { ...lab.env, ...own },
    storage: path.join(own.XDG_STATE_HOME, "morph-language-server"),
    folder,
    file,
    uri: URI.file(file).toString(),
  };
}

/** Counts and kills the remaining processes of a home, and removes it. */
export async function leaveHome(home: Home, faults: Faults): Promise<void> {
  for (const { pid, cmdline } of await remaining(home)) {
    faults.add("left", `${home.dir}: ${pid} ${cmdline}`);
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  await removeTree(home.dir);
}

/** The processes that do not end on their own within the time that cancelling may take. */
async function remaining(home: Home): Promise<Process[]> {
  const none = () => (processesIn(home.dir).length === 0 ? true : undefined);
  await until("the processes of a home end", none, 15_000).catch(() => undefined);
  return processesIn(home.dir);
}

/** The supervisor that runs for a home, if there is one. */
export function supervisorOf(home: Home): Process | undefined {
  return processesIn(home.dir).find(({ cmdline }) => cmdline.includes("supervisor.js run"));
}

/** The ids of the records on disk, without those that are being created. */
export function recordsOf(home: Home): string[] {
  return namesIn(path.join(home.storage, "builds")).filter(name => /^[0-9a-z]+-[0-9a-f]+$/.test(name));
}

export function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/** Counts what is missing of a build that has ended: its record, and the GC roots of what was evaluated and built. */
export async function checkRecord(lab: Lab, home: Home, build: BuildSummary, faults: Faults): Promise<void> {
  const record = path.join(home.storage, "builds", build.id);
  if (!fs.existsSync(path.join(record, "request.json"))) return faults.add("lost", `the record ${record}`);
  const { stdout } = await lab.nix("nix-store", ["--gc", "--print-roots"]);
  // Newer versions of Nix quote the root: `"/root" -> /store/path`.
  const roots = new Set(
    stdout.split("\n").map(line =>
      line
        .replace(/^"(.*)" -> /, "$1 -> ")
        .split(" -> ")
        .join("\0"),
    ),
  );
  const wanted = [
    ["drv", build.drvPath],
    ["result", build.state === "succeeded" ? build.outPath : undefined],
  ] as const;
  for (const [name, target] of wanted) {
    if (target === undefined) continue;
    const isRoot = roots.has(`${path.join(record, name)}\0${target}`);
    if (!isRoot || !fs.existsSync(target)) faults.add("lost", `the root ${name} of ${record} (${build.state})`);
  }
}
