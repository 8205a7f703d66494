import * as l10n from "@vscode/l10n";
import type { Diagnostic, DiagnosticRelatedInformation, Range } from "vscode-languageserver-types";
import { isTelling } from "../../common/errorLines.ts";
import { diagnosticOf } from "../../features/checks/diagnostics.ts";
import type { Problem } from "../../protocol.ts";
import type { Mark } from "./marks.ts";

/** A failure at a place. */
export interface MarkedFailure {
  /** Absent: it is about the whole network. */
  readonly machine: string | undefined;
  readonly problem: Problem;
  readonly mark: Mark;
  /** The steps of its trace: their places are marks if they are in files of the workspace. */
  readonly trace: readonly MarkedStep[];
}

export interface MarkedStep {
  readonly text: string;
  readonly mark: Mark | undefined;
}

/** A message names at most this many machines and counts the others. */
const maxNamed = 3;

/** Steps outside the workspace have no place to show, so they are few. */
const maxElsewhere = 3;

/**
 * The diagnostics of one file. Machines that fail for one reason at one place share one that counts them.
 *
 * @param rangeOf converts a mark in any file; undefined if that file cannot be read.
 */
export function failureDiagnostics(
  failures: readonly MarkedFailure[],
  rangeOf: (mark: Mark) => Range | undefined,
): Diagnostic[] {
  const groups = new Map<string, MarkedFailure[]>();
  for (const failure of failures) {
    const { mark, problem } = failure;
    const key = JSON.stringify([mark.shown, problem.code, problem.message]);
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    const range = first && rangeOf(first.mark);
    if (first === undefined || range === undefined) return [];
    const machines = new Set([first, ...others].flatMap(({ machine }) => machine ?? []));
    const { problem, mark, trace } = first;
    const location = { uri: mark.uri, range };
    const message = machines.size === 0 ? problem.message : `${problem.message} (${machinesText([...machines])})`;
    const related = relatedTo(trace, location, rangeOf);
    return diagnosticOf({ ...problem, message, detail: undefined, location }).map(diagnostic => ({
      ...diagnostic,
      ...(related.length > 0 && { relatedInformation: related }),
    }));
  });
}

function machinesText(machines: readonly string[]): string {
  const [only] = machines;
  if (only !== undefined && machines.length === 1) return only;
  const named = machines.toSorted().slice(0, maxNamed).join(", ");
  return machines.length > maxNamed
    ? l10n.t("{0} machines: {1} and {2} more", machines.length, named, machines.length - maxNamed)
    : l10n.t("{0} machines: {1}", machines.length, named);
}

/** LSP requires a location of each: a step outside the workspace is shown at the place of the error. */
function relatedTo(
  trace: readonly MarkedStep[],
  location: DiagnosticRelatedInformation["location"],
  rangeOf: (mark: Mark) => Range | undefined,
): DiagnosticRelatedInformation[] {
  let elsewhere = 0;
  return trace.flatMap(({ text, mark }) => {
    const range = mark && rangeOf(mark);
    if (mark !== undefined && range !== undefined) return [{ location: { uri: mark.uri, range }, message: text }];
    if (!isTelling({ text })) return [];
    return elsewhere++ < maxElsewhere ? [{ location, message: text }] : [];
  });
}
