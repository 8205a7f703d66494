import * as l10n from "@vscode/l10n";
import { clientCommands } from "../../common/clientCommands.ts";
import type { Problem } from "../../protocol.ts";
import { againOf } from "./evidence/again.ts";
import { builderName, type FailedBuild, failingDerivation } from "./evidence/failed.ts";

/** Failures that the build directory may explain. */
const explainable: ReadonlySet<string> = new Set([
  "derivation-failed",
  "emulator-crashed",
  "exec-format",
  "timed-out",
  "timed-out-silent",
  "out-of-memory",
  "killed",
]);

/** Adds a fix to a failure that opens its kept build directory, or that builds again and keeps it. */
export function withKeptFolder(problem: Problem, failed: FailedBuild): Problem {
  const derivation = failingDerivation(failed)?.derivation;
  if (derivation === undefined || !explainable.has(problem.code)) return problem;
  const { keptFolder: folder, builder } = derivation;
  const { place, detached, keepFailed } = failed.request;
  const fixes = problem.fixes ?? [];
  if (folder !== undefined && keepFailed === true) {
    const open = {
      title: l10n.t("Open Kept Build Directory"),
      command: clientCommands.openKeptFolder,
      arguments: [{ folder }],
    };
    return { ...problem, fixes: [...fixes, open] };
  }
  if (keepFailed === true)
    return builder === undefined
      ? problem
      : {
          ...problem,
          message: `${problem.message} ${l10n.t("Its build directory was kept on {0}.", builderName(failed, builder))}`,
        };
  // Nix does not pass the option on to the Nix of another store.
  if (place.kind === "store" && detached !== true) return problem;
  const keep = {
    title: l10n.t("Rebuild and Keep Build Directory"),
    command: clientCommands.buildKeepingFolders,
    arguments: [againOf(failed.request)],
  };
  return { ...problem, fixes: [...fixes, keep] };
}
