import { WritableStream } from "htmlparser2/WritableStream";
import type { HydraBuildStatus, HydraStep } from "../api.ts";

/** A cell of the table: its text with single spaces, and what is marked in it. */
interface Cell {
  text: string;
  /** Text within `<tt>`. */
  path: string;
  /** Text within `<strong>`: what a running step does. */
  strong: string;
  links: string[];
}

/**
 * Reads the steps of a build from its page, `/build/ID` as HTML: the only complete list. Rows of `#tabs-buildsteps` have five cells:
 * number, `Build of <tt>PATH</tt>`, duration, machine, status with links to the log (`root/build.tt`, the same from 2023 to 2026 but for
 * the links). In the order of their numbers; a row that cannot be read is left out.
 */
export function stepsIn(html: string): readonly HydraStep[] {
  const steps = new Map<number, HydraStep>();
  for (const row of rowsIn(html)) {
    const step = stepOf(row);
    if (step !== undefined) steps.set(step.nr, step);
  }
  return [...steps.values()].sort((a, b) => a.nr - b.nr);
}

function rowsIn(html: string): readonly (readonly Cell[])[] {
  const rows: Cell[][] = [];
  let row: Cell[] | undefined;
  let cell: Cell | undefined;
  /** The depth of `div`s within the tab; 0: outside. */
  let depth = 0;
  let [inPath, inStrong] = [0, 0];
  // The rest of the library would take more room than its parser. A text that is written is parsed immediately.
  const parser = new WritableStream(
    {
      onopentag(name, attributes) {
        if (name === "div" && (depth > 0 || attributes.id === "tabs-buildsteps")) depth++;
        if (depth === 0) return;
        if (name === "tr") row = [];
        else if (name === "td" && row !== undefined) {
          cell = { text: "", path: "", strong: "", links: [] };
          row.push(cell);
        } else if (name === "tt") inPath++;
        else if (name === "strong") inStrong++;
        else if (name === "a" && attributes.href !== undefined) cell?.links.push(attributes.href);
      },
      ontext(text) {
        if (cell === undefined) return;
        cell.text += text;
        if (inPath > 0) cell.path += text;
        if (inStrong > 0) cell.strong += text;
      },
      onclosetag(name) {
        if (depth === 0) return;
        if (name === "div") depth--;
        else if (name === "td") cell = undefined;
        else if (name === "tt") inPath--;
        else if (name === "strong") inStrong--;
        else if (name === "tr") {
          if (row !== undefined && row.length > 0) rows.push(row);
          [row, cell] = [undefined, undefined];
        }
      },
    },
    { decodeEntities: true },
  );
  parser.write(html);
  parser.destroy();
  return rows;
}

function stepOf(cells: readonly Cell[]): HydraStep | undefined {
  const [nr, what, duration, machine, status] = cells;
  if (status === undefined || !/^\s*\d{1,9}\s*$/.test(nr?.text ?? "")) return undefined;
  const kind = /\b(Build|Substitution|Resolution) of\b/.exec(what?.text ?? "")?.[1];
  if (kind === undefined) return undefined;
  const path = /\/\S+?\/[0-9a-z]{32}-[^\s,]+/.exec(what?.path ?? "")?.[0];
  const isRunning = status.strong.trim() !== "";
  const inBuild = /\(propagated from build (\d{1,9})\)/.exec(spaced(status.text))?.[1];
  const time = durationIn(duration?.text ?? "");
  const name = spaced(machine?.text ?? "");
  return {
    nr: Number(nr?.text),
    kind: kind === "Substitution" ? "substitution" : "build",
    ...(path !== undefined && (path.endsWith(".drv") ? { drvPath: path } : { outPath: path })),
    ...(name !== "" && name !== "n/a" && { machine: name }),
    state: isRunning ? "running" : statusIn(spaced(status.text)),
    ...(isRunning && { phase: spaced(status.strong) }),
    ...(time !== undefined && { duration: time }),
    ...(inBuild !== undefined && { inBuild: Number(inBuild) }),
    hasLog: status.links.some(link => /\/(?:step\/\d+\/log|nixlog\/\d+)\b/.test(link)),
  };
}

/** The start of a status -> what it means. A resolved derivation is built by another step. */
const statuses: readonly (readonly [start: RegExp, status: HydraBuildStatus])[] = [
  [/^(?:Succeeded|Resolved)\b/, "succeeded"],
  [/^(?:Aborted|Unsupported system type)\b/, "aborted"],
  [/^Cancelled\b/, "cancelled"],
  [/^Timed out\b/, "timed-out"],
  [/^(?:Failed|Cached failure)\b/, "failed"],
  [/^Log limit exceeded\b/, "log-limit"],
  [/^Output limit exceeded\b/, "output-limit"],
  [/^Non-determinism detected\b/, "not-deterministic"],
];

function statusIn(text: string): HydraBuildStatus {
  return statuses.find(([start]) => start.test(text))?.[1] ?? "unknown";
}

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/** `1h 2m 3s`, without units that are not needed (ms). */
function durationIn(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d{1,6})\s*([dhms])/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0), 0);
}

function spaced(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
