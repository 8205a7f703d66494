import type { Diagnostic } from "vscode-languageserver";
import type { Choice } from "../builders/choice.ts";
import { type BuilderText, builderRemarks } from "../features/checks/builders.ts";
import { networkChecks } from "../features/checks/checks.ts";
import { CleanModules } from "../features/checks/cleanModules.ts";
import { diagnosticOfRemark, withSeverities } from "../features/checks/codes.ts";
import {
  diagnosticOf,
  networkDiagnostics,
  syntaxDiagnostics,
  withoutRepeated,
} from "../features/checks/diagnostics.ts";
import { writtenSources } from "../features/checks/secrets.ts";
import { type SignatureText, signatureRemarks } from "../features/checks/signatures.ts";
import { unbuildableMachines } from "../features/checks/unbuildable.ts";
import { plainPaths } from "../features/names/target.ts";
import { mayDeclareBuildersIn } from "../network/builders/written.ts";
import { maySetSignatures } from "../network/signatures/written.ts";
import type { Nix } from "../nix/nix.ts";
import { type ParseError, parseWithNix } from "../nix/parse.ts";
import type { Network, Problem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { pause } from "../util/pause.ts";
import { runInSlices } from "../util/slices.ts";
import { absolutePath, type PathKinds } from "../workspace/pathKinds.ts";

/** Debounce time after an edit before a text is checked, and again before Nix's parser runs (ms). */
const quiet = 150;

/** What diagnostics depend on in addition to the text. */
export interface DiagnosticFacts {
  /** Replaces the diagnostics of a document. */
  publish(uri: string, diagnostics: readonly Diagnostic[]): void;
  network(uri: string): Network | undefined;
  /** What Morph refuses about networks because of a file. */
  refusalsIn(uri: string): readonly Problem[];
  /** What a document declares about builders; undefined if nothing. */
  builderText(document: NixDocument): Promise<BuilderText | undefined>;
  /** What a document sets about caches and signatures; undefined if nothing. */
  signatureText(document: NixDocument): SignatureText | undefined;
  /** The builders for a system; undefined while they are unknown. */
  choiceForSystem(system: string): Choice | undefined;
  readonly paths: PathKinds;
  /** Undefined if Nix is missing or the workspace is not trusted. */
  nix(): Nix | undefined;
  /** Code -> severity that the user has set. */
  severities(): Readonly<Record<string, string>>;
}

/**
 * The diagnostics of open network files, and of other Nix files that declare builders or set something about signatures. If Nix is
 * available, its own parser decides whether the syntax is valid, otherwise ours does.
 */
export class Diagnostics {
  readonly #facts: DiagnosticFacts;
  readonly #waiting = new Map<string, AbortController>();
  /** The documents that have been checked, with the modules that need no further check. The first check is not debounced. */
  readonly #seen = new Map<string, CleanModules>();

  constructor(facts: DiagnosticFacts) {
    this.#facts = facts;
  }

  /** A document, its network or something that its diagnostics depend on has changed. */
  refresh(document: NixDocument): void {
    const { uri } = document;
    this.forget(uri);
    if (this.#facts.network(uri) === undefined && !mayDeclareBuildersIn(document) && !maySetSignatures(document))
      return this.#facts.publish(uri, withSeverities(this.#elsewhere(uri), this.#facts.severities()));
    const abort = new AbortController();
    this.#waiting.set(uri, abort);
    void this.#look(document, this.#seen.has(uri) ? quiet : 0, abort.signal);
    if (!this.#seen.has(uri)) this.#seen.set(uri, new CleanModules());
  }

  /** The problems that a file causes in networks that import it. */
  #elsewhere(uri: string): Diagnostic[] {
    return this.#facts.refusalsIn(uri).flatMap(diagnosticOf);
  }

  /** A document was closed, or is about to be checked again. */
  forget(uri: string): void {
    this.#waiting.get(uri)?.abort();
    this.#waiting.delete(uri);
  }

  close(uri: string): void {
    this.forget(uri);
    this.#seen.delete(uri);
    this.#facts.publish(uri, []);
  }

  async #look(document: NixDocument, delay: number, signal: AbortSignal): Promise<void> {
    await pause(delay, signal);
    if (signal.aborted) return;
    const { uri } = document;
    if (this.#facts.network(uri) === undefined) return this.#lookElsewhere(document, signal);
    const written = [...plainPaths(document).map(({ text }) => text), ...writtenSources(document.text)];
    await this.#facts.paths.look(written.flatMap(file => absolutePath(uri, file) ?? []));
    if (signal.aborted) return;
    const nix = this.#facts.nix();
    const checked = await this.#check(document, signal);
    if (checked === undefined) return;
    const syntax = syntaxDiagnostics(document);
    if (nix === undefined || syntax.length === 0) this.#publish(uri, checked, syntax);
    if (nix === undefined) return;
    await pause(quiet, signal);
    if (!signal.aborted) await this.#askNix(document, checked, syntax, nix, signal);
  }

  /** A Nix file that is not a network: it may declare builders or set something about signatures. */
  async #lookElsewhere(document: NixDocument, signal: AbortSignal): Promise<void> {
    const found = await this.#optionChecks(document);
    if (!signal.aborted) this.#publish(document.uri, [...found, ...this.#elsewhere(document.uri)], []);
  }

  async #optionChecks(document: NixDocument): Promise<readonly Diagnostic[]> {
    const signatures = this.#facts.signatureText(document);
    const remarks = signatures === undefined ? [] : signatureRemarks(document, signatures);
    const builders = await this.#facts.builderText(document);
    return [...remarks, ...(builders === undefined ? [] : builderRemarks(document, builders))].map(diagnosticOfRemark);
  }

  /** The results of our checks; undefined if the document changed before they finished. */
  async #check(document: NixDocument, signal: AbortSignal): Promise<readonly Diagnostic[] | undefined> {
    const network = this.#facts.network(document.uri);
    if (network === undefined) return [];
    const { paths } = this.#facts;
    const isMissing = (literal: string) => paths.at(absolutePath(document.uri, literal) ?? "") === "missing";
    const found = await runInSlices(networkChecks(document, network, isMissing, this.#seen.get(document.uri)), signal);
    if (found === undefined) return undefined;
    const options = await this.#optionChecks(document);
    if (signal.aborted) return undefined;
    const unbuildable = unbuildableMachines(network, system => this.#facts.choiceForSystem(system));
    const all = [...found, ...unbuildable.map(diagnosticOfRemark), ...options];
    return [...networkDiagnostics(network, all), ...all, ...this.#elsewhere(document.uri)];
  }

  async #askNix(
    document: NixDocument,
    checked: readonly Diagnostic[],
    syntax: readonly Diagnostic[],
    nix: Nix,
    signal: AbortSignal,
  ): Promise<void> {
    const { uri, version, text } = document;
    const verdict = await parseWithNix(nix, text, signal);
    if (signal.aborted || document.version !== version) return;
    if (verdict.kind === "error") this.#publish(uri, checked, [syntaxError(document, verdict.error)]);
    else this.#publish(uri, checked, verdict.kind === "ok" ? [] : syntax);
  }

  #publish(uri: string, checked: readonly Diagnostic[], syntax: readonly Diagnostic[]): void {
    const all = [...checked, ...withoutRepeated(syntax, checked)];
    this.#facts.publish(uri, withSeverities(all, this.#facts.severities()));
  }
}

function syntaxError(document: NixDocument, { message, line, column }: ParseError): Diagnostic {
  const start = document.offsetAt({ line, character: column });
  const word = /^(?:[\w'-]+|\S)/.exec(document.text.slice(start, start + 100))?.[0].length ?? 0;
  return { range: document.rangeAt(start, start + word), severity: 1, code: "syntax-error", source: "nix", message };
}
