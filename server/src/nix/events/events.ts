import { withoutEscapes } from "./printed.ts";

/**
 * The event stream of `--log-format internal-json` (Nix, `src/libutil/logging.cc`): a line is `@nix ` and a JSON object. Other
 * lines are printed by ssh, hooks and Nix itself. Ids are strings here: they have 64 bits, more than a JavaScript number can
 * hold.
 */
export type NixEvent =
  | {
      readonly action: "start";
      readonly id: string;
      readonly type: number;
      readonly text: string;
      readonly fields: readonly (string | number)[];
      readonly parent?: string | undefined;
    }
  | { readonly action: "stop"; readonly id: string }
  | {
      readonly action: "result";
      readonly id: string;
      readonly type: number;
      readonly fields: readonly (string | number)[];
    }
  | { readonly action: "message"; readonly level: number; readonly text: string; readonly error?: NixError | undefined }
  /** A line that is not an event. */
  | { readonly action: "text"; readonly text: string }
  /** A malformed event, or an unknown action. */
  | { readonly action: "unknown"; readonly text: string };

/** An error message with the position that it reports. */
export interface NixError {
  /** The innermost message, without `error:`. */
  readonly message: string;
  readonly file?: string | undefined;
  /** Counted from 1. */
  readonly line?: number | undefined;
  /** Counted from 1, in bytes. */
  readonly column?: number | undefined;
  /** With `--show-trace`, in versions that report it apart (2.4 and later): the innermost step first, at most `maxSteps`. */
  readonly trace?: readonly NixError[] | undefined;
}

/** Further steps of a trace are ignored: an infinite recursion has thousands. */
const maxSteps = 500;

/** Activity types (Nix, `src/libutil/logging.hh`). */
export const activity = {
  unknown: 0,
  copyPath: 100,
  copyPaths: 103,
  builds: 104,
  build: 105,
  substitute: 108,
  postBuildHook: 110,
  buildWaiting: 111,
} as const;

/** Result types (Nix, `src/libutil/logging.hh`). */
export const resultType = { buildLogLine: 101, setPhase: 104, progress: 105, setExpected: 106 } as const;

/** Message levels (Nix, `src/libutil/error.hh`). */
export const level = { error: 0, warning: 1 } as const;

const mark = "@nix ";

/** Parses one line, without its line end. Never throws. */
export function parseEventLine(line: string): NixEvent {
  if (!line.startsWith(mark)) return { action: "text", text: withoutEscapes(line) };
  let json: unknown;
  try {
    // Inside a JSON string a quote is escaped, so this finds keys only.
    json = JSON.parse(line.slice(mark.length).replaceAll(/"(id|parent)":(\d+)/g, '"$1":"$2"'));
  } catch {
    return { action: "unknown", text: line };
  }
  return eventOf(json as Record<string, unknown>) ?? { action: "unknown", text: line };
}

function eventOf(json: Record<string, unknown>): NixEvent | undefined {
  if (!isObject(json)) return undefined;
  const { action, id, type, text, parent, msg } = json;
  const fields = Array.isArray(json.fields) ? json.fields.map(fieldOf) : [];
  if (action === "msg") {
    return typeof msg === "string"
      ? {
          action: "message",
          level: typeof json.level === "number" ? json.level : level.error,
          text: withoutEscapes(msg),
          error: errorOf(json),
        }
      : undefined;
  }
  if (typeof id !== "string") return undefined;
  if (action === "stop") return { action, id };
  if (typeof type !== "number") return undefined;
  if (action === "result") return { action, id, type, fields };
  if (action !== "start") return undefined;
  return {
    action,
    id,
    type,
    text: typeof text === "string" ? text : "",
    fields,
    parent: typeof parent === "string" ? parent : undefined,
  };
}

/** Nix writes strings and numbers; anything else becomes an empty string, so that positions stay the same. */
function fieldOf(field: unknown): string | number {
  return typeof field === "string" || typeof field === "number" ? field : "";
}

function errorOf(json: Record<string, unknown>): NixError | undefined {
  const error = stepOf(json);
  if (error === undefined || !Array.isArray(json.trace)) return error;
  return {
    ...error,
    trace: json.trace.slice(0, maxSteps).flatMap(step => (isObject(step) ? (stepOf(step) ?? []) : [])),
  };
}

/** A message with its position: of an error, or of a step of its trace. */
function stepOf(json: Record<string, unknown>): NixError | undefined {
  if (typeof json.raw_msg !== "string") return undefined;
  const number = (value: unknown) => (typeof value === "number" ? value : undefined);
  const file = typeof json.file === "string" ? json.file : undefined;
  return {
    message: withoutEscapes(json.raw_msg),
    // Since 2.26 the file name also contains the line and column.
    file: file?.replace(/:\d+:\d+$/, ""),
    line: number(json.line),
    column: number(json.column),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
