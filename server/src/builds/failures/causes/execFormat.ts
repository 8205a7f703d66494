import * as l10n from "@vscode/l10n";
import { modeOn } from "../../../builders/capability.ts";
import type { Problem } from "../../../protocol.ts";
import { detailOf } from "../evidence/detail.ts";
import {
  type Explain,
  type FailedBuild,
  type FailingDerivation,
  failingDerivation,
  placeIn,
  problemOf,
} from "../evidence/failed.ts";
import { clueIn, quote, startError } from "../evidence/guess.ts";
import { howItEnded } from "./derivation.ts";

/** A system's name in the path of a program that could not be executed. */
const systemInPath =
  /-((?:aarch64|armv\d\w*|i\d86|x86_64|riscv\d+|powerpc\d*\w*|s390x|mips\d*\w*|loongarch64)-linux)\b/;

/** A program for another system was started where no emulator for it is registered. */
export const cannotRun: Explain = failed => {
  const failing = failingDerivation(failed);
  if (failing === undefined) return undefined;
  const said = startError(failed, failing);
  if (said?.endsWith(": Exec format error")) return notExecutable(failed, failing, said);
  const line = clueIn(failing, "format");
  return line === undefined ? undefined : perhapsForeign(failed, failing, line);
};

/** Nix could not execute the builder. */
function notExecutable(failed: FailedBuild, failing: FailingDerivation, said: string): Problem {
  const named = systemInPath.exec(said)?.[1];
  const { system = failed.system, builder } = failing.derivation;
  const where = placeIn(failed, builder);
  if (named === undefined && builder === undefined && isOurs(failed, system))
    return problemOf(
      "exec-format",
      l10n.t(
        "{0} could not be built: its builder is not a program that {1} can run ('Exec format error'). It is for another system, or it is a script without '#!'.",
        failing.name,
        where,
      ),
      detailOf(failing),
    );
  const foreign = named ?? foreignSystem(failed, system);
  return problemOf(
    "exec-format",
    l10n.t(
      "{0} could not be built: {1} cannot run {2} ('Exec format error'). {3}",
      failing.name,
      where,
      foreign === undefined ? l10n.t("programs of its system") : l10n.t("programs for {0}", foreign),
      advice(foreign),
    ),
    detailOf(failing),
  );
}

/** The log suggests it, which is ignored for native builds. */
function perhapsForeign(failed: FailedBuild, failing: FailingDerivation, line: string): Problem | undefined {
  const { system = failed.system, builder } = failing.derivation;
  if (builder === undefined && isOurs(failed, system)) return undefined;
  const foreign = foreignSystem(failed, system);
  return problemOf(
    "exec-format",
    l10n.t(
      "{0}, perhaps because {1} cannot run {2}: its log says '{3}'. {4}",
      howItEnded(failed, failing),
      placeIn(failed, builder),
      foreign === undefined ? l10n.t("programs of its system") : l10n.t("programs for {0}", foreign),
      quote(line),
      advice(foreign),
    ),
    detailOf(failing),
  );
}

function advice(system: string | undefined): string {
  return l10n.t(
    "To emulate that system, set boot.binfmt.emulatedSystems = [ {0} ] there on NixOS; elsewhere register qemu in binfmt_misc with the F flag, or add qemu to Nix's 'extra-sandbox-paths'. Or build on a machine of that system.",
    system === undefined ? "..." : `"${system}"`,
  );
}

/** Whether this machine's own processor runs a system. */
function isOurs({ builders }: FailedBuild, system: string | undefined): boolean {
  const mode = system === undefined ? undefined : modeOn(undefined, system, builders);
  return mode === "native" || mode === "compatible";
}

/** The system of the build unless it is native here; else the only one that this machine is configured for but cannot run. */
function foreignSystem(failed: FailedBuild, system: string | undefined): string | undefined {
  if (system !== undefined && !isOurs(failed, system)) return system;
  const local = failed.builders.find(({ kind }) => kind === "local");
  const impossible = (local?.offers ?? []).flatMap(({ systems }) =>
    systems.filter(({ mode }) => mode === "impossible"),
  );
  return impossible.length === 1 ? impossible[0]?.system : undefined;
}
