import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { HydraFile, Problem } from "../../protocol.ts";
import type { Remote } from "./remote.ts";

/** Whether Hydra sees the network of a repository as it is here depends on this. */
export interface RepositoryFacts {
  readonly root: string;
  readonly branch?: string | undefined;
  readonly remote?: { readonly name: string; readonly branch: string } | undefined;
  /** Some of the paths whose changes are not committed, and how many there are. */
  readonly changed: readonly string[];
  readonly changes: number;
  /** Absent: the branch was never pushed. */
  readonly unpushed?: number | undefined;
}

/** The most files that are listed. */
const maxListed = 20;

/**
 * What Hydra cannot see, or needs before it can read the repository. Errors: a jobset cannot be created.
 *
 * @param remote of the repository, if it has one.
 */
export function repositoryWarnings(
  repository: RepositoryFacts,
  remote: Remote | undefined,
  files: readonly HydraFile[],
): readonly Problem[] {
  return [
    ...remoteWarnings(repository, remote),
    ...commitWarnings(repository, files),
    ...pushWarnings(repository),
    ...files.flatMap(({ state, path }) => (state === "other" ? [ownFile(path)] : [])),
  ];
}

function remoteWarnings({ root, branch }: RepositoryFacts, remote: Remote | undefined): readonly Problem[] {
  if (remote === undefined)
    return [
      branch === undefined
        ? errorProblem(
            "hydra-no-branch",
            l10n.t("No branch is checked out in {0}. Check out the one that Hydra reads.", root),
          )
        : errorProblem(
            "hydra-no-remote",
            l10n.t("{0} has no remote. Hydra reads the network from one: add it and push.", root),
          ),
    ];
  const { kind, url, hadLogin } = remote;
  const warnings: Problem[] = [];
  if (/\s/.test(url))
    warnings.push(
      errorProblem("hydra-bad-remote", l10n.t("Hydra cannot read {0}: the address contains a space.", url)),
    );
  if (hadLogin)
    warnings.push(
      warning(
        "hydra-remote-login",
        l10n.t(
          "The address of the remote contains a login. It is left out, because everyone who sees the jobset would see it: Hydra can read {0} only if it needs none, or over ssh.",
          url,
        ),
      ),
    );
  if (kind === "ssh")
    warnings.push(
      warning(
        "hydra-remote-ssh",
        l10n.t(
          "Hydra reads {0} with the ssh key of its user hydra. Give that key access to the repository, and add the host to its known hosts.",
          url,
        ),
      ),
    );
  if (kind === "local")
    warnings.push(
      warning(
        "hydra-remote-local",
        l10n.t(
          "{0} is a folder of this machine. Hydra must run here, and its user hydra must be able to read it.",
          url,
        ),
      ),
    );
  return warnings;
}

function commitWarnings({ changed, changes }: RepositoryFacts, files: readonly HydraFile[]): readonly Problem[] {
  const written = files.flatMap(({ state, path }) => (state === "missing" || state === "outdated" ? [path] : []));
  const listed = [...new Set([...written, ...changed])];
  const count = changes + written.filter(path => !changed.includes(path)).length;
  if (count === 0) return [];
  const more = count > maxListed ? [l10n.t("{0} more", count - maxListed)] : [];
  return [
    {
      ...warning("hydra-not-committed", l10n.t("Hydra does not see what is not committed. Changed files: {0}", count)),
      detail: [...listed.slice(0, maxListed), ...more].join("\n"),
    },
  ];
}

function pushWarnings({ branch, remote, unpushed }: RepositoryFacts): readonly Problem[] {
  if (remote === undefined || branch === undefined || unpushed === 0) return [];
  if (unpushed === undefined)
    return [
      warning(
        "hydra-not-pushed",
        l10n.t("Branch {0} was not pushed to {1}: Hydra does not see it.", branch, remote.name),
      ),
    ];
  const target = `${remote.name}/${remote.branch}`;
  return [
    warning("hydra-not-pushed", l10n.t("Hydra does not see what is not pushed to {0}. Commits: {1}", target, unpushed)),
  ];
}

function ownFile(path: string): Problem {
  const message = l10n.t("{0} has a text of your own. It is left as it is, and Hydra evaluates it.", path);
  return { code: "hydra-own-file", severity: "info", message };
}

function warning(code: string, message: string): Problem {
  return { code, severity: "warning", message };
}
