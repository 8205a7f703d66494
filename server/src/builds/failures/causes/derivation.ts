import * as l10n from "@vscode/l10n";
import { modeOn } from "../../../builders/capability.ts";
import { nameOfStorePath } from "../../../common/storePath.ts";
import { detailOf } from "../evidence/detail.ts";
import {
  type Explain,
  errorsOf,
  type FailedBuild,
  type FailingDerivation,
  failingDerivation,
  placeOf,
  problemOf,
} from "../evidence/failed.ts";
import { sentence } from "../evidence/sentence.ts";

/** A derivation failed for a reason of its own. */
export const failedDerivation: Explain = failed => {
  const failing = failingDerivation(failed);
  if (failing === undefined) return undefined;
  const message = [`${howItEnded(failed, failing)}.`, ...emulationText(failed, failing)].join(" ");
  return problemOf("derivation-failed", message, detailOf(failing));
};

/** Emulation is a cause to consider only for what ran: tests with a time limit fail, and some programs crash. */
function emulationText({ builders, system }: FailedBuild, { derivation, ending }: FailingDerivation): string[] {
  const on = derivation.system ?? system;
  const hasRun = ending.kind === "exit" || ending.kind === "signal" || ending.kind === "unknown";
  if (!hasRun || on === undefined || modeOn(derivation.builder, on, builders) !== "emulated") return [];
  return [l10n.t("It was built under emulation, which can make tests fail and programs crash.")];
}

/** `hello-2.12.1 failed with exit code 2`, without the final full stop. */
export function howItEnded(failed: FailedBuild, failing: FailingDerivation): string {
  const { ending, name } = failing;
  const place = placeOf(failed, failing);
  const on = place === undefined ? "" : ` ${l10n.t("(on {0})", place)}`;
  switch (ending.kind) {
    case "exit":
      return l10n.t("{0} failed with exit code {1}", name, ending.code);
    case "signal":
      return ending.name === ""
        ? l10n.t("{0} was killed by signal {1}", name, ending.signal)
        : l10n.t("{0} was killed by signal {1} ({2})", name, ending.signal, ending.name);
    case "no-output":
      return l10n.t("{0} did not produce its output '{1}'", name, ending.output) + on;
    case "unknown":
      return place === undefined ? l10n.t("{0} failed", name) : l10n.t("{0} failed on {1}", name, place);
    case "said":
      return (reasonIn(name, ending.text) ?? l10n.t("{0} failed, but Nix did not report why", name)) + on;
  }
}

/** Nix's reason for rejecting what was built, reworded where it is a common one. */
function reasonIn(name: string, text: string): string | undefined {
  if (text === "") return undefined;
  const [, first, rest = ""] =
    /^output ['"][^'"]+['"] is not allowed to refer to (?:path ['"]([^'"]+)['"]|the following paths:?(.*))/s.exec(
      text,
    ) ?? [];
  const paths = [...(first === undefined ? rest.split("\n") : [first])]
    .map(path => path.trim())
    .filter(path => path !== "");
  if (paths.length > 0)
    return l10n.t("{0} refers to {1}, which is not allowed", name, paths.map(nameOfStorePath).join(", "));
  return l10n.t("{0} failed: {1}", name, sentence(text));
}

/** Nix names only derivations that could not be built because of another one. */
export const failedDependency: Explain = failed => {
  const { state } = failed;
  const dependent = [...state.derivations.values()].find(each => each.state === "dependency-failed");
  const error = state.errors.find(({ drvPath }) => drvPath === dependent?.drvPath);
  if (dependent === undefined || error === undefined) return undefined;
  return problemOf(
    "dependency-failed",
    l10n.t(
      "A dependency of {0} failed, but Nix did not report which. The build log shows what was built last.",
      nameOfStorePath(dependent.drvPath),
    ),
    errorsOf(failed)
      .map(({ shown }) => shown)
      .join("\n"),
  );
};
