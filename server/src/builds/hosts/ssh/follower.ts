import { constants } from "node:os";
import type { Log } from "../../../logging/log.ts";
import type { Problem } from "../../../protocol.ts";
import type { SupervisedProcess } from "../../../records/format/schemas.ts";
import { identify, isProcessAlive, nameOfProcess } from "../../../records/processes/identity.ts";
import { acquire, release } from "../../../records/processes/lock.ts";
import { type Backoff, pauseAfter } from "../../../util/backoff.ts";
import { pause } from "../../../util/pause.ts";
import type { BuilderAccess } from "./access.ts";
import type { Connection, Ended } from "./files.ts";
import { type Frame, FrameParser } from "./frames.ts";
import { Mirror } from "./mirror.ts";
import { scriptProblem } from "./problems.ts";

/** Pauses between attempts to reach a builder (ms). */
const usualPauses: Backoff = { first: 1000, longest: 15_000 };

/** How long to wait for another server that follows the build, or for a folder that is being created (ms). */
const waitFor = 1000;

/** How long a build is not followed after a failure on this machine (ms). */
const failurePause = 5000;

/** What is published while Nix has ended and the build is being collected. */
const collecting = { supervisor: "alive", command: "dead" } as const;

/** The most builds on a builder that are considered. */
const maxLeftovers = 1000;

/** How long a command of the script may take, connecting included (ms). */
const commandTime = 60_000;

/** What following needs of the records. */
export interface FollowedRecords {
  readonly log: Log;
  fileOf(id: string, name: "events" | "clock"): string;
  lockOf(name: string): string;
  ids(): Promise<string[]>;
  exists(id: string, name: "process" | "result"): Promise<boolean>;
  isCancelRequested(id: string): Promise<boolean>;
  read(id: string, name: "connection"): Promise<Connection | undefined>;
  write(id: string, name: "process" | "connection", value: unknown): Promise<void>;
}

export interface FollowerParts {
  readonly records: FollowedRecords;
  readonly access: BuilderAccess;
  /** Whether the build is to run, as far as its record says. */
  readonly isWanted: () => Promise<boolean>;
  /** Identifies the builds of this storage folder on a builder. */
  readonly client: string;
  /** Collects a build whose Nix has ended. Returns why that has to be tried again: the builder cannot be reached. */
  readonly collect: (id: string, ended: Ended, signal: AbortSignal) => Promise<Problem | undefined>;
  /** Removes builds there whose records were removed here while the builder could not be reached. Returns those left. */
  readonly removeOthers: (builds: readonly Leftover[]) => Promise<readonly Leftover[]>;
  readonly pauses?: Backoff | undefined;
}

/** A build on a builder that is ours and has no record here. */
export type Leftover = NonNullable<Connection["leftovers"]>[number];

type End = Extract<Frame, { kind: "end" }>;

/**
 * Follows a build on its builder, over connections that may break at any moment, until it has ended and was collected. Of several
 * servers with the same storage folder, one does; its `connection.json` shows the others what it knows.
 */
export class Follower {
  readonly #id: string;
  readonly #parts: FollowerParts;
  readonly #mirror: Mirror;
  readonly #abort = new AbortController();
  #written = "";
  /** The builds there that are ours, as they are listed. */
  readonly #others: Leftover[] = [];
  #leftovers: readonly Leftover[] = [];
  #hasCancelled = false;
  #ended: Ended | undefined;

  constructor(id: string, parts: FollowerParts) {
    this.#id = id;
    this.#parts = parts;
    const { records } = parts;
    this.#mirror = new Mirror(records.fileOf(id, "events"), records.fileOf(id, "clock"));
  }

  /** Resolves when there is nothing more to follow. Never rejects. */
  async run(): Promise<void> {
    const { records } = this.#parts;
    const self = identify(process.pid);
    if (self === undefined) return;
    const [folder, name] = [records.lockOf(`${this.#id}.follow`), nameOfProcess(self)];
    let holds = false;
    try {
      while (!(await this.#isOver())) {
        holds = (await acquire(folder, name, async other => isProcessAlive(other))) === undefined;
        if (holds) break;
        await this.#pause(waitFor);
      }
      if (holds) await this.#follow();
    } catch (error) {
      // For example a full disk here: the next follower tries again.
      records.log.warning(`Cannot follow ${this.#id}`, error);
      await this.#pause(failurePause);
    } finally {
      await this.#mirror.close().catch(() => undefined);
      if (holds) release(folder, name);
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  async #isOver(): Promise<boolean> {
    const { records, isWanted } = this.#parts;
    return this.#abort.signal.aborted || !(await isWanted()) || (await records.exists(this.#id, "result"));
  }

  async #follow(): Promise<void> {
    const { pauses = usualPauses } = this.#parts;
    for (let failures = 0; !(await this.#isOver()); ) {
      const problem = await this.#connect(() => {
        failures = 0;
      });
      if (await this.#isOver()) return;
      if (problem !== undefined) {
        failures++;
        await this.#publish({ problem, ended: this.#ended });
      }
      await this.#pause(problem === undefined ? waitFor : pauseAfter(failures, pauses));
    }
  }

  /** Follows the build over one connection. Returns why the connection ended, unless as intended. @param reached called with each sign of life. */
  async #connect(reached: () => void): Promise<Problem | undefined> {
    const { access, client, records } = this.#parts;
    const { signal } = this.#abort;
    const ended = (await records.read(this.#id, "connection"))?.ended;
    if (ended !== undefined) return this.#collect(ended);
    let end: End | undefined;
    let failure: unknown;
    const readStdout = async (stdout: AsyncIterable<Buffer>) => {
      try {
        for await (const frame of framesIn(stdout)) {
          reached();
          if (frame.kind === "end") end = frame;
          else await this.#take(frame);
        }
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const { events, clock } = await this.#mirror.offsets();
    const args = ["follow", this.#id, String(events), String(clock), client];
    const script = await access.run(args, { signal, readStdout });
    if (signal.aborted) return undefined;
    if (failure !== undefined) {
      // The builder was reached: this machine could not copy, or what came is not what was expected.
      records.log.warning(`Cannot copy the log of ${this.#id}`, failure);
      return undefined;
    }
    const problem = scriptProblem(script, access.store);
    if (problem !== undefined || end === undefined) return problem;
    const { code, at, output } = end;
    const time = new Date(this.#mirror.timeHere(at)).toISOString();
    return this.#collect({ ...exitOf(code), at: time, output });
  }

  async #take(frame: Exclude<Frame, End>): Promise<void> {
    switch (frame.kind) {
      case "begin":
        this.#others.length = 0;
        return this.#mirror.begin(frame.now);
      case "build":
        if (this.#others.length < maxLeftovers) this.#others.push({ id: frame.id, state: frame.state });
        return;
      case "events":
      case "clock":
        return this.#mirror.write(frame);
      case "state":
        return this.#see(frame);
      case "absent":
        return this.#absent();
      case "shrunk":
        return this.#mirror.restart();
    }
  }

  async #see({ supervisor, command }: Extract<Frame, { kind: "state" }>): Promise<void> {
    const { records, access } = this.#parts;
    if (this.#others.length > 0) await this.#findLeftovers();
    // If both are dead, the script is about to find out how it ended.
    const isSettling = supervisor.life === "dead" && command.life === "dead";
    const processes = isSettling ? collecting : { supervisor: supervisor.life, command: command.life };
    await this.#publish({ processes });
    if (supervisor.identity !== undefined && !(await records.exists(this.#id, "process"))) {
      const recorded: SupervisedProcess = { supervisor: supervisor.identity, command: command.identity };
      await records.write(this.#id, "process", recorded);
    }
    if (this.#hasCancelled || !(await records.isCancelRequested(this.#id))) return;
    const problem = scriptProblem(await access.run(["cancel", this.#id], { timeout: commandTime }), access.store);
    this.#hasCancelled = problem === undefined;
  }

  async #findLeftovers(): Promise<void> {
    const { records, removeOthers } = this.#parts;
    const others = this.#others.splice(0);
    const known = new Set(await records.ids());
    this.#leftovers = await removeOthers(others.filter(({ id }) => !known.has(id)));
  }

  /** Either the build has not been started yet, or its folder was removed there. */
  async #absent(): Promise<void> {
    const { records } = this.#parts;
    if (!(await records.exists(this.#id, "process")))
      return this.#publish({ processes: { supervisor: "dead", command: "dead", launching: false } });
    await this.#collect({ code: null, signal: null, at: new Date().toISOString(), adopted: true });
  }

  /** How it ended is recorded first: after that, the builder may no longer know. */
  async #collect(ended: Ended): Promise<Problem | undefined> {
    this.#ended = ended;
    await this.#publish({ processes: collecting, ended });
    return this.#parts.collect(this.#id, ended, this.#abort.signal);
  }

  async #publish(known: Pick<Connection, "processes" | "problem" | "ended">): Promise<void> {
    const by = identify(process.pid);
    const text = JSON.stringify([known, this.#leftovers]);
    if (by === undefined || text === this.#written) return;
    const connection = { at: new Date().toISOString(), by, ...known, leftovers: this.#leftovers };
    await this.#parts.records.write(this.#id, "connection", connection);
    this.#written = text;
  }

  #pause(milliseconds: number): Promise<void> {
    return pause(milliseconds, this.#abort.signal, false);
  }
}

async function* framesIn(stdout: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const parser = new FrameParser();
  for await (const chunk of stdout) yield* parser.push(chunk);
}

/** A shell reports the signal that killed a program as 128 and its number. */
function exitOf(code: number | undefined): Pick<Ended, "code" | "signal" | "adopted"> {
  if (code === undefined) return { code: null, signal: null, adopted: true };
  const signal = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
