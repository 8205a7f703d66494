import { TextDocument } from "vscode-languageserver-textdocument";
import type { Diagnostic, Location, Range } from "vscode-languageserver-types";
import type { Problem } from "../../protocol.ts";
import type { TextEdit } from "../../syntax/edits.ts";
import { QueueByKey } from "../../util/queue.ts";
import { failureDiagnostics, type MarkedFailure } from "./group.ts";
import { editBetween, type Mark, markAfter, markOf } from "./marks.ts";

/** A failure of a machine, or of a whole network. */
export interface Failure {
  readonly network: string;
  readonly machine: string | undefined;
  readonly problem: Problem;
}

/** A place with the text that it was found in. */
interface FoundPlace extends Location {
  readonly text: string;
}

interface FoundFailure {
  readonly machine: string | undefined;
  readonly problem: Problem;
  readonly place: FoundPlace;
  readonly trace: readonly { readonly text: string; readonly place: FoundPlace | undefined }[];
}

/** What failures need from outside. */
export interface FailurePorts {
  /** The text of a file, as in its editor or else on disk; undefined if it cannot be read. */
  textOf(uri: string): Promise<string | undefined>;
  /** Where the text causes a failure, if that is known; empty otherwise. */
  placesOf(failure: Failure): Promise<readonly Location[]>;
  /** Whether a URI is that of a file of the workspace. */
  isOwn(uri: string): boolean;
  /** The diagnostics of a file have changed. */
  didChange(uri: string): void;
}

/**
 * Failures of evaluations and builds at their places in the text, whether a file is open or not. Each stays until it is replaced or
 * removed, or its place is edited; edits elsewhere only move it.
 */
export class Failures {
  readonly #ports: FailurePorts;
  readonly #failures = new Map<string, readonly MarkedFailure[]>();
  /** The text of each file with a mark, which the marks count in. */
  readonly #texts = new Map<string, string>();
  /** Changed by each call for a key, so that the last one counts. */
  readonly #turns = new Map<string, number>();
  readonly #reading = new QueueByKey();
  /** Files being read, so that those of many failures are read once. */
  readonly #loading = new Map<string, Promise<string | undefined>>();

  constructor(ports: FailurePorts) {
    this.#ports = ports;
  }

  /** Replaces the failure of a key; undefined removes it. Resolves when its place is known. */
  async set(key: string, failure: Failure | undefined): Promise<void> {
    const turn = (this.#turns.get(key) ?? 0) + 1;
    if (failure === undefined && !this.#turns.has(key)) return;
    this.#turns.set(key, turn);
    const found = failure === undefined ? [] : await this.#find(failure);
    if (this.#turns.get(key) !== turn) return;
    const marked = found.flatMap(each => this.#mark(each));
    const before = this.#failures.get(key) ?? [];
    if (marked.length === 0) this.#failures.delete(key);
    else this.#failures.set(key, marked);
    this.#release();
    if (failure === undefined) this.#turns.delete(key);
    for (const uri of urisOf([...before, ...marked])) this.#ports.didChange(uri);
    // A file that was not followed before may have changed since it was read.
    await Promise.all([...urisOf(marked)].map(uri => this.didChangeFile(uri)));
  }

  /** The keys that have a failure at a place. */
  get keys(): readonly string[] {
    return [...this.#failures.keys()];
  }

  /** The diagnostics of a file. */
  of(uri: string): Diagnostic[] {
    const documents = new Map<string, TextDocument>();
    const rangeOf = ({ uri: file, shown }: Mark): Range | undefined => {
      const text = this.#texts.get(file);
      if (text === undefined) return undefined;
      const document = documents.get(file) ?? TextDocument.create(file, "nix", 0, text);
      documents.set(file, document);
      return { start: document.positionAt(shown.start), end: document.positionAt(shown.end) };
    };
    const all = [...this.#failures.values()].flat();
    return failureDiagnostics(
      all.filter(({ mark }) => mark.uri === uri),
      rangeOf,
    );
  }

  /** A document was opened or edited. @param edits those since the last call, if it was not replaced as a whole. */
  didEdit(uri: string, text: string, edits?: readonly TextEdit[]): void {
    const before = this.#texts.get(uri);
    if (before === undefined || before === text) return;
    const known = edits !== undefined && edits.length > 1 && fits(edits, before, text) ? edits : undefined;
    this.#move(uri, before, text, known ?? [editBetween(before, text)]);
  }

  /** A file has changed on disk, or a document was closed. */
  async didChangeFile(uri: string): Promise<void> {
    if (!this.#texts.has(uri)) return;
    await this.#reading.add(uri, async () => this.didEdit(uri, (await this.#ports.textOf(uri)) ?? ""));
  }

  async #find({ network, machine, problem }: Failure): Promise<FoundFailure[]> {
    const places = await this.#ports.placesOf({ network, machine, problem });
    const trace = await Promise.all(
      (problem.trace ?? []).map(async ({ text, location }) => {
        const isOwn = location !== undefined && this.#ports.isOwn(location.uri);
        return isOwn
          ? { text, place: await this.#read(location) }
          : { text: withFile(text, location), place: undefined };
      }),
    );
    const found = await Promise.all(places.map(place => this.#read(place)));
    return found.flatMap(place => (place === undefined ? [] : [{ machine, problem, place, trace }]));
  }

  async #read({ uri, range }: Location): Promise<FoundPlace | undefined> {
    const reading = this.#loading.get(uri) ?? this.#ports.textOf(uri).finally(() => this.#loading.delete(uri));
    this.#loading.set(uri, reading);
    const text = await reading;
    return text === undefined ? undefined : { uri, range, text };
  }

  #mark({ machine, problem, place, trace }: FoundFailure): MarkedFailure[] {
    const mark = this.#follow(place, /\bsyntax error\b/.test(problem.message));
    if (mark === undefined) return [];
    const steps = trace.map(step => ({ text: step.text, mark: step.place && this.#follow(step.place) }));
    return [{ machine, problem, mark, trace: steps }];
  }

  #follow({ uri, range, text }: FoundPlace, isSyntax = false): Mark | undefined {
    const mark = markOf(uri, text, range, isSyntax);
    const followed = this.#texts.get(uri);
    if (followed !== undefined && followed !== text)
      return markAfter(mark, [editBetween(text, followed)], text, followed);
    this.#texts.set(uri, text);
    return mark;
  }

  #move(uri: string, before: string, after: string, edits: readonly TextEdit[]): void {
    const touched = new Set<string>([uri]);
    const move = (mark: Mark | undefined) => (mark?.uri === uri ? markAfter(mark, edits, before, after) : mark);
    for (const [key, failures] of this.#failures) {
      const kept = failures.flatMap(failure => {
        const mark = move(failure.mark);
        const trace = failure.trace.map(step => ({ ...step, mark: move(step.mark) }));
        if (failure.trace.some(step => step.mark?.uri === uri)) touched.add(failure.mark.uri);
        return mark === undefined ? [] : [{ ...failure, mark, trace }];
      });
      if (kept.length === 0) this.#failures.delete(key);
      else this.#failures.set(key, kept);
    }
    this.#texts.set(uri, after);
    this.#release();
    for (const file of touched) this.#ports.didChange(file);
  }

  /** Forgets the texts that no mark counts in, unless a failure is being placed. */
  #release(): void {
    const all = [...this.#failures.values()].flat();
    const used = new Set(all.flatMap(({ mark, trace }) => [mark.uri, ...trace.flatMap(step => step.mark?.uri ?? [])]));
    for (const uri of [...this.#texts.keys()]) if (!used.has(uri)) this.#texts.delete(uri);
  }
}

function urisOf(failures: readonly MarkedFailure[]): Set<string> {
  return new Set(failures.map(({ mark }) => mark.uri));
}

/** Whether edits may have made one text of another. */
function fits(edits: readonly TextEdit[], before: string, after: string): boolean {
  return before.length + edits.reduce((sum, { oldEnd, newEnd }) => sum + newEnd - oldEnd, 0) === after.length;
}

/** A step outside the workspace, with the last part of its path: `… (modules.nix:146)`. */
function withFile(text: string, location: Location | undefined): string {
  const file = location?.uri.split("/").at(-1);
  return file === undefined || location === undefined ? text : `${text} (${file}:${location.range.start.line + 1})`;
}
