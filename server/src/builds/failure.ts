import { t } from "@vscode/l10n";
import type { Problem } from "../protocol.ts";
import { lostBuilder, unreachableBuilder } from "./failures/connection.ts";
import { failedDependency, failedDerivation } from "./failures/derivation.ts";
import { cannotRun } from "./failures/execFormat.ts";
import { type Explain, type FailedBuild, isWarning, problemOf } from "./failures/failed.ts";
import { otherHash } from "./failures/hash.ts";
import { withKeptFolder } from "./failures/keptFolder.ts";
import { noBuilder } from "./failures/nobody.ts";
import { fullDisk, killedNix, noMemoryLeft, tookTooLong } from "./failures/resources.ts";
import { notFetched } from "./failures/substituters.ts";
import { unsignedPath } from "./failures/trust.ts";

const notStarted: Explain = ({ result }) => {
  if (result.error === undefined) return undefined;
  return problemOf("no-nix", t("Nix could not be started. Check that it is installed and on PATH."), result.error);
};

const otherError: Explain = ({ state }) => {
  const error = state.errors.findLast(each => !isWarning(each)) ?? state.errors.at(-1);
  const text = error?.text ?? state.texts.join("\n").trim();
  if (text === "") return undefined;
  return problemOf("build-failed", t("The build failed: {0}", text.split("\n")[0] ?? ""), text);
};

/** A cause that brings others about stands before them: a full disk breaks connections, a broken connection fails a derivation. */
const causes: readonly Explain[] = [
  notStarted,
  fullDisk,
  noBuilder,
  unsignedPath,
  otherHash,
  tookTooLong,
  cannotRun,
  noMemoryLeft,
  lostBuilder,
  failedDerivation,
  unreachableBuilder,
  notFetched,
  failedDependency,
  killedNix,
  otherError,
];

/** Why a build failed and what to do: the first cause that is recognised, else the last thing that Nix said. */
export function explainFailure(failed: FailedBuild): Problem {
  for (const explain of causes) {
    const problem = explain(failed);
    if (problem !== undefined) return withKeptFolder(problem, failed);
  }
  const { code, signal } = failed.result;
  return problemOf("build-failed", t("Nix ended with {0} and said nothing.", signal ?? `exit code ${code}`));
}
