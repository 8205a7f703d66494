import { type Builder, type BuilderSystem, localBuilder } from "../protocol.ts";
import type { BinfmtHandler } from "./binfmt.ts";

/** Settings of this machine's Nix. */
export interface LocalNix {
  readonly system: string;
  readonly extraPlatforms: readonly string[];
  readonly maxJobs: number;
  readonly systemFeatures: readonly string[];
}

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
 * with a handler (or on a compatible processor): both are needed.
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
  return { system, mode: runsNatively(own, system) ? "compatible" : "impossible", known };
}

function runsNatively(own: string, foreign: string): boolean {
  const [processor = "", kernel] = own.split(/-(?=[^-]*$)/);
  const [foreignProcessor = "", foreignKernel] = foreign.split(/-(?=[^-]*$)/);
  const sameKernel = kernel === foreignKernel && (foreignProcessor !== "x86_64" || kernel === "darwin");
  return sameKernel && (compatible[processor]?.includes(foreignProcessor) ?? false);
}
