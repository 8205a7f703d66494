import { t } from "@vscode/l10n";
import type { Builder, Problem } from "../protocol.ts";
import { type EventState, type FollowedDerivation, maxTail, type StreamError } from "./eventState.ts";
import type { BuildResult } from "./record.ts";
import { nameOfStorePath } from "./storePath.ts";

/** Everything that is known of a build that failed. */
export interface FailedBuild {
  readonly state: EventState;
  readonly result: BuildResult;
  /** Empty while they are not known. */
  readonly builders: readonly Builder[];
}

/** Why a build failed and what to do: the first cause that is recognised, else the last thing that Nix said. */
export function explainFailure(failed: FailedBuild): Problem {
  for (const explain of [notStarted, noBuilder, lostBuilder, failedDerivation, unreachableBuilder, otherError]) {
    const problem = explain(failed);
    if (problem !== undefined) return problem;
  }
  const { code, signal } = failed.result;
  return problemOf("build-failed", t("Nix ended with {0} and said nothing.", signal ?? `exit code ${code}`));
}

function problemOf(code: string, message: string, detail?: string): Problem {
  return { code, severity: "error", message, detail };
}

function notStarted({ result }: FailedBuild): Problem | undefined {
  if (result.error === undefined) return undefined;
  return problemOf("no-nix", t("Nix could not be started. Check that it is installed and on PATH."), result.error);
}

/** Every version's way to say that nobody takes a derivation (see the texts of each version in the tests). */
const nobodyTakes =
  /required to build|Failed to find a machine|Required system:|Required features:|local builds are disabled/;

/** The system and the features that a derivation needs. */
const required = [
  // Up to 2.29; from 2.30 on with "Required system:".
  /(?:\ba|Required system:) '([\w-]+)'(?: with features \{([^}]*)\})?/,
  // What was asked of the remote builders.
  /required \(system, features\): \(([\w-]+), \[?([^)\]]*)/,
  // Since 2.34 a derivation whose system is right, but which needs more than that.
  /Required features: (){([^}]*)}/,
];

/** Nobody can build a derivation; where a builder could not be reached, that is why. */
function noBuilder(failed: FailedBuild): Problem | undefined {
  const error = failed.state.errors.find(({ text }) => nobodyTakes.test(text));
  if (error === undefined) return undefined;
  return unreachableBuilder(failed) ?? nobodyCan(error, failed.builders);
}

function nobodyCan({ text, drvPath }: StreamError, builders: readonly Builder[]): Problem {
  const match = required.map(pattern => pattern.exec(text)).find(found => found !== null);
  const [, system = "", features = ""] = match ?? [];
  const name = nameOfStorePath(drvPath ?? /derivation: (\S+\.drv)/.exec(text)?.[1] ?? "");
  const forSystem = system === "" ? name : t("{0} for '{1}'", name, system);
  const needed = features.trim() === "" ? forSystem : t("{0} with features {1}", forSystem, features.trim());
  return problemOf(
    "no-builder",
    t(
      "Nobody can build {0}. {1} Add a builder for it to Nix's 'builders', or have this machine emulate it (boot.binfmt.emulatedSystems).",
      needed,
      builders.map(offer).join(" "),
    ),
    text,
  );
}

/** `x86_64-v2-linux`: Nix lists every level of a processor as a system of its own, which helps nobody here. */
const microarchitecture = /-v\d+-/;

/** `This machine builds x86_64-linux, aarch64-linux (emulated).` */
function offer({ kind, name, systems }: Builder): string {
  const able = systems
    .filter(({ system, mode }) => mode !== "impossible" && mode !== "unknown" && !microarchitecture.test(system))
    .map(({ system, mode }) => (mode === "emulated" ? t("{0} (emulated)", system) : system))
    .join(", ");
  if (kind === "local") return t("This machine builds {0}.", able);
  return t("{0} builds {1}.", name, able);
}

/** Nix says of a builder whose connection breaks that the build failed with exit code 1; the end of file before it tells why. */
function lostBuilder({ state }: FailedBuild): Problem | undefined {
  const isLost = state.errors.some(
    ({ text }) => /unexpected end-of-file|broken pipe|connection reset/i.test(text) && !notReached.test(text),
  );
  const derivation = [...state.derivations.values()].find(candidate => candidate.state === "failed");
  if (!isLost || derivation?.builder === undefined) return undefined;
  return problemOf(
    "builder-lost",
    t(
      "The connection to {0} broke while it built {1}. What ran there was ended. Check that it is up, then build again: what is finished is kept.",
      derivation.builder,
      nameOfStorePath(derivation.drvPath),
    ),
    [...state.errors.map(({ text }) => text), ...state.texts].join("\n"),
  );
}

function failedDerivation({ state, result }: FailedBuild): Problem | undefined {
  const derivation = [...state.derivations.values()].find(candidate => candidate.state === "failed");
  if (derivation === undefined) return undefined;
  const error = state.errors.find(({ drvPath }) => drvPath === derivation.drvPath);
  return problemOf(
    "derivation-failed",
    t("{0} failed {1}.", nameOfStorePath(derivation.drvPath), howItEnded(error, result)),
    [...(error === undefined ? [] : [error.text]), ...lastLines(derivation)].join("\n"),
  );
}

function howItEnded(error: StreamError | undefined, result: BuildResult): string {
  const said = error?.text ?? "";
  const code = /exit code (\d+)/.exec(said)?.[1];
  if (code !== undefined) return t("with exit code {0}", code);
  const signal = /signal (\d+)/.exec(said)?.[1] ?? result.signal;
  if (signal !== null) return t("by signal {0}", signal);
  return said === "" ? t("without saying why") : `(${said.split("\n")[0]})`;
}

function lastLines({ tail }: FollowedDerivation): string[] {
  return tail.length === 0 ? [] : [t("Its last log lines:"), ...tail.slice(-maxTail)];
}

const notReached = /cannot build on '|cannot open connection to remote store|cannot connect to '/;

function unreachableBuilder({ state }: FailedBuild): Problem | undefined {
  const error = state.errors.find(({ text }) => notReached.test(text));
  if (error === undefined) return undefined;
  const builder = /'([^']+)'/.exec(error.text)?.[1] ?? "";
  return problemOf(
    "builder-unreachable",
    t(
      "The builder {0} cannot be reached. Check that it is up, and that ssh gets there without asking anything.",
      builder,
    ),
    [error.text, ...state.texts].join("\n"),
  );
}

function otherError({ state }: FailedBuild): Problem | undefined {
  const error = state.errors.at(-1);
  const text = error?.text ?? state.texts.join("\n").trim();
  if (text === "") return undefined;
  return problemOf("build-failed", t("The build failed: {0}", text.split("\n")[0] ?? ""), text);
}
