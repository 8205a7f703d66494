/** A build phase of a derivation in a log. Lines count from 0. */
export interface LogPhase {
  readonly name: string;
  /** Set in the log of a whole build, whose lines start with the derivation's name. */
  readonly derivation?: string | undefined;
  readonly start: number;
  /** Its last line; lines of other derivations may be interleaved. */
  readonly end: number;
  /** The last line before the first one of another derivation. */
  readonly solidEnd: number;
}

/** A phase whose end is not yet known. */
type OpenPhase = { -readonly [Key in keyof LogPhase]: LogPhase[Key] };

const headingText = "Running phase: ";
const heading = /^(?:([A-Za-z0-9+._?=-]+)> )?Running phase: (\S+)/;

/** In the log of a single derivation, lines have no name. */
const unnamed = "";

/** The phases of a log, from each heading to the line before the next one of the same derivation. In order. */
function phasesIn(lines: readonly string[]): readonly LogPhase[] {
  const phases: OpenPhase[] = [];
  const open = new Map<string, OpenPhase>();
  for (const [index, line] of lines.entries()) {
    const found = line.includes(headingText) ? heading.exec(line) : null;
    if (found !== null) {
      const [, derivation, name = ""] = found;
      const phase = { name, derivation, start: index, end: index, solidEnd: index };
      phases.push(phase);
      open.set(derivation ?? unnamed, phase);
    } else if (open.size > 0 && !isEnd(lines, index)) {
      extend(open.get(nameBefore(line)) ?? open.get(unnamed), index);
    }
  }
  return phases;
}

/** Whether a line is the empty one after the last line break. */
function isEnd(lines: readonly string[], index: number): boolean {
  return index === lines.length - 1 && lines[index] === "";
}

function nameBefore(line: string): string {
  const end = line.indexOf("> ");
  return end === -1 ? unnamed : line.slice(0, end);
}

function extend(phase: OpenPhase | undefined, index: number): void {
  if (phase === undefined) return;
  phase.end = index;
  if (phase.solidEnd === index - 1) phase.solidEnd = index;
}

/** An entry of a log's outline. */
export interface LogSymbol {
  readonly kind: "derivation" | "phase";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly LogSymbol[];
}

/** The phases of a derivation's log; in the log of a whole build, the derivations with their phases. */
export function outlineOf(lines: readonly string[]): readonly LogSymbol[] {
  const groups = new Map<string, LogPhase[]>();
  for (const phase of phasesIn(lines)) {
    const { derivation = unnamed } = phase;
    const group = groups.get(derivation);
    if (group === undefined) groups.set(derivation, [phase]);
    else group.push(phase);
  }
  return [...groups].flatMap(([derivation, phases]) => {
    const children = phases.map(
      ({ name, start, end }): LogSymbol => ({ kind: "phase", name, start, end, children: [] }),
    );
    const [start, end] = [children[0]?.start ?? 0, children.at(-1)?.end ?? 0];
    return derivation === unnamed ? children : [{ kind: "derivation", name: derivation, start, end, children }];
  });
}

/** A foldable range of lines, counted from 0. */
export interface Fold {
  readonly start: number;
  readonly end: number;
}

/** The foldable part of each phase: up to the first line of another derivation. */
export function foldsOf(lines: readonly string[]): readonly Fold[] {
  return phasesIn(lines)
    .map(({ start, solidEnd }) => ({ start, end: solidEnd }))
    .filter(({ start, end }) => end > start);
}
