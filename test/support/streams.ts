import { createHash } from "node:crypto";
import { type EventState, emptyState } from "../../server/src/builds/stream/eventState.ts";
import { applyEvent } from "../../server/src/builds/stream/reduce.ts";
import { eventsOf } from "../../server/src/nix/events/stream.ts";

// The lines of `--log-format internal-json`, in the form of Nix 2.8.

/** A store path of that name. */
export function storePath(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 32).replaceAll("e", "z");
  return `/nix/store/${hash}-${name}`;
}

export function drv(name: string): string {
  return storePath(`${name}.drv`);
}

/** Activity ids as Nix makes them: the process's number and a counter. */
export function id(counter: number, pid = 23_428): string {
  return String((BigInt(pid) << 32n) + BigInt(counter));
}

function line(fields: object): string {
  const json = JSON.stringify(fields);
  // Ids are numbers on the wire, also those that JavaScript's do not hold.
  return `@nix ${json.replaceAll(/"(id|parent)":"(\d+)"/g, '"$1":$2')}`;
}

export function start(of: string, type: number, fields: readonly (string | number)[], text = "", level = 3): string {
  return line({ action: "start", ...(fields.length > 0 && { fields }), id: of, level, text, type });
}

export function stop(of: string): string {
  return line({ action: "stop", id: of });
}

export function result(of: string, type: number, fields: readonly (string | number)[]): string {
  return line({ action: "result", fields, id: of, type });
}

/** A derivation is being built, here or by a builder. */
export function building(of: string, drvPath: string, machine = ""): string {
  const on = machine === "" ? "" : ` on '${machine}'`;
  return start(of, 105, [drvPath, machine, 1, 1], `building '${drvPath}'${on}`);
}

/** The totals of all builds start. */
export function totals(of: string): string {
  return start(of, 104, [], "", 0);
}

/** How many of the derivations are built, as Nix counts them. */
export function built(of: string, done: number, expected: number, running = 0, failed = 0): string {
  return result(of, 105, [done, expected, running, failed]);
}

/** Nix does something with a builder that has not accepted a derivation yet: `connecting to`, `waiting for the upload lock to`. */
export function reaching(of: string, what: string, machine: string): string {
  return start(of, 0, [], `${what} '${machine}'`, 4);
}

export function copying(of: string, path: string, from: string, to: string): string {
  return start(of, 100, [path, from, to], `copying path '${path}' from '${from}'`);
}

export function waiting(of: string, drvPath: string): string {
  return start(of, 111, [], `waiting for a machine to build '\u001b[35;1m${drvPath}\u001b[0m'`, 1);
}

export function logLine(of: string, text: string): string {
  return result(of, 101, [text]);
}

export function phase(of: string, name: string): string {
  return result(of, 104, [name]);
}

/** A message without the fields of an error: 0 error, 1 warning, 3 info, 4 talkative. */
export function message(level: number, text: string): string {
  return line({ action: "msg", level, msg: text });
}

/** An error as Nix logs it, with its colour and without a place. */
export function error(text: string): string {
  const msg = `\u001b[31;1merror:\u001b[0m ${text}`;
  return line({ action: "msg", column: null, file: null, level: 0, line: null, msg, raw_msg: text });
}

/** The state after a stream. Line n, counted from 0, was written at n seconds since the epoch, and its offset is that time in ms. */
export function stateAfter(lines: readonly string[], planned: readonly string[] = []): EventState {
  const state = emptyState(planned);
  for (const [index, text] of lines.entries())
    for (const event of eventsOf(text)) applyEvent(state, event, index * 1000, index * 1000);
  return state;
}

/** How far a copy is, in bytes. */
export function progress(of: string, done: number, expected: number): string {
  return result(of, 105, [done, expected, 1, 0]);
}

/** An error in the form of Nix's worker protocol, as up to 2.23 it is printed in the log of what could not be started. */
export function serialised(text: string): string {
  const length = (of: string) => String.fromCharCode(of.length).padEnd(8, "\0");
  const word = (of: string) => length(of) + of.padEnd(Math.ceil(of.length / 8) * 8, "\0");
  const none = "\0".repeat(8);
  return [word("Error"), none, word("Error"), word(text), none, none].join("");
}
