import type { Problem } from "../../protocol.ts";

/** A warning that applies until all of these derivations are built. */
export interface PassingWarning extends Problem {
  readonly drvPaths: readonly string[];
}
