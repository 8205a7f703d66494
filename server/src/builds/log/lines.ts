import { nameOfStorePath } from "../../common/storePath.ts";
import { activity, type NixEvent, resultType } from "../../nix/events/events.ts";
import { withoutEscapes } from "../../nix/events/printed.ts";
import { maxFollowed } from "../stream/eventState.ts";
import { colouredLines } from "./colours.ts";

/** What of a printed text a log shows: `withoutEscapes` or `colouredLines`. */
export type Printed = (text: string) => string;

/** @param colours whether a log keeps the colours of what was printed. */
export function printedWith(colours: boolean): Printed {
  return colours ? colouredLines : withoutEscapes;
}

/** What an event adds to a log: undefined, or text of one line or more. */
export type LogLines = (event: NixEvent) => string | undefined;

/** The lines and phases of one derivation, from all activities that build it. */
export function derivationLog(drvPath: string, printed: Printed = withoutEscapes): LogLines {
  const headings = new Map<string, Headings>();
  return event => {
    if (event.action === "stop") headings.delete(event.id);
    if (isBuild(event) && event.fields[0] === drvPath) note(headings, event.id, new Headings());
    return event.action === "result" ? lineOfResult(event, headings.get(event.id), printed) : undefined;
  };
}

/** Everything that the build said: each derivation's lines with its name before them, messages and what ssh said. */
export function wholeLog(printed: Printed = withoutEscapes): LogLines {
  const builds = new Map<string, { readonly name: string; readonly headings: Headings }>();
  return event => {
    if (event.action === "message") return event.level <= 3 && event.text !== "" ? event.text : undefined;
    if (event.action === "text") return event.text;
    if (event.action === "stop") builds.delete(event.id);
    if (isBuild(event)) {
      const name = nameOfStorePath(String(event.fields[0] ?? ""));
      note(builds, event.id, { name, headings: new Headings() });
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

/** Notes an activity by its id while there are not too many of them. */
function note<T>(activities: Map<string, T>, id: string, about: T): void {
  if (activities.size < maxFollowed) activities.set(id, about);
}

/** The lines of a log as Nix keeps it, which has what the builder told Nix among what it printed. */
export function storedLines(text: string, printed: Printed = withoutEscapes): string[] {
  if (text === "") return [];
  const headings = new Headings();
  return text.split("\n").flatMap(stored => {
    const line = stored.startsWith("@nix {") ? toldLine(stored) : printed(stored);
    return line === undefined || headings.repeats(line) ? [] : [line];
  });
}

/** What a builder tells Nix of its phase; undefined for anything else that it tells. */
function toldLine(line: string): string | undefined {
  try {
    const told: unknown = JSON.parse(line.slice("@nix ".length));
    if (typeof told !== "object" || told === null || !("action" in told && "phase" in told)) return undefined;
    return told.action === "setPhase" && typeof told.phase === "string" ? phaseLine(told.phase) : undefined;
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

/** A phase begins, as the standard environment of nixpkgs prints it. */
function phaseLine(name: string): string {
  return phaseStart + withoutEscapes(name);
}

/** Since 23.11 the standard environment prints a phase's heading and tells Nix of the phase as well: one of the two is enough. */
class Headings {
  #last: string | undefined;

  /** Whether a line says once more what the one before it said, in whatever colour. */
  repeats(line: string): boolean {
    const plain = line.includes("\u001b") ? withoutEscapes(line) : line;
    const isHeading = plain.startsWith(phaseStart);
    if (isHeading && plain === this.#last) return true;
    this.#last = isHeading ? plain : undefined;
    return false;
  }
}
