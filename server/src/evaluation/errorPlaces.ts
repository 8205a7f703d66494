import path from "node:path";
import type { Location, Position, Range } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import type { WrittenAttribute } from "../network/attributeIn.ts";
import { maxTraceSteps, type Problem, type TraceStep } from "../protocol.ts";
import type { NetworkFiles } from "../workspace/networkFiles.ts";
import { isWithin, pathOf } from "../workspace/paths.ts";

/** The files of networks, as far as they are needed here. */
export type PlacedFiles = Pick<NetworkFiles, "placeOf" | "attributesIn" | "textOf">;

/**
 * Finds the exact place of an evaluation's error. For one evaluation of one or more machines: what was found in a file is remembered,
 * because many machines may fail for one reason.
 */
export class ErrorPlaces {
  readonly #files: PlacedFiles;
  readonly #isOwn: (file: string) => boolean;
  /** The folder of the expressions that we pass to Nix: steps in there say nothing to a user. */
  readonly #expressions: string;
  readonly #texts = new Map<string, Promise<string | undefined>>();
  readonly #attributes = new Map<string, Promise<readonly WrittenAttribute[]>>();

  /**
   * @param isOwn whether a file (path) is one of the workspace.
   * @param expressions the folder of the expressions that we pass to Nix, whose steps are left out.
   */
  constructor(files: PlacedFiles, isOwn: (file: string) => boolean, expressions: string) {
    this.#files = files;
    this.#isOwn = isOwn;
    this.#expressions = expressions;
  }

  /**
   * The problem with its location: the option that Nix names where it is set, or else the place that Nix reports, or the innermost
   * step of the trace, in a file of the workspace, or else where the machine is. The trace keeps its steps in files of the
   * workspace and, as far as there is room, the others.
   *
   * @param network URI. @param machine absent: the problem is about the whole network.
   */
  async placed(problem: Problem, network: string, machine: string | undefined, fallback?: Location): Promise<Problem> {
    const isOwn = ({ uri }: Location) => this.#isOwnUri(uri, network);
    const { about } = problem;
    const trace = (problem.trace ?? []).filter(step => !this.#isOurExpression(step));
    const option = about?.kind === "option" ? await this.#ofOption(network, machine, about) : undefined;
    const reported = [problem.location, ...trace.map(({ location }) => location)].find(
      at => at !== undefined && isOwn(at),
    );
    const location = option ?? (reported && (await this.#exact(reported))) ?? fallback;
    const kept = await Promise.all(
      keptSteps(trace, isOwn).map(async step =>
        step.location !== undefined && isOwn(step.location)
          ? { ...step, location: await this.#exact(step.location) }
          : step,
      ),
    );
    const { trace: _, ...rest } = problem;
    return { ...rest, location, ...(kept.length > 0 && { trace: kept }) };
  }

  #isOurExpression({ location }: TraceStep): boolean {
    const file = location && pathOf(location.uri);
    return file !== undefined && isWithin(file, this.#expressions);
  }

  #isOwnUri(uri: string, network: string): boolean {
    const [file, at] = [pathOf(uri), pathOf(network)];
    return file !== undefined && (this.#isOwn(file) || (at !== undefined && isWithin(file, path.dirname(at))));
  }

  /** The name of an option, where it is set. */
  async #ofOption(
    network: string,
    machine: string | undefined,
    { path: option, files }: { readonly path: readonly string[]; readonly files: readonly string[] },
  ): Promise<Location | undefined> {
    for (const file of files) {
      const uri = URI.file(file).toString();
      if (!this.#isOwnUri(uri, network)) continue;
      const names = await this.#namesIn(uri, option);
      const depth = Math.min(...names.map(each => each.depth));
      const [name, ...others] = names.filter(each => each.depth === depth);
      if (name !== undefined && others.length === 0) return { uri, range: name.name };
    }
    const read = this.#files.placeOf(network, machine, option);
    if (read === undefined) return undefined;
    const names = await this.#namesIn(read.uri, option);
    const name = names.find(
      ({ binding, name: at }) => contains(binding, read.range.start) && !isBefore(at.end, read.range.start),
    );
    return name === undefined ? read : { uri: read.uri, range: name.name };
  }

  #namesIn(uri: string, option: readonly string[]): Promise<readonly WrittenAttribute[]> {
    const key = JSON.stringify([uri, option]);
    const found = this.#attributes.get(key) ?? this.#files.attributesIn(uri, option);
    this.#attributes.set(key, found);
    return found;
  }

  /** The word at a position of Nix, which counts bytes in a line. */
  async #exact({ uri, range }: Location): Promise<Location> {
    if (range.start.line !== range.end.line || range.start.character !== range.end.character) return { uri, range };
    const text = this.#texts.get(uri) ?? this.#files.textOf(uri);
    this.#texts.set(uri, text);
    const lines = (await text)?.split("\n", range.start.line + 1) ?? [];
    const line = lines[range.start.line];
    return line === undefined ? { uri, range } : { uri, range: wordAt(range.start, line) };
  }
}

function wordAt({ line, character }: Position, text: string): Range {
  const start = Buffer.from(text).subarray(0, character).toString().length;
  const word = /^(?:[\w'-]+|"[^"\n]*"|[^\s\w]{1,3})/.exec(text.slice(start, start + 200))?.[0].length ?? 0;
  return { start: { line, character: start }, end: { line, character: start + word } };
}

function contains({ start, end }: Range, at: Position): boolean {
  return !isBefore(at, start) && !isBefore(end, at);
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}

/** The steps in files of the workspace, the innermost first, and as far as there is room the innermost others, in their order. */
function keptSteps(trace: readonly TraceStep[], isOwn: (at: Location) => boolean): readonly TraceStep[] {
  const own = trace.filter(({ location }) => location !== undefined && isOwn(location)).slice(0, maxTraceSteps);
  const others = trace.filter(({ location }) => location === undefined || !isOwn(location));
  const kept = new Set([...own, ...others.slice(0, maxTraceSteps - own.length)]);
  return trace.filter(step => kept.has(step));
}
