import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Log, silentLog } from "../../logging/log.ts";
import { type EvaluatedNames, withEvaluated } from "../../network/evaluated.ts";
import type { Need } from "../../nix/derivations/needs.ts";
import type { EvaluatedMachine, Network } from "../../protocol.ts";
import { readWhole, writeWhole } from "../../storage/wholeFile.ts";
import { createQueue } from "../../util/queue.ts";
import { merge, storedNetwork } from "./stored.ts";
import { EvaluatedSystems } from "./systems.ts";

/**
 * What evaluation has told of networks, kept in `<storage>/evaluated/<hash of the URI>.json` across restarts. Of a network that
 * was loaded it answers from memory.
 */
export class EvaluatedNetworks {
  readonly #log: Log;
  readonly #folder: string;
  readonly #stampOf: (uri: string) => string | undefined;
  readonly #didChange: (uri: string) => void;
  readonly #systems = new EvaluatedSystems(() => new Date());
  readonly #loading = new Map<string, Promise<void>>();
  /** How much of a network was stale when that was last published, unless more has been evaluated since. */
  readonly #staleCounts = new Map<string, number>();
  /** One file is written by one writer at a time. */
  readonly #writing = createQueue();

  /** @param stampOf the stamp of all text that a network is read from, as it is now. */
  constructor(
    storageDir: string,
    stampOf: (uri: string) => string | undefined,
    didChange: (uri: string) => void,
    log: Log = silentLog,
  ) {
    this.#log = log;
    this.#folder = path.join(storageDir, "evaluated");
    this.#stampOf = stampOf;
    this.#didChange = didChange;
  }

  /** A network with what evaluation has told of it. */
  complete(network: Network): Network {
    const { uri } = network;
    if (!this.#systems.has(uri)) return network;
    const stamp = this.#stampOf(uri);
    return withEvaluated(network, machine => this.#systems.get(uri, machine, stamp), this.#systems.names(uri, stamp));
  }

  names(uri: string): EvaluatedNames | undefined {
    return this.#systems.has(uri) ? this.#systems.names(uri, this.#stampOf(uri)) : undefined;
  }

  /** Reads what is kept of a network, once. */
  load(uri: string): Promise<void> {
    const loading = this.#loading.get(uri) ?? this.#load(uri);
    this.#loading.set(uri, loading);
    return loading;
  }

  /** A network was read again: what was told of it may be stale now, or no longer. */
  async refresh(uri: string): Promise<void> {
    await this.load(uri);
    if (!this.#systems.has(uri)) return;
    const count = this.#systems.staleCount(uri, this.#stampOf(uri));
    if (count === this.#staleCounts.get(uri)) return;
    this.#staleCounts.set(uri, count);
    this.#didChange(uri);
  }

  /** @param stamp that of the text before the evaluation began. */
  remember(uri: string, evaluation: EvaluatedMachine, stamp: string | undefined): void {
    this.#systems.remember(uri, evaluation, stamp ?? "");
    this.#staleCounts.delete(uri);
  }

  /**
   * What the derivations of a machine's plan ask of builders. False: that was known, or the machine was evaluated of another text.
   *
   * @param stamp that of the text before the evaluation began.
   */
  rememberNeeds(uri: string, machine: string, needs: readonly Need[], stamp: string | undefined): boolean {
    return this.#systems.rememberNeeds(uri, machine, needs, stamp ?? "");
  }

  /** The same of each machine of a network as it is now; undefined where it was not planned since the text changed. */
  needs(uri: string): (machine: string) => readonly Need[] | undefined {
    if (!this.#systems.has(uri)) return () => undefined;
    const stamp = this.#stampOf(uri);
    return machine => this.#systems.needs(uri, machine, stamp);
  }

  rememberNames(uri: string, names: readonly string[], stamp: string | undefined): void {
    this.#systems.rememberNames(uri, names, stamp ?? "");
    this.#staleCounts.delete(uri);
  }

  /** Writes what is known of a network. What another window has told meanwhile stays. That it cannot be written is no harm. */
  save(uri: string): Promise<void> {
    return this.#writing(() => this.#save(uri)).catch(error =>
      this.#log.warning(`What evaluating ${uri} has told is not kept`, error),
    );
  }

  async #load(uri: string): Promise<void> {
    const stored = await readWhole(this.#folder, fileName(uri), storedNetwork);
    if (stored?.uri !== uri) return;
    this.#systems.restore(stored);
    this.#didChange(uri);
  }

  async #save(uri: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const stored = await readWhole(this.#folder, fileName(uri), storedNetwork);
    const own = this.#systems.stored(uri);
    await writeWhole(path.join(this.#folder, fileName(uri)), stored?.uri === uri ? merge(stored, own) : own);
  }
}

function fileName(uri: string): string {
  return `${createHash("sha256").update(uri).digest("hex").slice(0, 32)}.json`;
}
