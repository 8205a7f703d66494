import { isError } from "../../../common/errorLines.ts";
import { shownText } from "../../../common/escapes.ts";
import { maxQuoteLine, maxQuoteLines, type Problem, type Quote } from "../../../protocol.ts";
import type { Clue } from "../../stream/clues.ts";
import { maxTail } from "../../stream/eventState.ts";
import { isFromBuilder } from "./ending.ts";
import { errorsOf, type FailedBuild, type FailingDerivation, failingDerivation } from "./failed.ts";
import { clueIn } from "./guess.ts";

/** Code of a failure -> what a line of the log says if the failure was recognised by it. */
const clues: Readonly<Record<string, Clue>> = {
  "disk-full": "disk",
  "out-of-memory": "memory",
  killed: "memory",
  "exec-format": "format",
  "emulator-crashed": "emulator",
  "source-gone": "gone",
  "source-unreachable": "unreachable",
  "untrusted-on-builder": "privilege",
};

/**
 * The lines that decided: the line of the log by which the cause was recognised, or else, if the derivation's own build process
 * failed, the first of its last lines that looks like an error, or else what Nix said. The lines come from a builder, a remote Nix or
 * a server, so they are only ever shown or searched for.
 */
export function quoteOf({ code }: Pick<Problem, "code">, failed: FailedBuild): Quote | undefined {
  // What Nix says of a lost connection is an exit code that it has made up.
  if (code === "builder-lost") return undefined;
  const failing = failingDerivation(failed);
  const clue = failing && clues[code];
  const line = failing === undefined || clue === undefined ? undefined : clueIn(failing, clue);
  if (failing !== undefined && line !== undefined) return ofLog(failing, line);
  if (failing !== undefined && isFromBuilder(failing.ending)) {
    const deciding = decidingLine(failing);
    if (deciding !== undefined) return ofLog(failing, deciding);
  }
  const errors = failing?.errors ?? errorsOf(failed).filter(({ isWarning }) => !isWarning);
  const said = errors.at(failing === undefined ? -1 : 0)?.shown ?? "";
  const lines = bounded(said.split("\n"));
  return lines.length === 0 ? undefined : { lines };
}

function decidingLine({ derivation: { tail } }: FailingDerivation): string | undefined {
  const last = tail.slice(-maxTail).filter(line => line.trim() !== "");
  return last.find(isError) ?? last.at(-1);
}

/** A line of a derivation's log and what follows it, as far as it is among the last lines. */
function ofLog({ derivation: { tail, drvPath } }: FailingDerivation, line: string): Quote | undefined {
  const start = tail.findLastIndex(each => each.trim() === line.trim());
  const lines = bounded(start === -1 ? [line] : tail.slice(start));
  return lines.length === 0 ? undefined : { lines, derivation: drvPath };
}

function bounded(lines: readonly string[]): string[] {
  return lines
    .map(line => shownText(line).trimEnd().slice(0, maxQuoteLine))
    .filter(line => line.trim() !== "")
    .slice(0, maxQuoteLines);
}
