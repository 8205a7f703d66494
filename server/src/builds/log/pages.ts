import type { Nix } from "../../nix/nix.ts";
import { type BuildSummary, finalStates, type LogPage } from "../../protocol.ts";
import type { LogFile } from "../hosts/host.ts";
import type { BuildRecords } from "../record/record.ts";
import type { EventState } from "../stream/eventState.ts";
import { printedWith } from "./lines.ts";
import { LogReader, pageOf } from "./reader.ts";
import { stepLines } from "./steps.ts";
import { storedLog } from "./stored.ts";
import { TextLogReader } from "./textReader.ts";

/** Identifies a page of a log. */
export interface LogRequest {
  /** Undefined: the log of the whole build. */
  readonly derivation?: string | undefined;
  /** In lines. */
  readonly offset: number;
  /** Whether the text keeps the printed colours. */
  readonly colours?: boolean | undefined;
  /** Provides the log of a derivation that the build printed nothing of. */
  readonly nix?: Nix | undefined;
}

/** The logs of builds, read from their event streams. Each read continues where the last page ended. */
export class BuildLogs {
  readonly #records: BuildRecords;
  readonly #readers = new Map<string, LogReader>();
  readonly #texts = new Map<string, TextLogReader>();

  constructor(records: BuildRecords) {
    this.#records = records;
  }

  /**
   * @param state the current state of a running build.
   * @param file its log, of a build without an event stream.
   */
  async page(
    { id, state: buildState, hydra }: BuildSummary,
    state: EventState | undefined,
    { derivation, offset, colours = false, nix }: LogRequest,
    file?: LogFile,
  ): Promise<LogPage> {
    const key = JSON.stringify([id, derivation, colours]);
    if (file !== undefined) return this.#textPage(`${key} ${file.path}`, file, offset, colours);
    if (hydra !== undefined && derivation === undefined) {
      const steps = (await this.#records.read(id, "steps")) ?? [];
      return pageOf(stepLines(steps, hydra), offset, finalStates.has(buildState));
    }
    const reader = this.#readers.get(key) ?? new LogReader(this.#records.fileOf(id, "events"), derivation, colours);
    this.#readers.set(key, reader);
    const other = nix && derivation !== undefined ? () => storedLog(nix, derivation, printedWith(colours)) : undefined;
    const page = await reader.page(offset, finalStates.has(buildState) || logIsComplete(derivation, state), other);
    if (page.done) this.#readers.delete(key);
    return page;
  }

  async #textPage(key: string, { path, isComplete }: LogFile, offset: number, colours: boolean): Promise<LogPage> {
    const reader = this.#texts.get(key) ?? new TextLogReader(path, printedWith(colours));
    this.#texts.set(key, reader);
    const page = await reader.page(offset, isComplete);
    if (page.done) this.#texts.delete(key);
    return page;
  }
}

/** A running build prints no more output of a finished derivation, and none of a derivation that is not part of it. */
function logIsComplete(derivation: string | undefined, state: EventState | undefined): boolean {
  if (derivation === undefined || state === undefined) return false;
  return [undefined, "built", "built-by-another", "fetched"].includes(state.derivations.get(derivation)?.state);
}
