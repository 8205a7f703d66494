import type { Choice } from "../../builders/choice.ts";
import type { BuildSummary, HydraMachine, Machine, Network } from "../../protocol.ts";

/** What is known of the files that the paths of a document refer to. A path is as it is written, relative to the document. */
export interface KnownFiles {
  /** Undefined: not known yet. */
  kind(path: string): "file" | "folder" | "missing" | undefined;
  /** The absolute path; undefined: the document is not on disk. */
  absolute(path: string): string | undefined;
  /** The URI of the file, for a folder of its `default.nix`; undefined if there is none. */
  resolve(path: string): string | undefined;
}

/** The data that features use, so that they never wait. */
export interface FeatureContext {
  readonly network: Network;
  /** The system of the evaluating machine, which a machine without a system would get. Absent until Nix has answered. */
  readonly localSystem?: string | undefined;
  /** The builders that can build a machine; undefined while the builders or its system are unknown. */
  choice(machine: Machine): Choice | undefined;
  /** The builders that can build for a system; undefined while the builders are unknown. */
  choiceForSystem(system: string): Choice | undefined;
  /** The newest running build of a machine, if there is one. */
  running(machine: string): BuildSummary | undefined;
  /** The newest build of a machine's system, running or ended. */
  newest(machine: string): BuildSummary | undefined;
  /** The cache from which a machine can be fetched, as far as is known: it was evaluated, and was neither built nor fetched since. */
  cached(machine: string): { readonly cache: string; readonly key?: string | undefined } | undefined;
  /** What Hydra knows about a machine, as far as it was asked. */
  hydra(machine: string): HydraMachine | undefined;
  /** The current time (ms). */
  readonly now: number;
  /** The commands that the client has for lenses (`lensCommands`). */
  readonly commands: ReadonlySet<string>;
}
