import * as l10n from "@vscode/l10n";
import { withoutQuoted } from "../../stream/errorText.ts";
import { allOutput } from "../evidence/detail.ts";
import { isFromBuilder } from "../evidence/ending.ts";
import { builderName, type Explain, errorsOf, failingDerivation, placeOf, problemOf } from "../evidence/failed.ts";

/** How each version of Nix reports that it could not connect to a builder. */
const notReached =
  /^(?:cannot build on '([^']*)'|cannot open connection to remote store '([^']*)'|cannot connect to '([^']*)'|failed to start SSH (?:master )?connection to '([^']*)'|unable to open SSH connection to '([^']*)')/;

interface Reason {
  readonly code: string;
  /** Matches the output of ssh or Nix. */
  readonly pattern: RegExp;
  readonly message: (builder: string, said: RegExpExecArray) => string;
}

/** Why a builder cannot be reached, most specific first. */
const reasons: readonly Reason[] = [
  {
    code: "no-ssh",
    pattern: /(?:unable to execute|executing) 'ssh'/,
    message: builder =>
      l10n.t("Nix did not find ssh, which it needs for the builder {0}. Install the OpenSSH client.", builder),
  },
  {
    code: "builder-host-key",
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/,
    message: builder =>
      l10n.t(
        "The host key of {0} has changed. If it was reinstalled, update its key in Nix's 'builders' or in known_hosts (root's, if Nix has a daemon). If not, this could be a man-in-the-middle attack.",
        builder,
      ),
  },
  {
    code: "builder-host-key",
    pattern: /Host key verification failed|host key is known for/,
    message: builder =>
      l10n.t(
        "The host key of {0} could not be verified. Add it to Nix's 'builders', or connect once with ssh to add it to known_hosts (root's, if Nix has a daemon).",
        builder,
      ),
  },
  {
    code: "builder-denied",
    pattern: /Permission denied \(|Too many authentication failures|Permission denied, please try again/,
    message: builder =>
      l10n.t(
        "{0} refused the login. Check the user and the key in Nix's 'builders', and that the key has no passphrase. If Nix has a daemon, root connects, without your agent and ssh configuration.",
        builder,
      ),
  },
  {
    code: "builder-not-found",
    pattern: /Could not resolve hostname/i,
    message: builder =>
      l10n.t(
        "The host name of the builder {0} cannot be resolved. Check its spelling in Nix's 'builders'. If Nix has a daemon, root's ssh configuration applies instead of yours.",
        builder,
      ),
  },
  {
    code: "builder-no-nix",
    pattern:
      /nix-(?:store|daemon): (?:command not found|not found|No such file)|command not found: nix-|Unknown command:? nix-/i,
    message: builder =>
      l10n.t(
        "ssh did not find Nix on {0}. Install it there, and put nix-store on the PATH of a non-interactive shell.",
        builder,
      ),
  },
  {
    code: "builder-protocol",
    pattern: /protocol mismatch(?: from '[^']*')?(?:, got '([^']*)')?/,
    message: (builder, [, got]) =>
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
    message: (builder, [, said]) =>
      l10n.t(
        "The builder {0} cannot be reached ({1}). Check that it is up and that its ssh server is listening.",
        builder,
        said ?? "",
      ),
  },
];

/** A builder could not be reached. */
export const unreachableBuilder: Explain = failed => {
  const { state } = failed;
  const errors = errorsOf(failed).filter(({ text }) => notReached.test(text));
  const [error] = errors;
  if (error === undefined) return undefined;
  const names = [...new Set(errors.map(({ text }) => builderName(failed, addressIn(text))))];
  // With several builders, it is unknown which of them the output of ssh is about.
  const texts = names.length > 1 ? errors.map(({ text }) => text) : [...errors.map(({ text }) => text), ...state.texts];
  const detail = [...new Set(errors.map(({ shown }) => shown)), ...state.texts].join("\n");
  for (const { code, pattern, message } of reasons) {
    const said = texts.map(text => pattern.exec(text)).find(found => found !== null);
    if (said !== undefined && said !== null) return problemOf(code, message(names.join(", "), said), detail);
  }
  return problemOf(
    "builder-unreachable",
    l10n.t(
      "The builder {0} cannot be reached. Check that it is up, and that ssh connects without prompting.",
      names.join(", "),
    ),
    detail,
  );
};

function addressIn(text: string): string {
  return (
    notReached
      .exec(text)
      ?.slice(1)
      .find(address => address !== undefined) ?? ""
  );
}

/** Up to 2.24, an end of file; later versions also use the text of a lost daemon connection. */
const broken =
  /unexpected end-of-file|daemon disconnected unexpectedly|broken pipe|connection reset|closed by remote host|server \S+ not responding/i;

/** If the connection to a builder breaks, Nix reports exit code 1; the end of file before that shows the real cause. */
export const lostBuilder: Explain = failed => {
  const isLost = errorsOf(failed).some(({ text }) => broken.test(withoutQuoted(text)) && !notReached.test(text));
  const failing = failingDerivation(failed);
  const place = failing === undefined ? undefined : placeOf(failed, failing);
  if (!isLost || failing === undefined || place === undefined || isFromBuilder(failing.ending)) return undefined;
  return problemOf(
    "builder-lost",
    l10n.t(
      "Lost connection to {0} while building {1}; the remote build was terminated. Check that {0} is up, then build again: completed work is kept.",
      place,
      failing.name,
    ),
    allOutput(failed),
  );
};
