import type { NixConfig } from "../nix/config.ts";
import { type Builder, type BuilderOffer, type BuilderSystem, localBuilder } from "../protocol.ts";
import type { FoundHandler } from "./binfmt.ts";

/** Settings of this machine's Nix. */
export type LocalNix = Pick<
  NixConfig,
  "system" | "extraPlatforms" | "maxJobs" | "systemFeatures" | "externalBuilders" | "isSandboxed" | "sandboxPaths"
>;

/** Processor -> other processors whose programs it runs natively. */
const compatible: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["i686", "x86_64-v1", "x86_64-v2", "x86_64-v3", "x86_64-v4"],
  aarch64: ["armv7l", "armv6l", "x86_64"],
};

/** System of a handler -> systems with the same ELF e_machine, which the handler also runs. */
const sameHandler: Readonly<Record<string, readonly string[]>> = {
  "armv7l-linux": ["armv6l-linux", "armv5tel-linux"],
  "i686-linux": ["i586-linux", "i486-linux", "i386-linux"],
};

/**
 * This machine as a builder. Nix accepts a foreign derivation only if `extra-platforms` names its system, and its programs run only
 * with a handler (or on a compatible processor): both are needed. External builders come first, as in Nix, which asks them even
 * for its own system.
 */
export function thisMachine(nix: LocalNix, handlers: readonly FoundHandler[]): Builder {
  return {
    id: localBuilder,
    name: localBuilder,
    kind: "local",
    offers: [
      ...nix.externalBuilders.map(external => externalOffer(external, nix)),
      {
        systems: [
          { system: nix.system, mode: "native", known: "settings" },
          ...nix.extraPlatforms.filter(system => system !== nix.system).map(system => platform(system, nix, handlers)),
        ],
        maxJobs: nix.maxJobs,
        speedFactor: 1,
        supportedFeatures: nix.systemFeatures,
        mandatoryFeatures: [],
        origin: { source: "this machine" },
        active: true,
      },
    ],
  };
}

/** What an external builder is offered. It takes the place of a local build, but not its slots: it also works if `max-jobs` is 0. */
function externalOffer({ systems, program }: NixConfig["externalBuilders"][number], nix: LocalNix): BuilderOffer {
  return {
    systems: systems.map(system => ({ system, mode: "unknown", known: "settings" })),
    maxJobs: Math.max(1, nix.maxJobs),
    speedFactor: 1,
    supportedFeatures: [],
    mandatoryFeatures: [],
    program,
    origin: { source: "nix.conf" },
    active: true,
  };
}

function platform(system: string, nix: LocalNix, handlers: readonly FoundHandler[]): BuilderSystem {
  const handler = handlers.find(
    candidate => candidate.system === system || sameHandler[candidate.system]?.includes(system),
  );
  const known = "settings";
  if (handler !== undefined) {
    const emulatorMissing = whereMissing(handler, nix);
    const emulator = handler.interpreter;
    if (emulatorMissing === undefined) return { system, mode: "emulated", known, emulator };
    return { system, mode: "impossible", known, emulator, emulatorMissing };
  }
  return { system, mode: runsNatively(nix.system, system) ? "compatible" : "impossible", known };
}

/** Where the interpreter that the kernel has to open for each program is missing. */
function whereMissing(handler: FoundHandler, nix: LocalNix): BuilderSystem["emulatorMissing"] {
  if (handler.isFixed) return undefined;
  if (!handler.exists) return "everywhere";
  const isWithin = (folder: string) => `${handler.interpreter}/`.startsWith(`${folder.replace(/\/$/, "")}/`);
  return nix.isSandboxed && !nix.sandboxPaths.some(isWithin) ? "in sandbox" : undefined;
}

/** Whether the processor of one system also runs programs of another, without an emulator. */
export function runsNatively(own: string, foreign: string): boolean {
  const [processor = "", kernel] = own.split(/-(?=[^-]*$)/);
  const [foreignProcessor = "", foreignKernel] = foreign.split(/-(?=[^-]*$)/);
  const sameKernel = kernel === foreignKernel && (foreignProcessor !== "x86_64" || kernel === "darwin");
  return sameKernel && (compatible[processor]?.includes(foreignProcessor) ?? false);
}
