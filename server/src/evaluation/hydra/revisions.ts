import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readlink, rm } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { type Nix, processProblem } from "../../nix/nix.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import { checkoutName } from "./checkout.ts";

/** A revision of a git repository. */
export interface Revision {
  readonly uri: string;
  readonly revision: string;
}

/** The checkouts of at most this many revisions are kept from garbage collection. */
const maxKept = 6;

/** How long fetching a repository may take (ms). */
const fetchTimeout = 30 * 60_000;

/** Git speaks no other protocols for us: some of them run commands. */
const protocols = "file:git:http:https:ssh";

const address = /^(?:(?:https?|ssh|git|file):\/\/|\/|[\w.-]+@[\w.-]+:)[^\s\0]*$/;

/**
 * Adds the files of a revision to the store, as Hydra does, and keeps them. Repositories are fetched into a folder of ours; nothing in a
 * repository of the user changes. Problem: `no-checkout`, with what git printed.
 *
 * @param local the working tree of a repository that may have the revision.
 */
export async function addRevision(
  nix: Nix,
  { uri, revision }: Revision,
  local: string | undefined,
  storageDir: string,
  signal: AbortSignal,
): Promise<Outcome<string>> {
  if (!address.test(uri) || !/^[0-9a-f]{40,64}$/.test(revision))
    return {
      problem: errorProblem("no-checkout", l10n.t("Cannot check out {0}: it is not a revision in git.", uri)),
    };
  const folder = path.join(storageDir, "hydra");
  const kept = path.join(folder, "revisions");
  const link = path.join(kept, `${hash(uri)}-${revision}`);
  if (existsSync(link)) return { value: await readlink(link) };
  await mkdir(kept, { recursive: true, mode: 0o700 });
  const git = new Git(nix, signal);
  const gitDir =
    (local === undefined ? undefined : await git.localWith(local, revision)) ??
    (await git.fetched(path.join(folder, "git", hash(uri)), uri, revision));
  if (gitDir === undefined)
    return {
      problem: signal.aborted
        ? processProblem({ kind: "cancelled" })
        : errorProblem(
            "no-checkout",
            l10n.t("Cannot fetch revision {0} of {1}.", revision.slice(0, 12), uri),
            git.stderr,
          ),
    };
  const temporary = path.join(folder, randomBytes(8).toString("hex"));
  try {
    const tree = path.join(temporary, checkoutName(uri, revision));
    await mkdir(tree, { recursive: true, mode: 0o700 });
    if (!(await git.checkOut(gitDir, revision, tree, path.join(temporary, "index"))))
      return {
        problem: errorProblem("no-checkout", l10n.t("Cannot check out {0} of {1}.", revision, uri), git.stderr),
      };
    const added = await nix.run("nix-store", ["--add-fixed", "--recursive", "sha256", tree], { signal });
    if (added.kind !== "exited" || added.code !== 0) return { problem: processProblem(added) };
    const storePath = added.stdout.trim();
    const root = ["--realise", storePath, "--add-root", link, "--indirect"];
    const end = await nix.run("nix-store", root, { signal });
    if (end.kind !== "exited" || end.code !== 0) return { problem: processProblem(end) };
    await prune(kept);
    return { value: storePath };
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Runs git without questions. */
class Git {
  readonly #nix: Nix;
  readonly #signal: AbortSignal;
  /** What the last command printed. */
  stderr = "";

  constructor(nix: Nix, signal: AbortSignal) {
    this.#nix = nix;
    this.#signal = signal;
  }

  /** The git directory of a working tree, if it has a revision. */
  async localWith(root: string, revision: string): Promise<string | undefined> {
    const found = await this.#run(["-C", root, "rev-parse", "--absolute-git-dir"]);
    const gitDir = found?.trim();
    return gitDir !== undefined && (await this.#has(gitDir, revision)) ? gitDir : undefined;
  }

  /** A bare repository into which a revision was fetched: alone, or else with all branches from a server that sends no revisions. */
  async fetched(gitDir: string, uri: string, revision: string): Promise<string | undefined> {
    await mkdir(gitDir, { recursive: true, mode: 0o700 });
    if ((await this.#run(["init", "--quiet", "--bare", gitDir])) === undefined) return undefined;
    if (await this.#has(gitDir, revision)) return gitDir;
    const download = (...args: readonly string[]) => this.#run(["--git-dir", gitDir, "fetch", "--quiet", ...args]);
    await download("--depth", "1", "--", uri, revision);
    if (await this.#has(gitDir, revision)) return gitDir;
    if ((await download("--tags", "--", uri, "+refs/heads/*:refs/heads/*")) === undefined) return undefined;
    return (await this.#has(gitDir, revision)) ? gitDir : undefined;
  }

  /** Writes the files of a revision into a folder. @param index a file of its own: that of the repository stays as it is. */
  async checkOut(gitDir: string, revision: string, tree: string, index: string): Promise<boolean> {
    const where = ["--git-dir", gitDir, "--work-tree", tree, "-c", "core.autocrlf=false", "-c", "core.bare=false"];
    const env = { GIT_INDEX_FILE: index };
    if ((await this.#run([...where, "read-tree", revision], env)) === undefined) return false;
    return (await this.#run(["-C", tree, ...where, "checkout-index", "--all", "--force"], env)) !== undefined;
  }

  async #has(gitDir: string, revision: string): Promise<boolean> {
    return (await this.#run(["--git-dir", gitDir, "cat-file", "-e", `${revision}^{tree}`])) !== undefined;
  }

  /** What it prints; undefined if it fails. */
  async #run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string | undefined> {
    const env = {
      GIT_TERMINAL_PROMPT: "0",
      GIT_SSH_COMMAND: this.#nix.env.GIT_SSH_COMMAND ?? "ssh -o BatchMode=yes",
      GIT_ALLOW_PROTOCOL: protocols,
      GIT_OPTIONAL_LOCKS: "0",
      LC_ALL: "C",
      ...more,
    };
    const end = await this.#nix.runFile("git", args, { env, timeout: fetchTimeout, signal: this.#signal });
    this.stderr = end.kind === "exited" ? end.stderr : "";
    return end.kind === "exited" && end.code === 0 ? end.stdout : undefined;
  }
}

/** Removes the oldest links, so that their checkouts can be garbage-collected. */
async function prune(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(
    names.map(async name => {
      const stats = await lstat(path.join(folder, name)).catch(() => undefined);
      return { name, at: stats?.mtimeMs ?? 0 };
    }),
  );
  const old = links.toSorted((one, other) => other.at - one.at).slice(maxKept);
  await Promise.all(old.map(({ name }) => rm(path.join(folder, name), { force: true }).catch(() => undefined)));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
