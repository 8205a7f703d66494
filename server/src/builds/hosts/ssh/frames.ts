import * as v from "valibot";
import { type ProcessIdentity, processIdentity } from "../../../records/format/schemas.ts";
import type { Liveness } from "../../../records/processes/liveness.ts";
import { recordId } from "../../../schemas/common.ts";

/** What the script on a builder (`server/sh/builder.sh`, `follow`) reports about a build. */
export type Frame =
  /** The builder's clock at the start (epoch seconds). */
  | { readonly kind: "begin"; readonly now: number }
  /** A part of a file that grows, at an offset (bytes). */
  | { readonly kind: "events" | "clock"; readonly offset: number; readonly bytes: Buffer }
  /** Its processes, once a second. */
  | {
      readonly kind: "state";
      readonly supervisor: RemoteProcess;
      readonly command: RemoteProcess;
    }
  /** The folder of a build of this client. `result`: only the GC root of its result. */
  | { readonly kind: "build"; readonly id: string; readonly state: "running" | "ended" | "result" }
  /** Nix has ended, and everything has been sent. */
  | {
      readonly kind: "end";
      /** Undefined: only the supervisor that was killed could have read it. Above 128: killed by a signal. */
      readonly code: number | undefined;
      /** By the builder's clock (epoch seconds). */
      readonly at: number;
      /** The store path of the result, if it exists. */
      readonly output: string | undefined;
    }
  /** There is no folder for the build. */
  | { readonly kind: "absent" }
  /** A file is shorter than what was read of it. */
  | { readonly kind: "shrunk" };

/** A process on a builder. Its identity is undefined until it has been recorded. */
export interface RemoteProcess {
  readonly life: Extract<Liveness, "alive" | "dead">;
  readonly identity: ProcessIdentity | undefined;
}

/** The first line of the script. What a login shell prints before it is ignored. */
const begin = /^morph-language-server follows (\d{1,15})$/;

/** The longest line, and the longest output of a login shell (bytes). */
const maxLine = 64 * 1024;

/** The largest part of a file; `piece` in the script is smaller (bytes). */
const maxPart = 1024 * 1024;

/** Splits the output of the script into frames. It comes from another machine: anything may be in it. */
export class FrameParser {
  #rest: Buffer = Buffer.alloc(0);
  #hasBegun = false;
  /** What a login shell has printed (bytes). */
  #before = 0;
  /** The part of a file whose bytes are still to come. */
  #part: { readonly kind: "events" | "clock"; readonly offset: number; readonly length: number } | undefined;

  /** @throws when the output is not that of the script. */
  push(chunk: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const frame = this.#part === undefined ? this.#line() : this.#bytes();
      if (frame === undefined) return frames;
      if (frame !== "none") frames.push(frame);
    }
  }

  #bytes(): Frame | undefined {
    const part = this.#part;
    if (part === undefined || this.#rest.length < part.length) return undefined;
    this.#part = undefined;
    return { kind: part.kind, offset: part.offset, bytes: this.#take(part.length) };
  }

  #line(): Frame | "none" | undefined {
    const end = this.#rest.indexOf(10);
    if (end === -1 && this.#rest.length <= maxLine) return undefined;
    if (end === -1 || end > maxLine) throw new Error("The builder sent a line that is too long.");
    const line = this.#take(end + 1)
      .toString("utf8")
      .trimEnd();
    if (this.#hasBegun) return this.#frame(line);
    const now = numberIn(begin.exec(line)?.[1]);
    if (now === undefined) {
      this.#before += end + 1;
      if (this.#before > maxLine) throw new Error("A login shell on the builder prints without end.");
      return "none";
    }
    this.#hasBegun = true;
    return { kind: "begin", now };
  }

  #frame(line: string): Frame | "none" {
    const [word, ...fields] = line.split(" ");
    const frame = readers.get(word ?? "")?.(fields);
    if (frame === undefined)
      throw new Error(`The builder sent an unexpected line: ${JSON.stringify(line.slice(0, 200))}`);
    if (frame.kind !== "part") return frame;
    this.#part = { ...frame, kind: frame.of };
    return "none";
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }
}

type Part = {
  readonly kind: "part";
  readonly of: "events" | "clock";
  readonly offset: number;
  readonly length: number;
};

/** First word of a line -> what reads the others; undefined if they are not as expected. */
const readers = new Map<string, (fields: readonly string[]) => Frame | Part | undefined>(
  Object.entries({
    EVENTS: (fields: readonly string[]) => part("events", fields),
    CLOCK: (fields: readonly string[]) => part("clock", fields),
    STATE: ([supervisor, command, ...identities]: readonly string[]): Frame | undefined => {
      const [one, two] = [lifeIn(supervisor), lifeIn(command)];
      if (one === undefined || two === undefined || identities.length !== 6) return undefined;
      return {
        kind: "state",
        supervisor: { life: one, identity: identityIn(identities.slice(0, 3)) },
        command: { life: two, identity: identityIn(identities.slice(3)) },
      };
    },
    BUILD: ([id, state, ...others]: readonly string[]): Frame | undefined =>
      v.is(recordId, id) && isBuildState(state) && others.length === 0 ? { kind: "build", id, state } : undefined,
    END: ([code, at, output, ...others]: readonly string[]): Frame | undefined => {
      const [exit, time] = [numberIn(code), numberIn(at)];
      if ((exit === undefined && code !== "unknown") || time === undefined || others.length > 0) return undefined;
      return { kind: "end", code: exit, at: time, output: output?.startsWith("/") ? output : undefined };
    },
    ABSENT: (): Frame => ({ kind: "absent" }),
    SHRUNK: (): Frame => ({ kind: "shrunk" }),
  }),
);

function part(of: "events" | "clock", [offset, length]: readonly string[]): Part | undefined {
  const [from, bytes] = [numberIn(offset), numberIn(length)];
  return from === undefined || bytes === undefined || bytes > maxPart
    ? undefined
    : { kind: "part", of, offset: from, length: bytes };
}

function numberIn(field: string | undefined): number | undefined {
  return field !== undefined && /^\d{1,15}$/.test(field) ? Number(field) : undefined;
}

function lifeIn(field: string | undefined): "alive" | "dead" | undefined {
  return field === "alive" || field === "dead" ? field : undefined;
}

function isBuildState(field: string | undefined): field is "running" | "ended" | "result" {
  return field === "running" || field === "ended" || field === "result";
}

function identityIn([pid, startTime, bootId]: readonly string[]): ProcessIdentity | undefined {
  const identity = { pid: numberIn(pid), startTime: numberIn(startTime), bootId };
  return v.is(processIdentity, identity) ? identity : undefined;
}
