import * as l10n from "@vscode/l10n";
import { errorProblem } from "../outcome.ts";
import type { Problem } from "../protocol.ts";

/** Who connects: our user, or Nix's daemon as root. */
export type Connecting = "user" | "daemon";

/** What is reported of a connection: about which builder, and who tried. */
interface Attempt {
  readonly builder: string;
  /** Undefined: unknown. */
  readonly through: Connecting | undefined;
}

interface Reason {
  readonly code: string;
  /** Matches the output of ssh or Nix. */
  readonly pattern: RegExp;
  /** Must match the output as well. */
  readonly also?: RegExp;
  readonly message: (attempt: Attempt, said: RegExpExecArray) => string;
}

/** ssh was not let in. */
const denied = /Permission denied \(|Too many authentication failures|Permission denied, please try again/;

/** Why a builder cannot be used over ssh, most specific first. */
const reasons: readonly Reason[] = [
  {
    code: "no-ssh",
    pattern: /(?:unable to execute|executing) 'ssh'/,
    message: ({ builder }) =>
      l10n.t("Nix did not find ssh, which it needs for the builder {0}. Install the OpenSSH client.", builder),
  },
  {
    code: "builder-host-key",
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/,
    message: ({ builder }) =>
      l10n.t(
        "The host key of {0} has changed. If it was reinstalled, update its key in Nix's 'builders' or in known_hosts (root's, if Nix has a daemon). If not, this could be a man-in-the-middle attack.",
        builder,
      ),
  },
  {
    code: "builder-host-key",
    pattern: /Host key verification failed|host key is known for/,
    message: ({ builder }) =>
      l10n.t(
        "The host key of {0} could not be verified. Add it to Nix's 'builders', or connect once with ssh to add it to known_hosts (root's, if Nix has a daemon).",
        builder,
      ),
  },
  {
    code: "builder-denied",
    pattern: /Identity file (\S+) not accessible: ([^\r\n]*)/,
    also: denied,
    message: ({ builder }, [, file = "", why = ""]) =>
      l10n.t(
        "{0} refused the login: the key file {1} that its line in 'builders' names cannot be read ({2}). If Nix has a daemon, root has to be able to read it.",
        builder,
        file,
        why.replace(/\.\s*$/, ""),
      ),
  },
  {
    code: "builder-denied",
    pattern: /Permissions (\d+) for '([^']+)' are too open/,
    also: denied,
    message: ({ builder }, [, mode = "", file = ""]) =>
      l10n.t(
        "{0} refused the login: ssh ignored the key file {1}, because others can read it (mode {2}). Run: chmod 600 {1}",
        builder,
        file,
        mode,
      ),
  },
  {
    code: "builder-denied",
    pattern: /Load key "([^"]+)": ([^\r\n]*)/,
    also: denied,
    message: ({ builder }, [, file = "", why = ""]) =>
      l10n.t("{0} refused the login: ssh cannot use the key file {1} ({2}).", builder, file, why.trim()),
  },
  {
    code: "builder-denied",
    pattern: denied,
    message: ({ builder, through }) =>
      through === "user"
        ? l10n.t(
            "{0} refused the login. Check the user and the key in Nix's 'builders', and that the key has no passphrase or is in your ssh agent.",
            builder,
          )
        : through === "daemon"
          ? l10n.t(
              "{0} refused the login of Nix's daemon. It connects as root, without your ssh configuration, agent and keys: name the user and a key file without passphrase, which root can read, in Nix's 'builders'.",
              builder,
            )
          : l10n.t(
              "{0} refused the login. Check the user and the key in Nix's 'builders', and that the key has no passphrase. If Nix has a daemon, root connects, without your agent and ssh configuration.",
              builder,
            ),
  },
  {
    code: "builder-not-found",
    pattern: /Could not resolve hostname/i,
    message: ({ builder, through }) =>
      through === "user"
        ? l10n.t(
            "The host name of the builder {0} cannot be resolved. Check its spelling in Nix's 'builders', and your ssh configuration.",
            builder,
          )
        : l10n.t(
            "The host name of the builder {0} cannot be resolved. Check its spelling in Nix's 'builders'. If Nix has a daemon, root's ssh configuration applies instead of yours.",
            builder,
          ),
  },
  {
    code: "builder-no-nix",
    pattern:
      /nix-(?:store|daemon): (?:command not found|not found|No such file)|command not found: nix-|Unknown command:? nix-/i,
    message: ({ builder }) =>
      l10n.t(
        "ssh did not find Nix on {0}. Install it there, and put nix-store on the PATH of a non-interactive shell.",
        builder,
      ),
  },
  {
    code: "builder-protocol",
    pattern: /protocol mismatch(?: from '[^']*')?(?:, got '([^']*)')?/,
    message: ({ builder }, [, got]) =>
      got === undefined || got === ""
        ? l10n.t(
            "{0} did not respond like Nix. Its shell must print nothing when ssh runs a command, and its Nix must not be too old.",
            builder,
          )
        : l10n.t(
            "{0} did not respond like Nix, but with '{1}'. Its shell must print nothing when ssh runs a command.",
            builder,
            got.trim(),
          ),
  },
  {
    code: "builder-unreachable",
    pattern:
      /(Connection refused|No route to host|Network is unreachable|Connection timed out|Operation timed out|Connection to \S+ port \d+ timed out)/,
    message: ({ builder }, [, said]) =>
      l10n.t(
        "The builder {0} cannot be reached ({1}). Check that it is up and that its ssh server is listening.",
        builder,
        said ?? "",
      ),
  },
];

/** Whether what was printed names the reason. */
export function isKnownReason(texts: readonly string[]): boolean {
  return reasons.some(({ pattern }) => texts.some(text => pattern.test(text)));
}

/**
 * Why a builder could not be used, from what ssh and Nix printed. Problems: `no-ssh`, `builder-host-key`, `builder-denied`,
 * `builder-not-found`, `builder-no-nix`, `builder-protocol`, `builder-unreachable`, which is also what remains.
 *
 * @param texts in any order; unrelated ones are ignored.
 */
export function connectionProblem(builder: string, texts: readonly string[], through?: Connecting): Problem {
  for (const { code, pattern, also, message } of reasons) {
    const said = texts.map(text => pattern.exec(text)).find(found => found !== null);
    if (said === undefined || said === null) continue;
    if (also !== undefined && !texts.some(text => also.test(text))) continue;
    return errorProblem(code, message({ builder, through }, said));
  }
  return errorProblem(
    "builder-unreachable",
    l10n.t("The builder {0} cannot be reached. Check that it is up, and that ssh connects without prompting.", builder),
  );
}
