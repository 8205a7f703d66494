/** How Hydra reaches a git remote. */
export interface Remote {
  /** `local`: a folder. `ssh`: with a key of Hydra's user. `web`: without a login. */
  readonly kind: "local" | "ssh" | "web";
  /** Without a login: everyone who may see a jobset sees its inputs. */
  readonly url: string;
  readonly hadLogin: boolean;
  /** Whether it is known to be readable by everyone, as far as its address says. */
  readonly isPublic: boolean;
}

/** Reads the address of a remote as git does. A relative path is one of a folder. */
export function readRemote(address: string): Remote {
  const scheme = /^(?:git\+)?([a-z][a-z0-9]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === "ssh") return { kind: "ssh", url: address, hadLogin: false, isPublic: false };
  if (scheme === "file") return { kind: "local", url: address, hadLogin: false, isPublic: false };
  if (scheme !== undefined) return webRemote(address);
  // `user@host:path`, but not `./a:b` or `/a:b` (git-clone(1), GIT URLS).
  const isShort = /^[^/:]+:/.test(address);
  return { kind: isShort ? "ssh" : "local", url: address, hadLogin: false, isPublic: false };
}

function webRemote(address: string): Remote {
  const login = /^([a-z+]+:\/\/)[^/@]*@/i;
  const hadLogin = login.test(address);
  return { kind: "web", url: address.replace(login, "$1"), hadLogin, isPublic: !hadLogin };
}

/** A git input: `https://example.org/network.git main`. Undefined: Hydra splits it at spaces, which it has too many of. */
export function gitInput(url: string, ref: string): string | undefined {
  return /\s/.test(url) || /\s/.test(ref) ? undefined : `${url} ${ref}`;
}

/** Whether two values of a git input have the same repository and branch or revision. Options after them do not count. */
export function isSameGitInput(one: string, other: string): boolean {
  return normalised(one) === normalised(other);
}

function normalised(value: string): string {
  const [url = "", ref = ""] = value.trim().split(/\s+/);
  return `${url.replace(/\/+$/, "").replace(/\.git$/, "")} ${ref}`;
}
