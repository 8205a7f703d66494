import { t } from "@vscode/l10n";
import { nameOfStorePath } from "../storePath.ts";
import { detailOf } from "./detail.ts";
import { type Explain, type FailedBuild, failingDerivation, problemOf } from "./failed.ts";

/** A derivation failed for a reason of its own. */
export const failedDerivation: Explain = failed => {
  const failing = failingDerivation(failed);
  if (failing === undefined) return undefined;
  return problemOf(
    "derivation-failed",
    t("{0} failed {1}.", failing.name, howItEnded(failing.errors[0]?.text ?? "", failed)),
    detailOf(failing),
  );
};

/** `with exit code 2`, `by signal 9` */
export function howItEnded(said: string, { result }: FailedBuild): string {
  const code = /exit code (\d+)/.exec(said)?.[1];
  if (code !== undefined) return t("with exit code {0}", code);
  const signal = /signal (\d+)/.exec(said)?.[1] ?? result.signal;
  if (signal !== null) return t("by signal {0}", signal);
  return said === "" ? t("without saying why") : `(${firstLine(said)})`;
}

/** Nix names only those that could not be built because of another. */
export const failedDependency: Explain = ({ state }) => {
  const dependent = [...state.derivations.values()].find(each => each.state === "dependency-failed");
  const error = state.errors.find(({ drvPath }) => drvPath === dependent?.drvPath);
  if (dependent === undefined || error === undefined) return undefined;
  return problemOf(
    "dependency-failed",
    t(
      "A dependency of {0} failed, and Nix did not say which. The build's log shows what was built last.",
      nameOfStorePath(dependent.drvPath),
    ),
    state.errors.map(({ text }) => text).join("\n"),
  );
};

/** Without the mark at its end: what follows it stays in the detail. */
function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/[:;.]$/, "");
}
