import type { Nix } from "../../nix/nix.ts";
import { type BuildSummary, finalStates, type LogPage } from "../../protocol.ts";
import type { BuildRecords } from "../record/record.ts";
import type { EventState } from "../stream/eventState.ts";
import { printedWith } from "./lines.ts";
import { LogReader } from "./reader.ts";
import { storedLog } from "./stored.ts";

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

  constructor(records: BuildRecords) {
    this.#records = records;
  }

  /** @param state the current state of a running build. */
  async page(
    { id, state: buildState }: BuildSummary,
    state: EventState | undefined,
    { derivation, offset, colours = false, nix }: LogRequest,
  ): Promise<LogPage> {
    const key = JSON.stringify([id, derivation, colours]);
    const reader = this.#readers.get(key) ?? new LogReader(this.#records.fileOf(id, "events"), derivation, colours);
    this.#readers.set(key, reader);
    const other = nix && derivation !== undefined ? () => storedLog(nix, derivation, printedWith(colours)) : undefined;
    const page = await reader.page(offset, finalStates.has(buildState) || logIsComplete(derivation, state), other);
    if (page.done) this.#readers.delete(key);
    return page;
  }
}

/** A running build prints no more output of a finished derivation, and none of a derivation that is not part of it. */
function logIsComplete(derivation: string | undefined, state: EventState | undefined): boolean {
  if (derivation === undefined || state === undefined) return false;
  return [undefined, "built", "built-by-another", "fetched"].includes(state.derivations.get(derivation)?.state);
}
