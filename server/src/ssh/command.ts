import type { SshTarget } from "./target.ts";

/** How a connection is kept up and bounded. Defaults are for a short command. */
export interface ConnectionOptions {
  /** How long connecting may take (s). */
  readonly connectTimeout?: number;
  /** The known_hosts file with the pinned key (`knownHostsLine`). Needed if the target has one. */
  readonly knownHosts?: string | undefined;
}

/** Asks the other side every that many seconds whether it is still there. */
export const aliveInterval = 5;

/** The connection is lost after that many questions without an answer. */
export const aliveCount = 3;

/** Default of `connectTimeout` (s). */
const defaultConnectTimeout = 8;

/**
 * The arguments for ssh. Never prompts. A pinned host key counts under the name that the address has, also if ssh's configuration
 * makes that an alias of another name: without `HostKeyAlias`, ssh would look for the key under that other name, and trust whatever
 * its own known_hosts has there.
 *
 * @param command the remote command; see `remoteCommand`.
 */
export function sshArguments(target: SshTarget, command: string, options: ConnectionOptions = {}): string[] {
  const { host, user, port, keyFile, hostKey } = target;
  const { connectTimeout = defaultConnectTimeout, knownHosts } = options;
  const pinned =
    hostKey === undefined || knownHosts === undefined
      ? {}
      : {
          HostKeyAlias: host,
          UserKnownHostsFile: quotedPath(knownHosts),
          GlobalKnownHostsFile: "/dev/null",
          StrictHostKeyChecking: "yes",
        };
  // ssh uses the first value of each option, so ours win over those of NIX_SSHOPTS and of files.
  const settings = {
    BatchMode: "yes",
    ConnectTimeout: connectTimeout,
    ServerAliveInterval: aliveInterval,
    ServerAliveCountMax: aliveCount,
    ...pinned,
  };
  return [
    "-x",
    ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    ...target.options,
    ...(keyFile === undefined ? [] : ["-i", keyFile]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    "--",
    user === undefined ? host : `${user}@${host}`,
    command,
  ];
}

/** The line for a pinned host key in a known_hosts file of its own. */
export function knownHostsLine({ host, hostKey }: SshTarget): string | undefined {
  return hostKey === undefined ? undefined : `${host} ${hostKey}\n`;
}

/**
 * The command that runs a POSIX shell script which comes on its standard input, with arguments. ssh passes the command as one text to
 * the login shell of the user there.
 */
export function remoteCommand(args: readonly string[]): string {
  return ["exec", "sh", "-s", "--", ...args.map(shellQuoted)].join(" ");
}

/** A word that any POSIX shell, and fish, reads as this text. NUL cannot be part of it. */
export function shellQuoted(text: string): string {
  if (text.includes("\0")) throw new RangeError("a NUL cannot be an argument");
  // In fish, a backslash is special between single quotes as well, so neither is left there.
  return `'${text.replace(/['\\]/g, special => (special === "'" ? `'"'"'` : `'"\\\\"'`))}'`;
}

/** A file in ssh's configuration, where a space ends a name and `%` starts a token. */
function quotedPath(file: string): string {
  return `"${file.replaceAll("%", "%%")}"`;
}
