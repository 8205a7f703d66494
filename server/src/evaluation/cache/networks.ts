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
 * Evaluation results of networks, kept in `<storage>/evaluated/<hash of the URI>.json` across restarts. A network that was loaded
 * is served from memory.
 */
export class EvaluatedNetworks {
  readonly #log: Log;
  readonly #folder: string;
  readonly #stampOf: (uri: string) => string | undefined;
  readonly #didChange: (uri: string) => void;
  readonly #systems = new EvaluatedSystems(() => new Date());
  readonly #loading = new Map<string, Promise<void>>();
  /** Stale count at the last change notification, per network; absent if more has been evaluated since. */
  readonly #staleCounts = new Map<string, number>();
  /** Serialises writes to a file. */
  readonly #writing = createQueue();

  /** @param stampOf returns the current stamp of all text that a network is read from. */
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

  /** A network with its evaluation results added. */
  complete(network: Network): Network {
    const { uri } = network;
    if (!this.#systems.has(uri)) return network;
    const stamp = this.#stampOf(uri);
    return withEvaluated(network, machine => this.#systems.get(uri, machine, stamp), this.#systems.names(uri, stamp));
  }

  names(uri: string): EvaluatedNames | undefined {
    return this.#systems.has(uri) ? this.#systems.names(uri, this.#stampOf(uri)) : undefined;
  }

  /** Loads the stored results of a network, once. */
  load(uri: string): Promise<void> {
    const loading = this.#loading.get(uri) ?? this.#load(uri);
    this.#loading.set(uri, loading);
    return loading;
  }

  /** A network was read again: its results may have become stale, or valid again. */
  async refresh(uri: string): Promise<void> {
    await this.load(uri);
    if (!this.#systems.has(uri)) return;
    const count = this.#systems.staleCount(uri, this.#stampOf(uri));
    if (count === this.#staleCounts.get(uri)) return;
    this.#staleCounts.set(uri, count);
    this.#didChange(uri);
  }

  /** @param stamp of the text before the evaluation started. */
  remember(uri: string, evaluation: EvaluatedMachine, stamp: string | undefined): void {
    this.#systems.remember(uri, evaluation, stamp ?? "");
    this.#staleCounts.delete(uri);
  }

  /**
   * Remembers what the derivations of a machine's plan require of builders. False if that was known already, or if the machine was
   * evaluated from a different text.
   *
   * @param stamp of the text before the evaluation started.
   */
  rememberNeeds(uri: string, machine: string, needs: readonly Need[], stamp: string | undefined): boolean {
    return this.#systems.rememberNeeds(uri, machine, needs, stamp ?? "");
  }

  /** The needs of each machine of the current network; undefined where it has not been planned since the text changed. */
  needs(uri: string): (machine: string) => readonly Need[] | undefined {
    if (!this.#systems.has(uri)) return () => undefined;
    const stamp = this.#stampOf(uri);
    return machine => this.#systems.needs(uri, machine, stamp);
  }

  rememberNames(uri: string, names: readonly string[], stamp: string | undefined): void {
    this.#systems.rememberNames(uri, names, stamp ?? "");
    this.#staleCounts.delete(uri);
  }

  /** Saves the results of a network, merged with what another window has saved meanwhile. A failure to write is only logged. */
  save(uri: string): Promise<void> {
    return this.#writing(() => this.#save(uri)).catch(error =>
      this.#log.warning(`Cannot save the evaluation results of ${uri}`, error),
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
