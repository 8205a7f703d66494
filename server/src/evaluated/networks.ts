import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readWhole, writeWhole } from "../builds/files.ts";
import type { EvaluatedNames, EvaluatedSystem } from "../network/evaluated.ts";
import type { EvaluatedMachine } from "../protocol.ts";
import { isStoredNetwork, merge } from "./stored.ts";
import { EvaluatedSystems } from "./systems.ts";

/** The texts of the networks: what an editor has, and where the disk has them. */
export interface NetworkTexts {
  /** The text of an open network. */
  readonly open: (uri: string) => string | undefined;
  /** The path of a network's file. */
  readonly pathOf: (uri: string) => string | undefined;
}

/**
 * What evaluation has told of networks, kept in `<storage>/evaluated/<hash of the URI>.json` across restarts. Of a network that
 * was loaded it answers from memory.
 */
export class EvaluatedNetworks {
  readonly #folder: string;
  readonly #texts: NetworkTexts;
  readonly #didChange: (uri: string) => void;
  readonly #systems = new EvaluatedSystems();
  readonly #loading = new Map<string, Promise<void>>();
  /** Stamps of closed networks, as the disk had them last. */
  readonly #onDisk = new Map<string, string | undefined>();
  /** Stamps of open networks with the text that each was made of. */
  readonly #ofOpen = new Map<string, { readonly text: string; readonly stamp: string }>();
  /** One file is written by one writer at a time. */
  #writing: Promise<void> = Promise.resolve();

  constructor(storageDir: string, texts: NetworkTexts, didChange: (uri: string) => void) {
    this.#folder = path.join(storageDir, "evaluated");
    this.#texts = texts;
    this.#didChange = didChange;
  }

  get(uri: string, machine: string): EvaluatedSystem | undefined {
    return this.#systems.has(uri) ? this.#systems.get(uri, machine, this.#stamp(uri)) : undefined;
  }

  names(uri: string): EvaluatedNames | undefined {
    return this.#systems.has(uri) ? this.#systems.names(uri, this.#stamp(uri)) : undefined;
  }

  /** Reads what is kept of a network, once. */
  load(uri: string): Promise<void> {
    const loading = this.#loading.get(uri) ?? this.#load(uri);
    this.#loading.set(uri, loading);
    return loading;
  }

  /** A network is there, or its text is another: what was told may be stale now, or no longer. */
  async refresh(uri: string): Promise<void> {
    const isNew = !this.#loading.has(uri);
    await this.load(uri);
    if (isNew || !this.#systems.has(uri) || this.#texts.open(uri) !== undefined) return;
    const before = this.#onDisk.get(uri);
    this.#onDisk.set(uri, await this.stampOnDisk(uri));
    if (before !== this.#onDisk.get(uri)) this.#didChange(uri);
  }

  /** The stamp of what Nix would read now. */
  async stampOnDisk(uri: string): Promise<string | undefined> {
    const file = this.#texts.pathOf(uri);
    const text = file === undefined ? undefined : await readFile(file, "utf8").catch(() => undefined);
    return text === undefined ? undefined : stampOf(text);
  }

  /** @param stamp that of the text before the evaluation began. */
  remember(uri: string, evaluation: EvaluatedMachine, stamp: string | undefined): void {
    this.#onDisk.set(uri, stamp);
    this.#systems.remember(uri, evaluation, stamp ?? "");
  }

  rememberNames(uri: string, names: readonly string[], stamp: string | undefined): void {
    this.#onDisk.set(uri, stamp);
    this.#systems.rememberNames(uri, names, stamp ?? "");
  }

  /** Writes what is known of a network. What another window has told meanwhile stays. That it cannot be written is no harm. */
  save(uri: string): Promise<void> {
    this.#writing = this.#writing.then(() => this.#save(uri)).catch(() => undefined);
    return this.#writing;
  }

  #stamp(uri: string): string | undefined {
    const text = this.#texts.open(uri);
    if (text === undefined) {
      this.#ofOpen.delete(uri);
      return this.#onDisk.get(uri);
    }
    const known = this.#ofOpen.get(uri);
    if (known?.text === text) return known.stamp;
    const stamp = stampOf(text);
    this.#ofOpen.set(uri, { text, stamp });
    return stamp;
  }

  async #load(uri: string): Promise<void> {
    const stored = await readWhole(this.#folder, fileName(uri), isStoredNetwork);
    if (stored?.uri !== uri) return;
    this.#onDisk.set(uri, await this.stampOnDisk(uri));
    this.#systems.restore(stored);
    this.#didChange(uri);
  }

  async #save(uri: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const stored = await readWhole(this.#folder, fileName(uri), isStoredNetwork);
    const own = this.#systems.stored(uri);
    await writeWhole(path.join(this.#folder, fileName(uri)), stored?.uri === uri ? merge(stored, own) : own);
  }
}

function stampOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function fileName(uri: string): string {
  return `${stampOf(uri).slice(0, 32)}.json`;
}
