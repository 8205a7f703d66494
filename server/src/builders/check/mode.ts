import type { ProvenMode } from "../proofs/proofs.ts";
import { runsNatively } from "../thisMachine.ts";

/** The kernel's names of processors that Nix names otherwise. */
const kernelNames: Readonly<Record<string, string>> = {
  arm: "armv7l",
  armv8l: "armv7l",
  i386: "i686",
  arm64: "aarch64",
};

/**
 * How a program of a system ran that did run.
 *
 * @param processor of the kernel, as it says itself or as `uname -m` prints it outside of any emulator; undefined: unknown.
 * @param emulates the systems that its binfmt_misc has a handler for, which the kernel prefers; undefined: unknown.
 */
export function provenMode(
  system: string,
  processor: string | undefined,
  emulates: readonly string[] | undefined,
): ProvenMode | undefined {
  if (emulates?.includes(system)) return "emulated";
  if (processor === undefined || processor === "") return undefined;
  const own = `${kernelNames[processor] ?? processor}-linux`;
  if (own === system) return "native";
  return runsNatively(own, system) ? "compatible" : "emulated";
}
