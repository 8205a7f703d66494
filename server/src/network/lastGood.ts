import type { Range } from "vscode-languageserver-types";
import type { Machine, Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";

/**
 * A network whose text has a syntax error, with what was known of its machines before: a tag that is being typed must not move a
 * machine to another group, nor a missing quote hide it. New machines are as the broken text shows them; those are gone whose name
 * no line begins with any more.
 *
 * @param broken as read from the text.
 * @param good the same network when its text was last valid.
 */
export function withLastGood(broken: Network, good: Network, document: NixDocument): Network {
  const now = new Map(broken.machines.map(machine => [machine.name, machine]));
  const isMissing = good.machines.some(({ name }) => !now.has(name));
  const { description, orderingTags, complete } = good;
  const machines = isMissing ? withMissing(good.machines, now, document) : broken.machines;
  const before = new Map(good.machines.map(machine => [machine.name, machine]));
  const withFacts = (machine: Machine): Machine => {
    const { range, selectionRange } = machine;
    return { ...(before.get(machine.name) ?? machine), range, selectionRange };
  };
  return { ...broken, description, orderingTags, complete, machines: machines.map(withFacts) };
}

/** The machines of before, in their order, at their current places, then the new ones. */
function withMissing(
  before: readonly Machine[],
  now: ReadonlyMap<string, Machine>,
  document: NixDocument,
): readonly Machine[] {
  const written = namesIn(document);
  const kept = before.flatMap(machine => {
    const range = written.get(machine.name);
    return now.get(machine.name) ?? (range === undefined ? [] : { ...machine, range, selectionRange: range });
  });
  const known = new Set(before.map(({ name }) => name));
  return [...kept, ...[...now.values()].filter(({ name }) => !known.has(name))];
}

/** The names that lines begin with, quoted or not, and where each is first. */
function namesIn(document: NixDocument): ReadonlyMap<string, Range> {
  const names = new Map<string, Range>();
  for (const match of document.text.matchAll(/^[ \t]*(?:"([^"\\\n]+)"|([A-Za-z_][\w'-]*))[ \t]*[.=]/gm)) {
    const [line, quoted, plain = ""] = match;
    const [name, text] = quoted === undefined ? [plain, plain] : [quoted, `"${quoted}"`];
    const start = match.index + line.indexOf(text);
    if (!names.has(name)) names.set(name, document.rangeAt(start, start + text.length));
  }
  return names;
}
