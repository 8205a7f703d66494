import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { Cache } from "../../cache.ts";
import type { Lab } from "../../lab.ts";
import { type NixSettings, nixConf } from "../../nixConf.ts";
import { killTree } from "../../processes.ts";
import { type RunResult, run } from "../../run.ts";

/** Hydra's Nix. */
export interface HydraNix {
  readonly env: NodeJS.ProcessEnv;
  run(command: string, args: readonly string[], cwd?: string): Promise<RunResult>;
  /** Like `run`, and throws with what was printed when it fails. Returns stdout without its last newline. */
  must(command: string, args: readonly string[], cwd?: string): Promise<string>;
  /** Starts a command whose stderr is read while it runs. */
  start(command: string, args: readonly string[]): ChildProcess;
  /** The text of a file in the store. */
  read(storePath: string): string;
  /** Protects a store path from garbage collection. */
  root(storePath: string): void;
  /** Copies closures into a cache, signed with its key. */
  push(cache: Pick<Cache, "folder" | "key">, paths: readonly string[]): Promise<void>;
  /** Ends all commands. */
  stop(): Promise<void>;
}

/**
 * Hydra's Nix: that of the laboratory or, with settings, one with a store of its own at the same path, as on another machine. The
 * latter needs the rights of root, as remote builders do.
 */
export function hydraNix(lab: Lab, dir: string, own: NixSettings | undefined): HydraNix {
  const { NIX_PATH: _, ...rest } = lab.env;
  const env = own === undefined ? rest : { ...rest, ...ownState(dir, own) };
  const store = path.join(dir, "store");
  if (own !== undefined) fs.mkdirSync(store, { recursive: true });
  const running = new Set<ChildProcess>();
  let isStopped = false;
  const wrapped = (command: string, args: readonly string[]): [string, string[]] =>
    own === undefined
      ? [command, [...args]]
      : ["unshare", ["--mount", "--", "sh", "-c", enter, store, lab.storeDir, command, ...args]];
  const nix: HydraNix = {
    env,
    run: (command, args, cwd = dir) => {
      if (isStopped) throw new Error("Hydra has stopped.");
      return run(...wrapped(command, args), { env, cwd });
    },
    must: async (command, args, cwd) => {
      const { code, stdout, stderr } = await nix.run(command, args, cwd);
      if (code !== 0) throw new Error(`${[command, ...args].join(" ")}\nended with code ${code}:\n${stderr}`);
      return stdout.trimEnd();
    },
    start: (command, args) => {
      if (isStopped) throw new Error("Hydra has stopped.");
      const child = spawn(...wrapped(command, args), { env, cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
      running.add(child);
      child.once("close", () => running.delete(child));
      return child;
    },
    read: storePath => {
      const file = own === undefined ? storePath : path.join(store, path.relative(lab.storeDir, storePath));
      return fs.readFileSync(file, "utf8");
    },
    root: storePath => {
      const folder = path.join(env.NIX_STATE_DIR, "gcroots/hydra");
      fs.mkdirSync(folder, { recursive: true });
      const link = path.join(folder, path.basename(storePath));
      if (!fs.existsSync(link)) fs.symlinkSync(storePath, link);
    },
    push: async ({ folder, key }, paths) => {
      const to = `file://${folder}?secret-key=${key.secretFile}`;
      await nix.must("nix", ["--extra-experimental-features", "nix-command", "copy", "--to", to, ...paths]);
    },
    stop: async () => {
      isStopped = true;
      await Promise.all([...running].map(({ pid }) => (pid === undefined ? undefined : killTree(pid))));
    },
  };
  return nix;
}

/** $0 is Hydra's store, $1 the store's path; then the command. */
const enter = 'mount --bind "$0" "$1" && shift && exec "$@"';

function ownState(dir: string, settings: NixSettings) {
  const at = (name: string) => path.join(dir, name);
  fs.mkdirSync(at("etc"), { recursive: true });
  fs.writeFileSync(at("etc/nix.conf"), nixConf(settings));
  return { NIX_STATE_DIR: at("var/nix"), NIX_LOG_DIR: at("var/log/nix"), NIX_CONF_DIR: at("etc") };
}
