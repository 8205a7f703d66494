import { isAtLeast } from "../nix/version.ts";

/** A store behind ssh, as a machine line or a store URI names it. */
export interface SshStore {
  /** `ssh-ng://root@builder`, `ssh://builder?compress=true`. */
  readonly uri: string;
  /** The private key's file. Default: setting `ssh-key` in the URI, else what ssh finds. */
  readonly keyFile?: string | undefined;
  /** The host's public key, base64 of `ssh-ed25519 AAAA...`. Default: setting `base64-ssh-public-host-key` in the URI. */
  readonly hostKey?: string | undefined;
}

/** Where ssh connects to, and how. */
export interface SshTarget {
  /** A host name, an address, or an alias in ssh's configuration. */
  readonly host: string;
  /** Absent: as ssh's configuration says. */
  readonly user?: string | undefined;
  /** Absent: as ssh's configuration says. */
  readonly port?: number | undefined;
  readonly keyFile?: string | undefined;
  /** The pinned public key of the host, as in known_hosts: `ssh-ed25519 AAAA...`. Absent: known_hosts decides. */
  readonly hostKey?: string | undefined;
  /** Arguments for ssh, from `NIX_SSHOPTS`. */
  readonly options: readonly string[];
}

/** The Nix whose connection is imitated: its version decides how it reads addresses and options. */
export interface ConnectingNix {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The store that a machine line names: its first, third and eighth fields. */
export function storeOfLine(line: string, uri: string): SshStore {
  const fields = line.trim().split(/\s+/);
  const field = (index: number) => (fields[index] === undefined || fields[index] === "-" ? undefined : fields[index]);
  return { uri, keyFile: field(2), hostKey: field(7) };
}

/**
 * The target to which Nix of that version connects for a store (`libstore/ssh.cc`); undefined for a store that it does not open over
 * ssh: another scheme, or `localhost`, for which it runs the command itself. Up to 2.30 (and in Lix), Nix passes `host:port` to ssh
 * as if it were a name, and so do we: the connection then fails as Nix's does.
 */
export function sshTarget(store: SshStore, { version, env }: ConnectingNix): SshTarget | undefined {
  const [, authority = "", query = ""] = /^ssh(?:-ng)?:\/\/([^/?#]*)[^?]*(?:\?(.*))?$/s.exec(store.uri) ?? [];
  const at = authority.lastIndexOf("@");
  const isNew = readsPorts(version);
  const decoded = (text: string) => (isNew ? decode(text) : text);
  const user = at === -1 ? undefined : decoded(authority.slice(0, at));
  const [, name = "", port] =
    (isNew ? /^(.*?)(?::(\d{1,5}))?$/s : /^(.*)$/s).exec(authority.slice(at + 1).replace(/^\[(.*)\]$/, "[$1]")) ?? [];
  const host = decoded(name.replace(/^\[(.*)\]$/, "$1"));
  // A pinned key could not be written for such a name, and no host has one.
  if (host === "" || /[\s,*?!|#]/.test(host)) return undefined;
  if (host === "localhost" && user === undefined && port === undefined) return undefined;
  const settings = new URLSearchParams(query.replaceAll("+", "%2B"));
  return {
    host,
    user: user === "" ? undefined : user,
    port: port === undefined ? undefined : Number(port),
    keyFile: store.keyFile ?? (settings.get("ssh-key") || undefined),
    hostKey: publicKey(store.hostKey ?? settings.get("base64-ssh-public-host-key") ?? ""),
    options: words(env.NIX_SSHOPTS ?? "", readsQuotes(version)),
  };
}

/** Whether ports in ssh addresses have a meaning. */
function readsPorts(version: string): boolean {
  return isAtLeast(version, 2, 31) && !isAtLeast(version, 2, 90);
}

/** Whether `NIX_SSHOPTS` is split as a shell does, not just at spaces. */
function readsQuotes(version: string): boolean {
  return isAtLeast(version, 2, 27) && !isAtLeast(version, 2, 90);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The first key of a base64 text in the form of known_hosts: type and key, without its comment. */
function publicKey(base64: string): string | undefined {
  const [type = "", key = ""] = Buffer.from(base64, "base64").toString("latin1").trim().split(/\s+/);
  return /^[\w@.-]+$/.test(type) && /^[\w+/]+=*$/.test(key) ? `${type} ${key}` : undefined;
}

/** The words of `NIX_SSHOPTS`. */
function words(text: string, hasQuotes: boolean): string[] {
  if (!hasQuotes) return text.split(/[ \t\n\r]+/).filter(Boolean);
  const parts = text.matchAll(/(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*")+/g);
  return [...parts].map(([word]) =>
    word.replace(/\\([\s\S])|'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"/g, (_, escaped, single, double: string | undefined) =>
      double === undefined ? (escaped ?? single) : double.replace(/\\([\\"$`])/g, "$1"),
    ),
  );
}
