import fs from "node:fs";
import path from "node:path";
import { startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { type RunResult, run } from "./run.ts";

/** A laboratory whose Nix has a daemon. */
export interface NixDaemon {
  /** The environment of a client of the daemon. Everything else is as in the laboratory. */
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  /** A user whom the daemon does not trust (65534). To become them needs root, real or that of `scripts/with-binfmt.mjs`. */
  readonly nobody: OtherUser;
  stop(): Promise<void>;
}

/** Another user of a laboratory, with a home of their own. */
export interface OtherUser {
  readonly env: NodeJS.ProcessEnv;
  /** The command line that runs a command as this user. */
  commandLine(command: string, args: readonly string[]): readonly [string, ...string[]];
  run(command: string, args: readonly string[]): Promise<RunResult>;
}

const nobody = "65534";

/**
 * Starts Nix's daemon on a laboratory's store. With `store = auto` it would connect to itself without end, so it is given the local
 * store. It runs as the test's user, usually root, and its `trusted-users` are those of the laboratory's nix.conf: by default root.
 * Its environment has no NIX_SSHOPTS: a user's own options never reach a daemon. `sshOptions` are root's own ssh configuration, so to
 * say.
 */
export async function startNixDaemon(lab: Lab, { sshOptions = "" } = {}): Promise<NixDaemon> {
  for (const folder of [lab.dir, path.join(lab.dir, "etc"), path.join(lab.dir, "nixpkgs")]) fs.chmodSync(folder, 0o755);
  const { NIX_SSHOPTS: _, ...own } = lab.env;
  const socket = path.join(lab.env.NIX_STATE_DIR, "daemon-socket/socket");
  // A daemon that was killed leaves it, and would seem to be listening.
  fs.rmSync(socket, { force: true });
  const daemon = await startDaemon({
    command: "nix-daemon",
    args: ["--option", "store", "local"],
    env: sshOptions === "" ? own : { ...own, NIX_SSHOPTS: sshOptions },
    cwd: lab.dir,
    log: path.join(lab.dir, "nix-daemon.log"),
    isReady: async () => fs.existsSync(socket),
  });
  lab.defer(daemon.stop);
  const env = { ...lab.env, NIX_REMOTE: "daemon" };
  return { env, pid: daemon.pid, nobody: otherUser(lab, env), stop: daemon.stop };
}

function otherUser(lab: Lab, daemonEnv: NodeJS.ProcessEnv): OtherUser {
  const home = path.join(lab.dir, "nobody");
  fs.mkdirSync(home, { recursive: true });
  fs.chownSync(home, Number(nobody), Number(nobody));
  const at = (name: string) => path.join(home, name);
  const env = {
    ...daemonEnv,
    HOME: home,
    TMPDIR: home,
    XDG_CACHE_HOME: at("cache"),
    XDG_CONFIG_HOME: at("config"),
    XDG_DATA_HOME: at("data"),
    XDG_STATE_HOME: at("state"),
    XDG_RUNTIME_DIR: home,
  };
  const commandLine: OtherUser["commandLine"] = (command, args) => [
    "setpriv",
    ...["--reuid", nobody, "--regid", nobody, "--clear-groups"],
    // The project and its tools may be in a folder that only we can read, such as root's home.
    ...["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search", "--"],
    command,
    ...args,
  ];
  return {
    env,
    commandLine,
    run: (command, args) => {
      const [file, ...rest] = commandLine(command, args);
      return run(file, rest, { env, cwd: home });
    },
  };
}
