import { t } from "@vscode/l10n";
import { detailOf, everythingSaid, evidenceOf } from "./detail.ts";
import { type Explain, type FailedBuild, failingDerivation, problemOf } from "./failed.ts";

const cannotExecute = /Exec format error|cannot execute binary file/;

/** A system's name in the path of what could not be executed. */
const systemInPath =
  /-((?:aarch64|armv\d\w*|i\d86|x86_64|riscv\d+|powerpc\d*\w*|s390x|mips\d*\w*|loongarch64)-linux)\b/;

/** A program of another system was started where nothing emulates that. */
export const cannotRun: Explain = failed => {
  const failing = failingDerivation(failed);
  const said = evidenceOf(failed, failing).find(text => cannotExecute.test(text));
  if (said === undefined) return undefined;
  const where = failing?.derivation.builder ?? t("this machine");
  const system = systemInPath.exec(said)?.[1] ?? foreignSystem(failed);
  const runs = system === undefined ? t("programs of its system") : t("programs for {0}", system);
  return problemOf(
    "exec-format",
    t(
      "{0} could not be built: {1} cannot run {2} ('Exec format error'). {3}",
      failing?.name ?? t("A derivation"),
      where,
      runs,
      advice(system),
    ),
    failing === undefined ? everythingSaid(failed) : detailOf(failing),
  );
};

function advice(system: string | undefined): string {
  return t(
    "To emulate it, set boot.binfmt.emulatedSystems = [ {0} ] there on NixOS; elsewhere register qemu in binfmt_misc with the F flag, or add qemu to Nix's 'extra-sandbox-paths'. Or build on a machine of that system.",
    system === undefined ? "..." : `"${system}"`,
  );
}

/** What is built, unless this machine runs that itself; else the only system that this machine is told to build for and cannot. */
function foreignSystem({ system, builders }: FailedBuild): string | undefined {
  const systems = builders.find(({ kind }) => kind === "local")?.systems ?? [];
  const isOurs = systems.some(each => each.system === system && each.mode === "native");
  if (system !== undefined && !isOurs) return system;
  const impossible = systems.filter(({ mode }) => mode === "impossible");
  return impossible.length === 1 ? impossible[0]?.system : undefined;
}
