import { type BuilderDeclarations, builderDeclarations } from "../network/builders/declared.ts";
import type { NixDocument } from "../syntax/document.ts";
import type { NixParser } from "../syntax/parser.ts";
import { isTouchedBy, SourceCache } from "./sourceCache.ts";

/** What a file declares about builders, and the other files that this depends on. */
export interface ReadDeclarations {
  readonly declarations: BuilderDeclarations;
  /** The paths of the files that were used: if one of them changes, the declarations may change. */
  readonly used: ReadonlySet<string>;
}

/** How many levels of imports are followed, and the most files that one reading may import. */
const [maxRounds, maxImports] = [5, 50];

/** Reads what single files declare about builders, with the files that they import. */
export class DeclarationReader {
  readonly #sources: SourceCache;

  /** @param open returns the open document at a path. */
  constructor(parser: NixParser, open: (path: string) => NixDocument | undefined) {
    this.#sources = new SourceCache(parser, open);
  }

  /**
   * @param isCurrent whether the document still has the same text, and was not disposed of: asked after each wait.
   * @returns undefined if it is not current any more.
   */
  async read(document: NixDocument, isCurrent: () => boolean): Promise<ReadDeclarations | undefined> {
    for (let round = 0; ; round++) {
      const view = this.#sources.view();
      const declarations = builderDeclarations(document, view);
      const isLast = view.wanted.size === 0 || round >= maxRounds || view.used.size > maxImports;
      if (isLast) return { declarations, used: view.used };
      await this.#sources.load(view.wanted);
      if (!isCurrent()) return undefined;
    }
  }

  /** A file has changed. */
  forget(file: string): void {
    this.#sources.forget(file);
    // Nothing is known of what others use: with many files in memory all are read again.
    this.#sources.prune(() => false);
  }
}

/** Whether a change of a file affects what was read. */
export function isAffected({ used }: Pick<ReadDeclarations, "used">, file: string): boolean {
  return isTouchedBy(used, file);
}
