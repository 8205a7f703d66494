import type { Nix } from "../../nix/nix.ts";
import { type BuildSummary, finalStates, type LogPage } from "../../protocol.ts";
import type { BuildRecords } from "../record/record.ts";
import type { EventState } from "../stream/eventState.ts";
import { printedWith } from "./lines.ts";
import { LogReader } from "./reader.ts";
import { storedLog } from "./stored.ts";

/** Which page of which log somebody asks for. */
export interface LogRequest {
  /** Undefined: of the whole build. */
  readonly derivation?: string | undefined;
  /** In lines. */
  readonly offset: number;
  /** Whether the text keeps the colours of what was printed. */
  readonly colours?: boolean | undefined;
  /** Asked for the log of a derivation that the build says nothing of. */
  readonly nix?: Nix | undefined;
}

/** The logs of builds, out of their event streams. Each is read on from where its last page ended. */
export class BuildLogs {
  readonly #records: BuildRecords;
  readonly #readers = new Map<string, LogReader>();

  constructor(records: BuildRecords) {
    this.#records = records;
  }

  /** @param state what a build that runs has told so far. */
  async page(
    { id, state: buildState }: BuildSummary,
    state: EventState | undefined,
    { derivation, offset, colours = false, nix }: LogRequest,
  ): Promise<LogPage> {
    const key = JSON.stringify([id, derivation, colours]);
    const reader = this.#readers.get(key) ?? new LogReader(this.#records.fileOf(id, "events"), derivation, colours);
    this.#readers.set(key, reader);
    const other = nix && derivation !== undefined ? () => storedLog(nix, derivation, printedWith(colours)) : undefined;
    const page = await reader.page(offset, finalStates.has(buildState) || isOver(derivation, state), other);
    if (page.done) this.#readers.delete(key);
    return page;
  }
}

/** A running build says no more of what is built, and nothing of what is none of its own. */
function isOver(derivation: string | undefined, state: EventState | undefined): boolean {
  if (derivation === undefined || state === undefined) return false;
  return [undefined, "built", "built-by-another", "fetched"].includes(state.derivations.get(derivation)?.state);
}
