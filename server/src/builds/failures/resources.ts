import { t } from "@vscode/l10n";
import { nameOfStorePath } from "../storePath.ts";
import { howItEnded } from "./derivation.ts";
import { detailOf, everythingSaid, evidenceOf } from "./detail.ts";
import { type Explain, type FailedBuild, type FailingDerivation, failingDerivation, problemOf } from "./failed.ts";

const noRoom = /No space left on device|lack of free disk space|Disk quota exceeded|database or disk is full/i;

/** A disk is full: this machine's, or the builder's. */
export const fullDisk: Explain = failed => {
  const failing = failingDerivation(failed);
  if (!evidenceOf(failed, failing).some(text => noRoom.test(text))) return undefined;
  const advice = t(
    "Make room in the Nix store (nix-collect-garbage) and in the folder for temporary files, then build again.",
  );
  const message =
    failing === undefined
      ? t("The disk is full. {0}", advice)
      : t("{0} could not be built: {1} {2}", failing.name, whoseDisk(failing), advice);
  return problemOf("disk-full", message, failing === undefined ? everythingSaid(failed) : detailOf(failing));
};

function whoseDisk({ derivation, errors }: FailingDerivation): string {
  const { builder, tail } = derivation;
  if (builder === undefined) return t("this machine's disk is full.");
  const builderSays = errors.some(({ text }) => noRoom.test(text)) || tail.some(line => noRoom.test(line));
  // An error that names no derivation may come from copying in either direction.
  return builderSays
    ? t("the disk of {0} is full.", builder)
    : t("the disk of {0}, or of this machine, is full.", builder);
}

const noMemory =
  /out of memory|OutOfMemoryError|cannot allocate memory|memory exhausted|std::bad_alloc|Killed signal terminated program|Too many heap sections/i;

/** 137: a shell tells so that signal 9 ended its command. */
const killedWords = /signal 9\b|exit code 137\b/;

/** Memory ran out: somebody says so, or the system has killed the builder. */
export const noMemoryLeft: Explain = failed => {
  const failing = failingDerivation(failed);
  const where = failing?.derivation.builder ?? t("this machine");
  const advice = t("Give {0} more memory or swap, or let it build less at once (Nix's 'max-jobs' and 'cores').", where);
  const detail = failing === undefined ? everythingSaid(failed) : detailOf(failing);
  if (evidenceOf(failed, failing).some(text => noMemory.test(text))) {
    const message =
      failing === undefined
        ? t("Memory ran out. {0}", advice)
        : t(
            "{0} failed {1}: memory ran out. {2}",
            failing.name,
            howItEnded(failing.errors[0]?.text ?? "", failed),
            advice,
          );
    return problemOf("out-of-memory", message, detail);
  }
  if (!failing?.errors.some(({ text }) => killedWords.test(text))) return undefined;
  return problemOf(
    "killed",
    t("{0} was killed (signal 9), as a system does when memory runs out. {1}", failing.name, advice),
    detail,
  );
};

/** Nix itself was killed before it could say a word. */
export const killedNix: Explain = ({ state, result }) => {
  if (result.signal !== "SIGKILL" || state.errors.length > 0) return undefined;
  return problemOf(
    "killed",
    t(
      "Nix was killed ({0}), as a system does when memory runs out. Build again; what is finished is kept.",
      result.signal,
    ),
  );
};

const timedOut = /timed out after (\d+) seconds( of silence)?/;

/** Nix has ended a build that took too long, or that said nothing for too long. */
export const tookTooLong: Explain = failed => {
  const error = failed.state.errors.find(({ text }) => timedOut.test(text));
  const [, seconds, silence] = timedOut.exec(error?.text ?? "") ?? [];
  if (error === undefined || seconds === undefined) return undefined;
  const failing = failingDerivation(failed);
  // Since 2.34 Nix names neither the derivation nor which of the two settings it was.
  const name = failing?.name ?? onlyCancelled(failed) ?? t("A derivation");
  const detail = failing === undefined ? everythingSaid(failed) : detailOf(failing);
  if (silence !== undefined)
    return problemOf(
      "timed-out-silent",
      t(
        "{0} was ended because it wrote nothing for {1} seconds. If it is only slow, raise 'max-silent-time' in nix.conf, or build it on a faster machine.",
        name,
        seconds,
      ),
      detail,
    );
  const setting = error.drvPath === undefined ? t("'timeout' or 'max-silent-time'") : "'timeout'";
  return problemOf(
    "timed-out",
    t(
      "{0} was ended because it took longer than {1} seconds. If it is only slow, raise {2} in nix.conf, or build it on a faster machine.",
      name,
      seconds,
      setting,
    ),
    detail,
  );
};

function onlyCancelled({ state }: FailedBuild): string | undefined {
  const cancelled = [...state.derivations.values()].filter(each => each.state === "cancelled");
  return cancelled.length === 1 && cancelled[0] !== undefined ? nameOfStorePath(cancelled[0].drvPath) : undefined;
}
