import fs from "node:fs";
import path from "node:path";
import { tools } from "../../scripts/setup/tools.mjs";
import { startDaemon } from "./daemon.ts";
import type { Lab } from "./lab.ts";
import { type OwnNetwork, prepareNetwork } from "./network.ts";
import { nixConf } from "./nixConf.ts";
import { banner, freePort } from "./ports.ts";
import { mustRun } from "./run.ts";

/** What a remote builder can do. */
export interface BuilderOptions {
  /** The name that ssh knows it by. */
  readonly name: string;
  /** Systems in its machine line; those other than this machine's own are emulated. */
  readonly systems: readonly string[];
  readonly features?: readonly string[];
  /** Systems in its machine line that it does not build. */
  readonly overstated?: readonly string[];
  readonly maxJobs?: number;
  /** Its Nix has a daemon, which does not trust the user that ssh logs in as. */
  readonly isUntrusting?: true;
  /** Its `trusted-public-keys`. */
  readonly trustedPublicKeys?: readonly string[];
  /**
   * `own`: it is another host, with an address and a host name of its own, port 22 and a link that can be cut. Its ssh configuration
   * then has no keepalive and no timeout, as is usual. Default: it shares our network.
   */
  readonly network?: "own";
}

/** A remote builder: another Nix behind a real ssh server. */
export interface Builder {
  readonly name: string;
  /** Its store URI: `ssh-ng://name`. */
  readonly storeUri: string;
  /** Its line in Nix's `builders` setting, host key included. */
  readonly machinesLine: string;
  /** The configuration that makes `ssh -F file name` reach it; the laboratory's NIX_SSHOPTS does so already. */
  readonly sshConfig: string;
  /** The real folder of its store, separate from that of the laboratory. */
  readonly storeFolder: string;
  readonly pid: number;
  /** Where its ssh server listens. */
  readonly address: string;
  readonly port: number;
  /** Takes the link to a builder with a network of its own down silently: neither side is notified. */
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  stop(): Promise<void>;
  /** Kills it immediately, with its connections and running builds, like a power cut. */
  kill(): Promise<void>;
}

/**
 * Starts a remote builder of a laboratory on this machine. Its ssh server lives in namespaces of its own, where another
 * folder stands at the store's path; it emulates what the namespace that we are in emulates. It needs root, real or that
 * of `scripts/with-binfmt.mjs`.
 */
export async function startBuilder(lab: Lab, options: BuilderOptions): Promise<Builder> {
  const { name, systems, features = ["big-parallel"], overstated = [], maxJobs = 2, isUntrusting = false } = options;
  const { trustedPublicKeys = [] } = options;
  const dir = path.join(lab.dir, "builders", name);
  const own = options.network === undefined ? undefined : await prepareNetwork(name);
  const [address, port] = own === undefined ? ["127.0.0.1", await freePort()] : [own.address, 22];
  for (const folder of ["etc", "home", "store", "tmp"]) fs.mkdirSync(path.join(dir, folder), { recursive: true });
  const foreign = systems.filter(system => system !== "x86_64-linux");
  fs.writeFileSync(
    path.join(dir, "etc/nix.conf"),
    nixConf({ extraPlatforms: foreign, maxJobs, trustedPublicKeys, lines: isUntrusting ? ["trusted-users ="] : [] }),
  );
  fs.writeFileSync(path.join(dir, "passwd"), passwd(dir));
  const clientKey = await generateKey(lab, path.join(dir, "client-key"));
  const hostKey = await generateKey(lab, path.join(dir, "host-key"));
  fs.copyFileSync(`${clientKey.file}.pub`, path.join(dir, "authorized_keys"));
  fs.writeFileSync(path.join(dir, "known_hosts"), `${name} ${hostKey.publicKey}\n`);
  fs.writeFileSync(path.join(dir, "sshd_config"), sshdConfig(lab, dir, address, port, isUntrusting));
  fs.writeFileSync(
    path.join(lab.dir, "ssh", `${name}.conf`),
    sshConfig(name, dir, address, port) + (own === undefined ? keepalive : ""),
  );

  const daemon = await startDaemon({
    command: "unshare",
    args: [
      ...namespaces(own),
      "--",
      "sh",
      "-c",
      isUntrusting ? daemonFirst + enter : enter,
      dir,
      lab.storeDir,
      tools.sshd,
      ...(own?.join ?? []),
    ],
    env: { ...lab.env, TMPDIR: path.join(dir, "tmp") },
    cwd: dir,
    log: path.join(dir, "sshd.log"),
    isReady: async () => (await banner(port, address))?.startsWith("SSH-") ?? false,
  });
  // All processes in the namespaces end with their first process, which is the ssh server.
  const kill = async () => {
    await daemon.kill();
    await own?.remove();
  };
  lab.defer(kill);

  const storeUri = `ssh-ng://${name}`;
  const pinned = Buffer.from(hostKey.publicKey).toString("base64");
  const list = (values: readonly string[]) => values.join(",") || "-";
  return {
    name,
    storeUri,
    machinesLine: `${storeUri} ${list([...systems, ...overstated])} ${clientKey.file} ${maxJobs} 1 ${list(features)} - ${pinned}`,
    sshConfig: path.join(lab.dir, "ssh/config"),
    storeFolder: path.join(dir, "store"),
    pid: daemon.pid,
    address,
    port,
    cutLink: () => linkOf(own).cutLink(),
    restoreLink: () => linkOf(own).restoreLink(),
    stop: kill,
    kill,
  };
}

/** Arguments for `unshare`: all processes in the namespaces end with the first one there. */
function namespaces(own: OwnNetwork | undefined): string[] {
  return ["--mount", "--pid", ...(own === undefined ? [] : ["--net", "--uts"]), "--fork", "--kill-child=KILL"];
}

function linkOf(own: OwnNetwork | undefined): OwnNetwork {
  if (own === undefined) throw new Error("only a builder with a network of its own has a link");
  return own;
}

/**
 * The builder's way into its namespaces: $0 is its folder, $1 the store's path, $2 sshd; then a script with its arguments that joins
 * a network of its own to ours, if it has one. An ssh server of root's wants a user and folders in /etc and /run that are not ours
 * to make; one of an ordinary user's does not. So it becomes the user `builder`, whom only its own /etc/passwd knows.
 */
const enter = `
  mount --bind "$0/store" "$1" && mount --bind "$0/passwd" /etc/passwd || exit 1
  dir=$0 sshd=$2; shift 2
  [ $# -eq 0 ] || sh -c "$1" "$@" || exit 1
  exec unshare --user --map-user=1000 --map-group=1000 -- "$sshd" -D -e -f "$dir/sshd_config"`;

/** Starts a daemon of its own Nix first. */
const daemonFirst = `
  mount --bind "$0/store" "$1" || exit 1
  NIX_STATE_DIR="$0/var/nix" NIX_LOG_DIR="$0/var/log/nix" NIX_CONF_DIR="$0/etc" nix-daemon --option store local &`;

function passwd(dir: string): string {
  return `root:x:0:0:root:/root:/bin/sh\nbuilder:x:1000:1000:Builder:${dir}/home:/bin/sh\n`;
}

async function generateKey(lab: Lab, file: string): Promise<{ file: string; publicKey: string }> {
  await mustRun("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file], { env: lab.env, cwd: lab.dir });
  return { file, publicKey: fs.readFileSync(`${file}.pub`, "utf8").trim() };
}

function sshdConfig(lab: Lab, dir: string, address: string, port: number, hasDaemon: boolean): string {
  const environment = {
    ...(hasDaemon && { NIX_REMOTE: "daemon" }),
    PATH: lab.env.PATH,
    TMPDIR: `${dir}/tmp`,
    NIX_STORE_DIR: lab.storeDir,
    NIX_STATE_DIR: `${dir}/var/nix`,
    NIX_LOG_DIR: `${dir}/var/log/nix`,
    NIX_CONF_DIR: `${dir}/etc`,
  };
  return `
Port ${port}
ListenAddress ${address}
HostKey ${dir}/host-key
AuthorizedKeysFile ${dir}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
SetEnv ${Object.entries(environment)
    .map(([key, value]) => `"${key}=${value}"`)
    .join(" ")}
`;
}

/** HostKeyAlias makes a wrong pinned key fail: without it ssh looks for the key under address and port. */
function sshConfig(name: string, dir: string, address: string, port: number): string {
  return `
Host ${name}
  HostName ${address}
  Port ${port}
  User builder
  HostKeyAlias ${name}
  IdentityFile ${dir}/client-key
  IdentitiesOnly yes
  UserKnownHostsFile ${dir}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
`;
}

const keepalive = `  ConnectTimeout 5
  ServerAliveInterval 2
  ServerAliveCountMax 3
`;
