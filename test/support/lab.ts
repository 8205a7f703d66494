import fs from "node:fs";
import path from "node:path";
import { type NixSettings, nixConf } from "./nixConf.ts";
import { installNixpkgs } from "./nixpkgs.ts";
import { isAlive, type Process, processesIn } from "./processes.ts";
import { mustRun, type RunResult, run } from "./run.ts";
import { removeTree, tempFolder } from "./temp.ts";
import { until } from "./until.ts";

/** The variables that a laboratory's programs see. */
export type LabEnv = Readonly<ReturnType<typeof environment>>;

/** A Nix of its own in a temporary folder: store, state, settings, home and a miniature nixpkgs. */
export interface Lab {
  readonly dir: string;
  /** The environment in which Nix is this one. Nothing else of ours is in it but PATH. */
  readonly env: LabEnv;
  readonly storeDir: string;
  /** Runs a command of Nix, or any other, in this environment. Default working directory: the laboratory's home. */
  nix(command: string, args: readonly string[], options?: { readonly cwd?: string }): Promise<RunResult>;
  /** Replaces nix.conf: earlier settings are gone. */
  setConf(settings: NixSettings): void;
  /** Has `release` called by `stop`, before the folder goes. The last one deferred is the first one called. */
  defer(release: () => Promise<void>): void;
  /** Ends all that was deferred and removes the folder. Throws if a process of this laboratory is still alive. */
  stop(): Promise<void>;
}

/** Starts a laboratory. Nothing runs in it until it is asked to. */
export async function startLab(settings: NixSettings = {}): Promise<Lab> {
  const dir = tempFolder("lab");
  const storeDir = path.join(dir, "store");
  const env = environment(dir);
  const releases: (() => Promise<void>)[] = [];
  const setConf = (next: NixSettings) => fs.writeFileSync(path.join(dir, "etc/nix.conf"), nixConf(next));

  for (const name of ["etc", "home", "run", "ssh", "store", "tmp"]) fs.mkdirSync(path.join(dir, name), { mode: 0o700 });
  fs.chmodSync(storeDir, 0o755);
  fs.writeFileSync(path.join(dir, "ssh/config"), `Include ${dir}/ssh/*.conf\n`);
  setConf(settings);
  installNixpkgs(path.join(dir, "nixpkgs"));
  // Two Nix processes that both are the first to open a store may find its half-written database: "db/schema is corrupt".
  await mustRun("nix-store", ["--init"], { env, cwd: env.HOME });

  return {
    dir,
    env,
    storeDir,
    nix: (command, args, options = {}) => run(command, args, { env, cwd: options.cwd ?? env.HOME }),
    setConf,
    defer: release => void releases.unshift(release),
    stop: async () => {
      for (const release of releases.splice(0)) await release();
      const left = await settle(dir);
      for (const { pid } of left) if (isAlive(pid)) process.kill(pid, "SIGKILL");
      await removeTree(dir);
      if (left.length > 0) throw new Error(`Still alive in the laboratory:\n${left.map(describe).join("\n")}`);
    },
  };
}

/** Processes that have to do with a laboratory and have not ended: builds that a cancellation should have reached. */
export function leftovers(lab: Pick<Lab, "dir">): Process[] {
  return processesIn(lab.dir);
}

/** The remaining processes after a short wait: a process that was asked to end needs a moment. */
async function settle(dir: string): Promise<Process[]> {
  const gone = () => (processesIn(dir).length === 0 ? true : undefined);
  await until("the laboratory's processes end", gone, 20_000).catch(() => {});
  return processesIn(dir);
}

function describe({ pid, cmdline }: Process): string {
  return `${pid} ${cmdline}`;
}

/** PATH without the user's own Morph: a folder that contains one is replaced by links to everything else in it. */
function pathWithoutMorph(searched: string, dir: string): string {
  const folders = searched.split(path.delimiter).map((folder, index) => {
    if (!fs.existsSync(path.join(folder, "morph"))) return folder;
    const replaced = path.join(dir, `bin${index}`);
    fs.mkdirSync(replaced);
    for (const name of fs.readdirSync(folder).filter(each => each !== "morph"))
      fs.symlinkSync(path.join(folder, name), path.join(replaced, name));
    return replaced;
  });
  return folders.join(path.delimiter);
}

function environment(dir: string) {
  const at = (name: string) => path.join(dir, name);
  return {
    PATH: pathWithoutMorph(process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin", dir),
    LANG: "C.UTF-8",
    HOME: at("home"),
    TMPDIR: at("tmp"),
    XDG_CACHE_HOME: at("home/.cache"),
    XDG_CONFIG_HOME: at("home/.config"),
    XDG_DATA_HOME: at("home/.local/share"),
    XDG_STATE_HOME: at("home/.local/state"),
    XDG_RUNTIME_DIR: at("run"),
    NIX_STORE_DIR: at("store"),
    NIX_STATE_DIR: at("var/nix"),
    NIX_LOG_DIR: at("var/log/nix"),
    NIX_CONF_DIR: at("etc"),
    NIX_PATH: `nixpkgs=${at("nixpkgs")}`,
    NIX_SSHOPTS: `-F ${at("ssh/config")}`,
  };
}
