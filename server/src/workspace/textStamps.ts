import { createHash } from "node:crypto";
import type { Source } from "../staticEvaluation/values/sources.ts";

/** Hashes of texts, each computed once. */
export class TextStamps {
  readonly #ofSources = new WeakMap<object, { readonly text: string; readonly stamp: string }>();

  /**
   * One stamp for all files that a network is read from: it changes if one of the texts does.
   *
   * @param imported path -> its content.
   */
  ofNetwork(own: Source, imported: ReadonlyMap<string, Source | undefined>): string {
    const hash = createHash("sha256").update(this.#of(own));
    for (const [file, source] of [...imported].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      if (source !== undefined) hash.update(`\0${file}\0${this.#of(source)}`);
    return hash.digest("hex");
  }

  #of(source: Source): string {
    if (source.kind === "missing") return "missing";
    if (source.kind === "folder") return JSON.stringify([...source.entries]);
    // The document object stays the same while its text changes.
    const [key, text] = source.kind === "nix" ? [source.document, source.document.text] : [source, source.text];
    const known = this.#ofSources.get(key);
    if (known?.text === text) return known.stamp;
    const stamp = createHash("sha256").update(text).digest("hex");
    this.#ofSources.set(key, { text, stamp });
    return stamp;
  }
}
