import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { quoted } from "../capabilityText.ts";

/** A builder's own Nix refuses a system that its line claims. Problem: `builder-refused`. */
export function refusedSystem(name: string, system: string): Problem {
  return about(
    system,
    l10n.t(
      "{0} does not build {1}, although its line in 'builders' says so. Set boot.binfmt.emulatedSystems (or 'extra-platforms') there, or remove the system from the line.",
      name,
      system,
    ),
  );
}

/** A builder's own Nix lacks features that its line claims. Problem: `builder-refused`. */
export function refusedFeatures(name: string, system: string, missing: readonly string[]): Problem {
  return about(
    system,
    l10n.t(
      "{0} does not have the system feature {1}, although its line in 'builders' says so. Add it to 'system-features' there, or remove it from the line.",
      name,
      quoted(missing),
    ),
  );
}

/** A builder accepts a system, and cannot run its programs. Problem: `builder-refused`. @param isLocal this machine. */
export function refusedPrograms(name: string, system: string, isLocal: boolean): Problem {
  return about(
    system,
    isLocal
      ? l10n.t(
          "This machine is configured to build for {0}, but cannot run its programs. Set boot.binfmt.emulatedSystems, or register qemu in binfmt_misc with the F flag; or remove the system from 'extra-platforms'.",
          system,
        )
      : l10n.t(
          "{0} accepts {1}, but cannot run its programs. Set boot.binfmt.emulatedSystems there, or register qemu in binfmt_misc with the F flag; or remove the system from its line in 'builders'.",
          name,
          system,
        ),
  );
}

function about(system: string, message: string): Problem {
  return { ...errorProblem("builder-refused", message), about: { kind: "system", system } };
}
