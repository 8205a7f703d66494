import { t } from "@vscode/l10n";
import type { Builder, Problem } from "../protocol.ts";
import type { EventState, FollowedDerivation, StreamError } from "./eventState.ts";
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

/** "required to build" up to 2.29, "Required system:" since 2.30 (see the texts of each version in the tests). */
const requiredSystem = /(?:a|Required system:) '([a-z0-9_]+-[a-z]+)'(?: with features \{([^}]*)\})?/;

function noBuilder({ state, builders }: FailedBuild): Problem | undefined {
  const error = state.errors.find(({ text }) =>
    /required to build|Required system:|Failed to find a machine/.test(text),
  );
  const [, system, features = ""] = requiredSystem.exec(error?.text ?? "") ?? [];
  if (error === undefined || system === undefined) return undefined;
  const what = error.drvPath === undefined ? "" : nameOfStorePath(error.drvPath);
  const needed = features.trim() === "" ? `'${system}'` : t("'{0}' with features {1}", system, features.trim());
  return problemOf(
    "no-builder",
    t(
      "Nobody can build {0} for {1}. {2} Add a builder for it to Nix's 'builders', or have this machine emulate it (boot.binfmt.emulatedSystems).",
      what,
      needed,
      builders.map(offer).join(" "),
    ),
    error.text,
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
  const isLost = state.errors.some(({ text }) => /unexpected end-of-file|broken pipe|connection reset/i.test(text));
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
  return tail.length === 0 ? [] : [t("Its last log lines:"), ...tail];
}

function unreachableBuilder({ state }: FailedBuild): Problem | undefined {
  const error = state.errors.find(({ text }) =>
    /cannot build on '|cannot open connection to remote store|cannot connect to '/.test(text),
  );
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
