import type { Outcome } from "../../outcome.ts";
import type { CommandLiveness } from "../../records/processes/liveness.ts";

/** A log in the record, as a text file. */
export interface LogFile {
  readonly path: string;
  /** Nothing more is appended. */
  readonly isComplete: boolean;
}

/**
 * The machine on which the supervisor of a build runs: this machine, or a builder that is reached over ssh. The
 * local record is authoritative: a host that writes elsewhere copies its files here.
 */
export interface BuildHost {
  /**
   * Starts a supervisor for a record that outlives this process. Problem: `no-supervisor`.
   *
   * @param adopt it takes over a command that is already running, and starts none.
   */
  launch(id: string, adopt?: "adopt"): Promise<Outcome<null>>;
  /**
   * Which processes of a record are running. Never rejects: what cannot be determined is `unknown`.
   *
   * @param wasLaunched whether its request names a command, so that a supervisor may be starting.
   */
  liveness(id: string, wasLaunched: boolean): Promise<CommandLiveness>;
  /** Whether a record must not be removed, because a process of it is running or that cannot be determined. */
  isInUse(id: string): Promise<boolean>;
  /** Requests cancellation of a build. @throws when the request cannot be written. */
  requestCancel(id: string): Promise<void>;
  /**
   * Copies the host's files of a record here, in the background. Never rejects: if the host cannot be reached, the local files stay
   * as they are.
   *
   * @param wasLaunched whether its request names a command.
   */
  sync(id: string, wasLaunched: boolean): Promise<void>;
  /**
   * Copies what the host has of a derivation's log here. Undefined: there is no log yet. Only hosts whose builds have no event stream
   * have this. Never rejects: if the host cannot be reached, what is here is returned.
   */
  syncLog?(id: string, derivation: string): Promise<LogFile | undefined>;
  /** The record is about to be removed: removes what the build has on the host. @throws when that cannot be noted. */
  release(id: string): Promise<void>;
  /** Ends all connections. Builds are not affected. */
  close(): void;
}
