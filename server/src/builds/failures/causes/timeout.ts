import * as l10n from "@vscode/l10n";
import { nameOfStorePath } from "../../../common/storePath.ts";
import { allOutput, detailOf } from "../evidence/detail.ts";
import { innerMessage } from "../evidence/ending.ts";
import { type Explain, errorsOf, type FailedBuild, failingDerivation, problemOf } from "../evidence/failed.ts";

/** Since 2.34, Nix names neither the derivation nor the setting. */
const timedOut = /^(?:building of '[^']*' (?:[^\n]*? )?)?timed out after (\d+) seconds( of silence)?\.?$/m;

/** Nix ended a build that took too long, or that printed nothing for too long. */
export const tookTooLong: Explain = failed => {
  const found = errorsOf(failed)
    .map(error => ({ error, match: timedOut.exec(innerMessage(error.text)) }))
    .find(({ match }) => match !== null && match.index === 0);
  const [, seconds, silence] = found?.match ?? [];
  if (found === undefined || seconds === undefined) return undefined;
  const failing = failingDerivation(failed);
  const name = failing?.name ?? onlyCancelled(failed) ?? l10n.t("A derivation");
  const detail = failing === undefined ? allOutput(failed) : detailOf(failing);
  if (silence !== undefined)
    return problemOf(
      "timed-out-silent",
      l10n.t(
        "{0} timed out: no output for {1} seconds. If it is only slow, raise 'max-silent-time' in nix.conf, or build it on a faster machine.",
        name,
        seconds,
      ),
      detail,
    );
  const setting = found.error.drvPath === undefined ? l10n.t("'timeout' or 'max-silent-time'") : "'timeout'";
  return problemOf(
    "timed-out",
    l10n.t(
      "{0} timed out after {1} seconds. If it is only slow, raise {2} in nix.conf, or build it on a faster machine.",
      name,
      seconds,
      setting,
    ),
    detail,
  );
};

/** The name of the derivation that was being built when Nix gave up, if it was the only one. */
export function onlyCancelled({ state }: FailedBuild): string | undefined {
  const cancelled = [...state.derivations.values()].filter(each => each.state === "cancelled");
  return cancelled.length === 1 && cancelled[0] !== undefined ? nameOfStorePath(cancelled[0].drvPath) : undefined;
}
