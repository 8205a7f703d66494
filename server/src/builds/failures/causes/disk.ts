import * as l10n from "@vscode/l10n";
import type { Problem } from "../../../protocol.ts";
import { allOutput, detailOf } from "../evidence/detail.ts";
import {
  builderName,
  type Explain,
  errorsOf,
  type FailedBuild,
  type FailingDerivation,
  failingDerivation,
  isSaid,
  placeIn,
  problemOf,
} from "../evidence/failed.ts";
import { clueIn, quote } from "../evidence/guess.ts";
import { howItEnded } from "./derivation.ts";

/** A full disk in messages of Nix: a system error at the end of a line, an error of SQLite, or what Nix measured. */
const noRoom =
  /(?:^|: )(?:No space left on device|Disk quota exceeded)\.?$|\bdatabase or disk is full\b|^[ \t]*note: build failure may have been caused by lack of free disk space/im;

/** With less free space than the first, the disk was full; with more than the second, it was not (bytes, measured every second). */
const [full, roomy] = [64 * 1024 ** 2, 1024 ** 3];

/** A disk is full: this machine's, or the builder's. */
export const fullDisk: Explain = failed => {
  const failing = failingDerivation(failed);
  if (!isSaid(errorsOf(failed), noRoom)) return failing === undefined ? undefined : perhapsFullDisk(failed, failing);
  return failing === undefined
    ? problemOf("disk-full", l10n.t("The disk is full. {0}", advice()), allOutput(failed))
    : problemOf(
        "disk-full",
        l10n.t("{0} could not be built: {1} {2}", failing.name, whoseDisk(failed, failing), advice()),
        detailOf(failing),
      );
};

/** The log suggests it, which is checked against the measured free space. */
function perhapsFullDisk(failed: FailedBuild, failing: FailingDerivation): Problem | undefined {
  const line = clueIn(failing, "disk");
  if (line === undefined) return undefined;
  const { builder } = failing.derivation;
  const left = builder === undefined ? leastFree(failed) : undefined;
  if (left !== undefined && left > roomy) return undefined;
  const ended = howItEnded(failed, failing);
  const message =
    left !== undefined && left < full
      ? l10n.t("{0}: this machine's disk is full. {1}", ended, advice())
      : l10n.t(
          "{0}, perhaps because the disk of {1} is full: its log says '{2}'. {3}",
          ended,
          placeIn(failed, builder),
          quote(line),
          advice(),
        );
  return problemOf("disk-full", message, detailOf(failing));
}

/** The minimum free space of the folders that the build fills (bytes). */
function leastFree({ result: { space = {} } }: FailedBuild): number | undefined {
  const least = Object.values(space).map(measured => measured.least);
  return least.length === 0 ? undefined : Math.min(...least);
}

function advice(): string {
  return l10n.t(
    "Free space in the Nix store (nix-collect-garbage) and in the directory for temporary files, then build again.",
  );
}

function whoseDisk(failed: FailedBuild, { derivation, errors }: FailingDerivation): string {
  const { builder } = derivation;
  if (builder === undefined) return l10n.t("this machine's disk is full.");
  const name = builderName(failed, builder);
  // An error that names no derivation may come from copying in either direction.
  return isSaid(errors, noRoom)
    ? l10n.t("the disk of {0} is full.", name)
    : l10n.t("the disk of {0}, or of this machine, is full.", name);
}
