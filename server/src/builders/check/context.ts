import type { NixConfig } from "../../nix/config.ts";
import type { Builder, NixAccess } from "../../protocol.ts";
import type { Ssh } from "../../ssh/run.ts";
import type { ProvingTools } from "./prove.ts";

/** After that, Nix is asked to end, which takes a moment (ms). */
export const softLimit = 9_000;

/** What checks need. */
export interface CheckTools extends ProvingTools {
  readonly ssh: Ssh;
  readonly storeDir: string;
}

/** What is checked. */
export interface CheckedBuilder {
  readonly builder: Builder;
  /** Its machine lines; none for this machine. */
  readonly lines: readonly string[];
  readonly config: NixConfig;
  readonly access: NixAccess;
}

/** One check that runs. */
export interface RunningCheck extends CheckedBuilder {
  readonly tools: CheckTools;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** How much time is left (ms). */
  readonly left: () => number;
}
