import * as l10n from "@vscode/l10n";
import { packageName } from "../../common/storePath.ts";
import type { Problem } from "../../protocol.ts";
import { lostBuilder, unreachableBuilder } from "./causes/connection.ts";
import { failedDependency, failedDerivation } from "./causes/derivation.ts";
import { fullDisk } from "./causes/disk.ts";
import { notFetched, notInCache } from "./causes/download.ts";
import { crashedEmulator } from "./causes/emulator.ts";
import { cannotRun } from "./causes/execFormat.ts";
import { otherHash } from "./causes/hash.ts";
import { killedNix, noMemoryLeft } from "./causes/memory.ts";
import { noBuilder } from "./causes/noBuilder.ts";
import { untrustedThere } from "./causes/privilege.ts";
import { lostSource } from "./causes/source.ts";
import { missingSandboxPath, notStartedBuilder } from "./causes/start.ts";
import { tookTooLong } from "./causes/timeout.ts";
import { unsignedPath } from "./causes/untrusted.ts";
import { allOutput } from "./evidence/detail.ts";
import { type Explain, errorsOf, type FailedBuild, failingDerivation, problemOf } from "./evidence/failed.ts";
import { withBuilderFix } from "./evidence/missingBuilder.ts";
import { quoteOf } from "./evidence/quoted.ts";
import { sentence } from "./evidence/sentence.ts";
import { withKeptFolder } from "./keptFolder.ts";
import { refusedMachineLine } from "./machineLine.ts";

const notStarted: Explain = ({ result }) => {
  if (result.error === undefined) return undefined;
  const missing = /^spawn (.*) ENOENT$/s.exec(result.error)?.[1];
  const message =
    missing === undefined
      ? l10n.t("Nix could not be started: {0}.", sentence(result.error))
      : l10n.t(
          "Nix could not be started: '{0}' was not found. Install Nix, or set morph.nix.binDir to the directory of its commands.",
          missing,
        );
  return problemOf("no-nix", message, result.error);
};

/** Errors that only follow from another error. */
const consequence =
  /^(?:build of '|\d+ dependencies of |cannot build derivation '|some (?:substitutes|references) |interrupted by )/;

const otherError: Explain = failed => {
  const errors = errorsOf(failed).filter(({ isWarning }) => !isWarning);
  const causes = errors.filter(({ text }) => !consequence.test(text));
  const error = causes.findLast(({ isOwn }) => isOwn) ?? causes.at(-1) ?? errors.at(-1) ?? failed.state.errors.at(-1);
  const text = error?.text ?? failed.state.texts.join("\n").trim();
  if (text === "") return undefined;
  return problemOf("build-failed", l10n.t("The build failed: {0}.", sentence(text)), allOutput(failed).trim());
};

/** Ordered so that a root cause precedes its symptoms: a full disk breaks connections, a broken connection fails a derivation. */
const causes: readonly Explain[] = [
  notStarted,
  fullDisk,
  refusedMachineLine,
  noBuilder,
  unsignedPath,
  otherHash,
  tookTooLong,
  untrustedThere,
  missingSandboxPath,
  cannotRun,
  notStartedBuilder,
  crashedEmulator,
  noMemoryLeft,
  notInCache,
  lostBuilder,
  lostSource,
  failedDerivation,
  unreachableBuilder,
  notFetched,
  failedDependency,
  killedNix,
  otherError,
];

/** Why a build failed and what to do: the first cause that is recognised, or else Nix's last error. */
export function explainFailure(failed: FailedBuild): Problem {
  for (const explain of causes) {
    const problem = explain(failed);
    if (problem === undefined) continue;
    const shown = withKeptFolder(withQuote(problem, failed), failed);
    return withSubject(withBuilderFix(shown, failed.request), failed);
  }
  const { code, signal } = failed.result;
  return problemOf("build-failed", l10n.t("Nix exited with {0} and no error message.", signal ?? `exit code ${code}`));
}

function withSubject(problem: Problem, failed: FailedBuild): Problem {
  const failing = failingDerivation(failed);
  return failing === undefined ? problem : { ...problem, subject: packageName(failing.derivation.drvPath) };
}

function withQuote(problem: Problem, failed: FailedBuild): Problem {
  const quote = quoteOf(problem, failed);
  return quote === undefined ? problem : { ...problem, quote };
}
