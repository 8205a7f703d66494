import { reservedNames } from "../options/reservedNames.ts";
import type { Machine } from "../protocol.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import { NixDocument } from "../syntax/document.ts";
import { childrenOf, isSet } from "../syntax/nodes.ts";
import { type Reading, type ReadMachine, readMachines } from "./machines.ts";

/** A binding of the top-level set, found by its indentation: from the line that names it to the line before the next. */
interface Chunk {
  readonly name: string;
  /** `name =` with its indentation, before the value. */
  readonly head: string;
  readonly text: string;
}

/** A line that begins a binding: indentation, first segment of the name, the rest of the path, `=`. */
const bindingLine = /^([ \t]+)("(?:[^"\\\n]|\\.)*"|[A-Za-z_][\w'-]*)((?:\.[\w"'.-]+)?[ \t]*=(?!=))/;

/**
 * The machines of a text with an error. The tree of such a text may miss the machines after the error, so those that are found
 * by indentation only are read from a text in which each broken binding is reduced to its valid lines. No line moves, so
 * positions stay valid.
 *
 * @param known valid bindings of the last time; they are replaced by those of this time.
 * @param isNetwork as in `ReadOptions`.
 */
export function recoverMachines(
  document: NixDocument,
  sources: Sources,
  known: Set<string>,
  isNetwork: boolean,
): Reading {
  const direct = readMachines(document, sources, { isNetwork });
  const layout = chunksOf(document);
  const shown = new Set(layout.chunks.map(({ name }) => name).filter(name => !reservedNames.has(name)));
  const sound = direct.network.machines.filter(machine => shown.has(machine.name) && isWithinChunk(machine, layout));
  if (sound.length === shown.size) return direct;
  const whole = new Set(
    layout.chunks.map(({ text }) => text).filter(text => known.has(text) || parses(document, text)),
  );
  known.clear();
  for (const text of whole) known.add(text);
  const bindings = layout.chunks.map(chunk => (whole.has(chunk.text) ? chunk.text : repair(document, chunk)));
  const repaired = layout.before + bindings.join("") + layout.after;
  const copy = new NixDocument(document.parser, document.uri, document.version, repaired);
  try {
    const reading = readMachines(copy, sources, { isNetwork, read: alreadyRead(direct, sound) });
    return { ...reading, isSound: false, modules: new Set([...direct.modules, ...reading.modules]) };
  } finally {
    copy.dispose();
  }
}

function alreadyRead({ evidence }: Reading, machines: readonly Machine[]): Map<string, ReadMachine> {
  return new Map(
    machines.map(machine => [machine.name, { machine, evidence: evidence.get(machine.name) ?? "unknown" }]),
  );
}

interface Layout {
  readonly before: string;
  readonly chunks: readonly Chunk[];
  readonly after: string;
  /** Chunk name -> its last line. */
  readonly lastLines: ReadonlyMap<string, number>;
}

function isWithinChunk(machine: Machine, layout: Layout): boolean {
  return machine.range.end.line <= (layout.lastLines.get(machine.name) ?? -1);
}

/** Splits the text at the lines with the indentation of the top-level set's first binding. */
function chunksOf(document: NixDocument): Layout {
  const lines = document.text.split(/(?<=\n)/);
  const start = document.rangeAt(startOfSet(document), 0).start.line;
  const first = lines.findIndex((line, index) => index >= start && bindingLine.test(line));
  const indentation = bindingLine.exec(lines[first] ?? "")?.[1];
  if (indentation === undefined) return { before: document.text, chunks: [], after: "", lastLines: new Map() };
  const heads = lines.flatMap((line, index) => {
    const match = index >= first ? bindingLine.exec(line) : null;
    return match?.[1] === indentation ? [{ index, match }] : [];
  });
  const end = lines.findLastIndex(line => /^\}/.test(line));
  const stop = end > (heads.at(-1)?.index ?? first) ? end : lines.length;
  const lastLines = new Map<string, number>();
  const chunks = heads.map(({ index, match }, at) => {
    const next = heads[at + 1]?.index ?? stop;
    const name = unquoted(match[2] ?? "");
    lastLines.set(name, next - 1);
    return { name, head: match[0], text: lines.slice(index, next).join("") };
  });
  return { before: lines.slice(0, first).join(""), chunks, after: lines.slice(stop).join(""), lastLines };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll(/\\(.)/g, "$1") : name;
}

/** The offset of the top-level set's opening brace, which in a text with errors may be inside an error node. */
function startOfSet(document: NixDocument): number {
  const waiting = [document.root];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    if (isSet(node)) return node.startIndex;
    const brace = node.isError ? node.children.find(child => child.type === "{") : undefined;
    if (brace !== undefined) return brace.startIndex;
    for (const child of childrenOf(node)) waiting.push(child);
  }
  return 0;
}

/**
 * The head of a chunk that does not parse on its own, and those of its other lines that do. The number of lines stays the same.
 */
function repair(document: NixDocument, chunk: Chunk): string {
  const [first = "", ...body] = chunk.text.split(/(?<=\n)/);
  const kept = body.map(line => (parses(document, line) ? line : blank(line)));
  const text = `${chunk.head} {${blank(first.slice(chunk.head.length))}${kept.join("")}`;
  const end = /(?:\r?\n)?$/.exec(text)?.index ?? text.length;
  return `${text.slice(0, end)} };${text.slice(end)}`;
}

/** Blanks a text except for its line ends. A lone carriage return also ends a line, and must not join the lines around it. */
function blank(text: string): string {
  return text.replaceAll(/[^\r\n]+/g, " ");
}

function parses(document: NixDocument, bindings: string): boolean {
  const tree = document.parser.parse(`{${bindings}}`);
  try {
    return !tree.rootNode.hasError;
  } finally {
    tree.delete();
  }
}
