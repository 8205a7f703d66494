import { type Builder, type BuilderSystem, localBuilder } from "../protocol.ts";
import type { BinfmtHandler } from "./binfmt.ts";

/** What this machine's Nix says of itself. */
export interface LocalNix {
  readonly system: string;
  readonly extraPlatforms: readonly string[];
  readonly maxJobs: number;
  readonly systemFeatures: readonly string[];
}

/** Processors that run the programs of others by themselves. */
const compatible: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["i686", "x86_64-v1", "x86_64-v2", "x86_64-v3", "x86_64-v4"],
  aarch64: ["armv7l", "armv6l", "x86_64"],
};

/** A handler goes by ELF's e_machine, which does not tell these apart from the one that it is named after. */
const sameHandler: Readonly<Record<string, readonly string[]>> = {
  "armv7l-linux": ["armv6l-linux", "armv5tel-linux"],
  "i686-linux": ["i586-linux", "i486-linux", "i386-linux"],
};

/**
 * This machine as a builder. Nix takes a foreign derivation only when `extra-platforms` names its system, and it runs only
 * where a handler (or the processor) runs its programs: both are needed.
 */
export function thisMachine(nix: LocalNix, handlers: readonly BinfmtHandler[]): Builder {
  return {
    id: localBuilder,
    name: localBuilder,
    kind: "local",
    offers: [
      {
        systems: [
          { system: nix.system, mode: "native", known: "settings" },
          ...nix.extraPlatforms
            .filter(system => system !== nix.system)
            .map(system => platform(system, nix.system, handlers)),
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

function platform(system: string, own: string, handlers: readonly BinfmtHandler[]): BuilderSystem {
  const handler = handlers.find(
    candidate => candidate.system === system || sameHandler[candidate.system]?.includes(system),
  );
  const known = "settings";
  if (handler !== undefined) return { system, mode: "emulated", known, emulator: handler.interpreter };
  return { system, mode: runsItself(own, system) ? "compatible" : "impossible", known };
}

function runsItself(own: string, foreign: string): boolean {
  const [processor = "", kernel] = own.split(/-(?=[^-]*$)/);
  const [foreignProcessor = "", foreignKernel] = foreign.split(/-(?=[^-]*$)/);
  const sameKernel = kernel === foreignKernel && (foreignProcessor !== "x86_64" || kernel === "darwin");
  return sameKernel && (compatible[processor]?.includes(foreignProcessor) ?? false);
}
