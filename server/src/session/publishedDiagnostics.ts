import type { Diagnostic } from "vscode-languageserver";
import { Throttle, type Timers } from "../common/throttle.ts";
import { withSeverities } from "../features/checks/codes.ts";
import { diagnosticOf } from "../features/checks/diagnostics.ts";
import type { Problem } from "../protocol.ts";
import { mergedDiagnostics } from "./failures/published.ts";

/** Throttle for publishing failures and refusals (ms): many machines may fail for one reason. */
const period = 100;

/** What is published, besides what the text of an open file shows. */
export interface DiagnosticSources {
  /** What evaluations and builds have found in a file. */
  failures(uri: string): readonly Diagnostic[];
  /** What Morph refuses at places in a file. */
  refusalsAt(uri: string): readonly Problem[];
  /** The files because of which Morph refuses a network. */
  refusedFiles(network: string): ReadonlySet<string>;
  isOpen(uri: string): boolean;
  /** Code -> severity that the user has set. */
  severities(): Readonly<Record<string, string>>;
  /** Replaces the diagnostics that the client has of a file. */
  send(uri: string, diagnostics: readonly Diagnostic[]): void;
}

/** The diagnostics of each file, from all sources, as the client has them. Files that are not open have some, too. */
export class PublishedDiagnostics<Timer = unknown> {
  readonly #sources: DiagnosticSources;
  /** What the text of each open file shows. */
  readonly #checked = new Map<string, readonly Diagnostic[]>();
  /** Network -> the files because of which Morph refuses it. */
  readonly #refused = new Map<string, ReadonlySet<string>>();
  /** Files that have changed since they were published. */
  readonly #changed = new Set<string>();
  readonly #throttle: Throttle<Timer>;

  constructor(sources: DiagnosticSources, timers: Timers<Timer>) {
    this.#sources = sources;
    this.#throttle = new Throttle(period, () => this.#publishChanged(), timers);
  }

  /** An open file was checked. @param diagnostics empty if it was closed. */
  didCheck(uri: string, diagnostics: readonly Diagnostic[]): void {
    if (diagnostics.length === 0) this.#checked.delete(uri);
    else this.#checked.set(uri, diagnostics);
    this.#publish(uri);
  }

  /** What evaluations and builds have found in a file has changed, or the file was closed. */
  didChange(uri: string): void {
    this.#changed.add(uri);
    this.#throttle.request();
  }

  /** What Morph refuses about a network has perhaps changed: in files that are not open, nothing else shows it. */
  refusalsDidChange(network: string): void {
    const files = this.#sources.refusedFiles(network);
    for (const file of new Set([...(this.#refused.get(network) ?? []), ...files])) this.didChange(file);
    if (files.size === 0) this.#refused.delete(network);
    else this.#refused.set(network, files);
  }

  dispose(): void {
    this.#throttle.dispose();
  }

  #publishChanged(): void {
    for (const uri of this.#changed) this.#publish(uri);
    this.#changed.clear();
  }

  #publish(uri: string): void {
    const { failures, refusalsAt, isOpen, severities, send } = this.#sources;
    const refusals = isOpen(uri) ? [] : refusalsAt(uri).flatMap(diagnosticOf);
    const checked = [...(this.#checked.get(uri) ?? []), ...withSeverities(refusals, severities())];
    send(uri, mergedDiagnostics(checked, withSeverities(failures(uri), severities())));
  }
}
