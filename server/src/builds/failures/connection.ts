import { t } from "@vscode/l10n";
import type { StreamError } from "../eventState.ts";
import { everythingSaid } from "./detail.ts";
import { type Explain, failingDerivation, problemOf } from "./failed.ts";

/** Every version's way to say that it did not get to a builder. */
const notReached =
  /cannot build on '|cannot open connection to remote store|cannot connect to '|failed to start SSH (?:master )?connection|unable to open SSH connection/;

interface Reason {
  readonly code: string;
  /** ssh's words, or Nix's. */
  readonly pattern: RegExp;
  readonly message: (builder: string, said: RegExpExecArray) => string;
}

/** Why a builder is not reached, the most telling first. */
const reasons: readonly Reason[] = [
  {
    code: "no-ssh",
    pattern: /(?:unable to execute|executing) 'ssh'/,
    message: builder =>
      t("Nix did not find the program ssh, which it needs for the builder {0}. Install OpenSSH's client.", builder),
  },
  {
    code: "builder-host-key",
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/,
    message: builder =>
      t(
        "The host key of the builder {0} is not the one that is known. If it was installed anew, correct its key in Nix's 'builders' or in known_hosts (root's, where Nix has a daemon). If not, somebody may stand in between.",
        builder,
      ),
  },
  {
    code: "builder-host-key",
    pattern: /Host key verification failed|host key is known for/,
    message: builder =>
      t(
        "The host key of the builder {0} could not be verified. Add it to Nix's 'builders', or connect once with ssh so that it gets into known_hosts (root's, where Nix has a daemon).",
        builder,
      ),
  },
  {
    code: "builder-denied",
    pattern: /Permission denied \(|Too many authentication failures|Permission denied, please try again/,
    message: builder =>
      t(
        "The builder {0} refused the login. Check the user and the key in Nix's 'builders', and that the key has no passphrase. Where Nix has a daemon, it is root who connects, without your agent and ssh configuration.",
        builder,
      ),
  },
  {
    code: "builder-not-found",
    pattern: /Could not resolve hostname/i,
    message: builder =>
      t(
        "The name of the builder {0} cannot be resolved. Check how it is spelled in Nix's 'builders'. Where Nix has a daemon, root's ssh configuration counts and not yours.",
        builder,
      ),
  },
  {
    code: "builder-no-nix",
    pattern:
      /nix-(?:store|daemon): (?:command not found|not found|No such file)|command not found: nix-|Unknown command:? nix-/i,
    message: builder =>
      t(
        "The builder {0} has no Nix that ssh finds. Install it there, and see that nix-store is on the PATH of a shell that is not interactive.",
        builder,
      ),
  },
  {
    code: "builder-protocol",
    pattern: /protocol mismatch(?: from '[^']*')?(?:, got '([^']*)')?/,
    message: (builder, [, got]) =>
      got === undefined || got === ""
        ? t(
            "The builder {0} does not answer as Nix does. Its shell must print nothing when ssh runs a command, and its Nix must not be too old.",
            builder,
          )
        : t(
            "The builder {0} does not answer as Nix does, but with '{1}'. Its shell must print nothing when ssh runs a command.",
            builder,
            got.trim(),
          ),
  },
  {
    code: "builder-unreachable",
    pattern:
      /(Connection refused|No route to host|Network is unreachable|Connection timed out|Operation timed out|Connection to \S+ port \d+ timed out)/,
    message: (builder, [, said]) =>
      t(
        "The builder {0} cannot be reached ({1}). Check that it is up and that its ssh server listens there.",
        builder,
        said ?? "",
      ),
  },
];

/** A builder could not be asked. */
export const unreachableBuilder: Explain = ({ state }) => {
  const errors = state.errors.filter(({ text }) => notReached.test(text));
  const [error] = errors;
  if (error === undefined) return undefined;
  const names = [...new Set(errors.map(builderIn))];
  // Of several builders it is not told which of them ssh speaks of.
  const texts = names.length > 1 ? errors.map(({ text }) => text) : [...errors.map(({ text }) => text), ...state.texts];
  const detail = [...new Set(errors.map(({ text }) => text)), ...state.texts].join("\n");
  for (const { code, pattern, message } of reasons) {
    const said = texts.map(text => pattern.exec(text)).find(found => found !== null);
    if (said !== undefined && said !== null) return problemOf(code, message(names.join(", "), said), detail);
  }
  return problemOf(
    "builder-unreachable",
    t(
      "The builder {0} cannot be reached. Check that it is up, and that ssh gets there without asking anything.",
      names.join(", "),
    ),
    detail,
  );
};

function builderIn({ text }: StreamError): string {
  return /'([^']+)'/.exec(text)?.[1] ?? "";
}

/** Up to 2.24 the end of a file; later what Nix says of its own daemon as well. */
const broken =
  /unexpected end-of-file|daemon disconnected unexpectedly|broken pipe|connection reset|closed by remote host|server \S+ not responding/i;

/** The builder's own words of how a build ended. */
const ownWords = /failed: builder for '|failed: Cannot build '/;

/** Nix says of a builder whose connection breaks that the build failed with exit code 1; the end of file before it tells why. */
export const lostBuilder: Explain = failed => {
  const isLost = failed.state.errors.some(({ text }) => broken.test(text) && !notReached.test(text));
  const failing = failingDerivation(failed);
  if (!isLost || failing?.derivation.builder === undefined) return undefined;
  if (failing.errors.some(({ text }) => ownWords.test(text))) return undefined;
  return problemOf(
    "builder-lost",
    t(
      "The connection to {0} broke while it built {1}. What ran there was ended. Check that it is up, then build again: what is finished is kept.",
      failing.derivation.builder,
      failing.name,
    ),
    everythingSaid(failed),
  );
};
