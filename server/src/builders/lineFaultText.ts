import * as l10n from "@vscode/l10n";
import type { LineFault } from "./machineLine.ts";
import type { MachineLine } from "./machinesFile.ts";

/** A machine line that Nix refuses, or that is ignored in our setting, and why. */
export interface FaultyLine extends MachineLine {
  readonly fault: LineFault;
}

/** Where a faulty line is, what is wrong with it, and what follows. Without the line itself, which may contain a password. */
export function faultyLineText({ fault, origin: { source, file, line } }: FaultyLine): string {
  const why = whyText(fault);
  if (source === "setting") return l10n.t("Line {0} of the setting morph.builders is ignored: {1}", line ?? 1, why);
  if (fault.kind === "include") return l10n.t("Nix does not read the machines file {0}: {1}", fault.file, why);
  return file === undefined || line === undefined
    ? l10n.t("Nix refuses a line of its setting 'builders', and all builds fail until it is corrected: {0}", why)
    : l10n.t("Nix refuses line {0} of {1}, and all builds fail until it is corrected: {2}", line, file, why);
}

function whyText(fault: LineFault): string {
  switch (fault.kind) {
    case "no-address":
      return l10n.t("it does not begin with the address of a builder.");
    case "not-a-number":
      return fault.field === "maxJobs"
        ? l10n.t("its fourth field, the number of parallel builds, is '{0}', not a whole number.", fault.value)
        : l10n.t("its fifth field, the speed factor, is '{0}', not a number.", fault.value);
    case "fraction":
      return l10n.t(
        "its fifth field, the speed factor, is '{0}', and this version of Nix accepts only whole numbers.",
        fault.value,
      );
    case "host-key":
      return l10n.t("its eighth field, the public host key, is not Base64.");
    case "not-one-machine":
      return l10n.t("it must be a single machine, without ';' and '@'.");
    case "include":
      return l10n.t("this version of Nix includes a file only if not even a space is before the '@'.");
  }
}
