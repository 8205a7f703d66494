import type { Outcome } from "../../outcome.ts";
import type { CommandLiveness } from "../../records/processes/liveness.ts";

/**
 * Where the supervisor of a build runs: this machine, or later one that is reached over a network. The record here is the truth: a
 * host that writes elsewhere brings it here.
 */
export interface BuildHost {
  /**
   * Starts a supervisor for a record, so that it outlives us. Problem: `no-supervisor`.
   *
   * @param adopt it takes over a command that runs already, and starts none.
   */
  launch(id: string, adopt?: "adopt"): Promise<Outcome<null>>;
  /**
   * Which processes of a record run. Never rejects: what cannot be asked is `unknown`.
   *
   * @param wasLaunched whether its request names a command, so that a supervisor may be on its way.
   */
  liveness(id: string, wasLaunched: boolean): Promise<CommandLiveness>;
  /** Whether a record must stay, as something runs in it or nobody can say. */
  isInUse(id: string): Promise<boolean>;
  /** Asks for the end of a build. @throws when that cannot be noted. */
  requestCancel(id: string): Promise<void>;
  /** Brings what the host has of a record here. Never rejects: a host that cannot be reached leaves what is here. */
  sync(id: string): Promise<void>;
}
