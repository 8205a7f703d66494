import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import type { Problem, ProblemTopic, TraceStep } from "../../protocol.ts";
import { causeIn, isTrace } from "../events/cause.ts";
import { level, type NixError, parseEventLine } from "../events/events.ts";
import { withoutEscapes } from "../events/printed.ts";
import { filesIn, refusedOption } from "./refusedOption.ts";
import { locationAt, locationIn, splitPrintedTrace, stepsOf } from "./trace.ts";

/** Maximum length of Nix's message that is kept (UTF-16 units). */
const maxDetail = 8000;

/** The error of an evaluation. */
export interface EvaluationError {
  /** The first meaningful line. */
  readonly sentence: string;
  /** Nix's message, without the trace. A long one is cut in the middle. */
  readonly text: string;
  /** The position that Nix reports. The column is Nix's own: it counts bytes. */
  readonly location?: Location | undefined;
  /** The innermost step first. */
  readonly trace: readonly TraceStep[];
  /** The option that it names. */
  readonly about?: (ProblemTopic & { readonly kind: "option" }) | undefined;
}

/** The last error in an evaluation's event stream. */
export function evaluationError(stderr: string): EvaluationError {
  const events = stderr.split("\n").map(parseEventLine);
  const errors = events.flatMap(event => (event.action === "message" && event.level === level.error ? [event] : []));
  const last = errors.findLast(({ error }) => error !== undefined);
  const printed =
    last?.text ?? errors.at(-1)?.text ?? plainError(events.flatMap(e => (e.action === "text" ? [e.text] : [])));
  const { text, trace } = splitTrace(printed, last?.error);
  const message = last?.error?.message ?? text;
  return {
    sentence: firstSentence(message),
    text: cutInMiddle(text),
    location: locationOf(last?.error) ?? locationIn(text),
    trace,
    about: aboutIn(message),
  };
}

/** An evaluation's event stream as a problem: the last error's message, trace and position. Nix's own message is in `detail`. */
export function evaluationProblem(stderr: string): Problem {
  const { sentence, text, location, trace, about } = evaluationError(stderr);
  return {
    code: "evaluation-failed",
    severity: "error",
    message: l10n.t("Evaluation failed: {0}", sentence),
    detail: text,
    location,
    ...(trace.length > 0 && { trace }),
    ...(about !== undefined && { about }),
  };
}

/** The message without its trace, which precedes it (since 2.19) or follows it. */
function splitTrace(printed: string, error: NixError | undefined): Pick<EvaluationError, "text" | "trace"> {
  if (error?.trace !== undefined)
    return {
      text: printed.split("\n").some(isTrace) ? `error: ${causeIn(printed)}` : printed,
      trace: stepsOf(error.trace),
    };
  return splitPrintedTrace(printed);
}

function aboutIn(message: string): EvaluationError["about"] {
  const path = refusedOption(message);
  return path && { kind: "option", path, files: filesIn(message) };
}

function plainError(lines: readonly string[]): string {
  return withoutEscapes(lines.join("\n")).trim() || l10n.t("Nix printed no error message.");
}

/** What precedes the list of definitions in an error of the NixOS module system: `lib/modules.nix` of nixpkgs. */
const definitions = "Definition values:";

/** The first meaningful line: after `Failed assertions:` it is the next one. */
function firstSentence(message: string): string {
  const end = message.indexOf(definitions);
  const lines = (end > 0 ? message.slice(0, end) : message)
    .split("\n")
    .map(line => line.replace(/^error:/, "").trim())
    .filter(line => line !== "");
  const [first = "", second] = lines;
  return first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
}

function locationOf(error: NixError | undefined): Location | undefined {
  if (error?.file === undefined || error.line === undefined || !error.file.startsWith("/")) return undefined;
  return locationAt(error.file, error.line, error.column ?? 1);
}

function cutInMiddle(text: string): string {
  if (text.length <= maxDetail) return text;
  return `${text.slice(0, maxDetail / 2)}\n…\n${text.slice(-maxDetail / 2)}`;
}
