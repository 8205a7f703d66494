import type { NixDocument } from "../../syntax/document.ts";
import { type Module, textAroundModules } from "./modules.ts";

/** A module as it was when nothing was wrong with it. */
interface Clean {
  readonly text: string;
  /** What else of the network its checks depend on. */
  readonly depends: string;
}

/** Modules of one document in which the last look found nothing: while they are as they were, they are not looked at again. */
export class CleanModules {
  #around: string | undefined;
  readonly #clean = new Map<string, Clean>();

  /** Forgets all of a document in which something that they may use is another now. */
  begin(document: NixDocument): void {
    const around = textAroundModules(document);
    if (around === undefined || around !== this.#around) this.#clean.clear();
    this.#around = around;
  }

  /** Whether a module is as it was. */
  has({ name, text }: Module, depends: string): boolean {
    const known = this.#clean.get(name);
    if (known === undefined || known.text !== text || known.depends !== depends) return false;
    // A part of a text keeps all of it: of each text that was, not only of the last one.
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
