import * as l10n from "@vscode/l10n";
import { modeOn } from "../../../builders/capability.ts";
import { detailOf } from "../evidence/detail.ts";
import { type Explain, type FailedBuild, failingDerivation, placeIn, problemOf } from "../evidence/failed.ts";
import { clueIn, quote } from "../evidence/guess.ts";
import { howItEnded } from "./derivation.ts";

/** qemu crashed while it ran the programs of another system. */
export const crashedEmulator: Explain = failed => {
  const failing = failingDerivation(failed);
  const line = failing === undefined ? undefined : clueIn(failing, "emulator");
  if (failing === undefined || line === undefined) return undefined;
  const { builder, system = failed.system } = failing.derivation;
  // A native build may run its own qemu.
  if (builder === undefined && !isEmulated(failed, system)) return undefined;
  return problemOf(
    "emulator-crashed",
    l10n.t(
      "{0}, perhaps because the emulator crashed on {1}: its log says '{2}'. Build again, use a newer qemu there, or build on a machine of that system.",
      howItEnded(failed, failing),
      placeIn(failed, builder),
      quote(line),
    ),
    detailOf(failing),
  );
};

function isEmulated({ builders }: FailedBuild, system: string | undefined): boolean {
  const mode = system === undefined ? undefined : modeOn(undefined, system, builders);
  return mode === "emulated" || mode === "impossible";
}
