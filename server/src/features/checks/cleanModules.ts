import type { NixDocument } from "../../syntax/document.ts";
import { type Module, textAroundModules } from "./modules.ts";

/** A module when it had no diagnostics. */
interface Clean {
  readonly text: string;
  /** What else in the network its checks depend on. */
  readonly depends: string;
}

/** Modules of one document without diagnostics: they are not checked again until they change. */
export class CleanModules {
  #around: string | undefined;
  readonly #clean = new Map<string, Clean>();

  /** Forgets all modules if something in the document that they may use has changed. */
  begin(document: NixDocument): void {
    const around = textAroundModules(document);
    if (around === undefined || around !== this.#around) this.#clean.clear();
    this.#around = around;
  }

  /** Whether a module is unchanged. */
  has({ name, text }: Module, depends: string): boolean {
    const known = this.#clean.get(name);
    if (known === undefined || known.text !== text || known.depends !== depends) return false;
    // A substring keeps its whole text in memory: every earlier text, not only the last one.
    this.#clean.set(name, { text, depends });
    return true;
  }

  add({ name, text }: Module, depends: string): void {
    if (this.#around !== undefined) this.#clean.set(name, { text, depends });
  }

  delete({ name }: Module): void {
    this.#clean.delete(name);
  }
}
