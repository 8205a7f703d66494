import { nameOfStorePath } from "../../common/storePath.ts";
import { activity, type NixEvent, resultType } from "../../nix/events/events.ts";
import { withoutEscapes } from "../../nix/events/printed.ts";
import { maxFollowed } from "../stream/eventState.ts";
import { colouredLines } from "./colours.ts";

/** Converts a printed text for a log: `withoutEscapes` or `colouredLines`. */
export type Printed = (text: string) => string;

/** @param colours whether a log keeps the printed colours. */
export function printedWith(colours: boolean): Printed {
  return colours ? colouredLines : withoutEscapes;
}

/** What an event adds to a log: one or more lines of text, or undefined. */
export type LogLines = (event: NixEvent) => string | undefined;

/** The lines and phases of one derivation, from all activities that build it. */
export function derivationLog(drvPath: string, printed: Printed = withoutEscapes): LogLines {
  const headings = new Map<string, Headings>();
  return event => {
    if (event.action === "stop") headings.delete(event.id);
    if (isBuild(event) && event.fields[0] === drvPath) remember(headings, event.id, new Headings());
    return event.action === "result" ? lineOfResult(event, headings.get(event.id), printed) : undefined;
  };
}

/** The whole output of a build: lines of derivations, prefixed with their name, messages of Nix and output of ssh. */
export function wholeLog(printed: Printed = withoutEscapes): LogLines {
  const builds = new Map<string, { readonly name: string; readonly headings: Headings }>();
  return event => {
    if (event.action === "message") return event.level <= 3 && event.text !== "" ? event.text : undefined;
    if (event.action === "text") return event.text;
    if (event.action === "stop") builds.delete(event.id);
    if (isBuild(event)) {
      const name = nameOfStorePath(String(event.fields[0] ?? ""));
      remember(builds, event.id, { name, headings: new Headings() });
      return withoutEscapes(event.text);
    }
    if (event.action !== "result") return undefined;
    const build = builds.get(event.id);
    const line = lineOfResult(event, build?.headings, printed);
    return line === undefined ? undefined : `${build?.name}> ${line}`;
  };
}

function isBuild(event: NixEvent): event is NixEvent & { action: "start" } {
  return event.action === "start" && event.type === activity.build;
}

/** Remembers an activity by its id, up to a maximum number. */
function remember<T>(activities: Map<string, T>, id: string, about: T): void {
  if (activities.size < maxFollowed) activities.set(id, about);
}

/** The lines of a log as stored by Nix, which includes the builder's `@nix` messages. */
export function storedLines(text: string, printed: Printed = withoutEscapes): string[] {
  if (text === "") return [];
  const lineOf = storedLine(printed);
  return text.split("\n").flatMap(stored => lineOf(stored) ?? []);
}

/** The same for one line after the other; undefined for a line that is not shown. */
export function storedLine(printed: Printed = withoutEscapes): (stored: string) => string | undefined {
  const headings = new Headings();
  return stored => {
    const line = stored.startsWith("@nix {") ? nixMessageLine(stored) : printed(stored);
    return line === undefined || headings.repeats(line) ? undefined : line;
  };
}

/** The line for a phase that a builder reports to Nix; undefined for any other message. */
function nixMessageLine(line: string): string | undefined {
  try {
    const message: unknown = JSON.parse(line.slice("@nix ".length));
    if (typeof message !== "object" || message === null || !("action" in message && "phase" in message))
      return undefined;
    return message.action === "setPhase" && typeof message.phase === "string" ? phaseLine(message.phase) : undefined;
  } catch {
    return withoutEscapes(line);
  }
}

function lineOfResult(
  event: NixEvent & { action: "result" },
  headings: Headings | undefined,
  printed: Printed,
): string | undefined {
  if (headings === undefined) return undefined;
  const isPhase = event.type === resultType.setPhase;
  if (!isPhase && event.type !== resultType.buildLogLine) return undefined;
  const field = String(event.fields[0] ?? "");
  const line = isPhase ? phaseLine(field) : printed(field);
  return headings.repeats(line) ? undefined : line;
}

const phaseStart = "Running phase: ";

/** The line at the start of a phase, as printed by the standard environment of nixpkgs. */
function phaseLine(name: string): string {
  return phaseStart + withoutEscapes(name);
}

/** Since 23.11, the standard environment both prints a heading and reports the phase to Nix. Only one of them is shown. */
class Headings {
  #last: string | undefined;

  /** Whether a line repeats the heading before it, in any colour. */
  repeats(line: string): boolean {
    const plain = line.includes("\u001b") ? withoutEscapes(line) : line;
    const isHeading = plain.startsWith(phaseStart);
    if (isHeading && plain === this.#last) return true;
    this.#last = isHeading ? plain : undefined;
    return false;
  }
}
