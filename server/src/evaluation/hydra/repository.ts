import * as l10n from "@vscode/l10n";
import type { Nix } from "../../nix/nix.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";

/** A git repository, as far as Hydra is concerned. */
export interface Repository {
  /** Path of its working tree. */
  readonly root: string;
  /** The commit that is checked out; absent in an empty repository. */
  readonly head?: string | undefined;
  /** Absent: no branch is checked out. */
  readonly branch?: string | undefined;
  /** Where the branch is pushed to; or else the only remote, or `origin`. */
  readonly remote?: { readonly name: string; readonly url: string; readonly branch: string } | undefined;
  /** Paths relative to the root whose changes are not committed, at most `maxChanged`, and how many there are. */
  readonly changed: readonly string[];
  readonly changes: number;
  /** Commits that are not in the remote's branch, as of the last fetch; absent if it has no such branch. */
  readonly unpushed?: number | undefined;
}

const maxChanged = 20;

/** Limits of a command (ms, bytes). */
const bounds = { timeout: 30_000, maxOutput: 64 * 1024 * 1024 };

/** Reads the repository of a folder. Nothing in it changes, and no remote is asked. Problems: `no-git`, `no-repository`. */
export async function readRepository(nix: Nix, folder: string, signal?: AbortSignal): Promise<Outcome<Repository>> {
  const git = (...args: readonly string[]) => runGit(nix, folder, args, signal);
  const top = await git("rev-parse", "--show-toplevel");
  if (top === "missing")
    return {
      problem: errorProblem("no-git", l10n.t("'git' was not found. Hydra reads networks from git repositories.")),
    };
  if (top === undefined)
    return {
      problem: errorProblem(
        "no-repository",
        l10n.t("{0} is not in a git repository. Hydra reads networks from git repositories.", folder),
      ),
    };
  const text = async (...args: readonly string[]) => {
    const printed = await git(...args);
    return printed === undefined || printed === "missing" || printed.trim() === "" ? undefined : printed.trimEnd();
  };
  const [head, branch, remotes = "", status = ""] = await Promise.all([
    text("rev-parse", "--verify", "--quiet", "HEAD^{commit}"),
    text("symbolic-ref", "--quiet", "--short", "HEAD"),
    text("remote"),
    text("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"),
  ]);
  const upstream = branch && (await text("for-each-ref", `--format=${upstreamFormat}`, `refs/heads/${branch}`));
  const [pushed = "", name = "", ref = ""] = upstream?.split("\t") ?? [];
  const names = remotes.split("\n").filter(each => each !== "");
  const remoteName = name || (names.length === 1 ? names[0] : names.find(each => each === "origin"));
  const url = remoteName && (await text("remote", "get-url", "--", remoteName));
  const unpushed = pushed === "" ? undefined : await text("rev-list", "--count", `${pushed}..HEAD`, "--");
  const target = ref.replace(/^refs\/heads\//, "") || branch;
  const changed = status.split("\0").flatMap(entry => (entry.length > 3 ? [entry.slice(3)] : []));
  return {
    value: {
      root: top.trimEnd(),
      head,
      branch,
      ...(remoteName && url && target && { remote: { name: remoteName, url, branch: target } }),
      changed: changed.slice(0, maxChanged),
      changes: changed.length,
      ...(unpushed !== undefined && { unpushed: Number(unpushed) }),
    },
  };
}

const upstreamFormat = "%(upstream)%09%(upstream:remotename)%09%(upstream:remoteref)";

/** The files of a working tree that a commit of everything would have, relative to its root. Ignored files are not among them. */
export async function committableFiles(nix: Nix, root: string, signal?: AbortSignal): Promise<readonly string[]> {
  const listed = await runGit(nix, root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], signal);
  return [...new Set((listed ?? "").split("\0"))].filter(file => file !== "" && !file.endsWith("/"));
}

/** What git prints; undefined if it fails. */
async function runGit(
  nix: Nix,
  cwd: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const env = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const end = await nix.runFile("git", ["-C", cwd, ...args], { ...bounds, env, signal });
  if (end.kind === "missing") return "missing";
  return end.kind === "exited" && end.code === 0 ? end.stdout : undefined;
}
