import { TextDocument, type TextDocumentContentChangeEvent } from "vscode-languageserver-textdocument";
import type { Range } from "vscode-languageserver-types";
import { Edit, type Node, type Tree } from "web-tree-sitter";
import type { TextEdit } from "./edits.ts";
import type { NixParser } from "./parser.ts";

/** A Nix text and its syntax tree, both edited in place. Positions count UTF-16 units, as in LSP. */
export class NixDocument {
  readonly #parser: NixParser;
  #text: TextDocument;
  #tree: Tree;
  #edits: readonly TextEdit[] | undefined;
  #updates = 0;

  constructor(parser: NixParser, uri: string, version: number, text: string) {
    this.#parser = parser;
    this.#text = TextDocument.create(uri, "nix", version, text);
    this.#tree = parser.parse(text);
  }

  get uri(): string {
    return this.#text.uri;
  }

  get version(): number {
    return this.#text.version;
  }

  get text(): string {
    return this.#text.getText();
  }

  get root(): Node {
    return this.#tree.rootNode;
  }

  /** How often the text was updated. */
  get updates(): number {
    return this.#updates;
  }

  get lineCount(): number {
    return this.#text.lineCount;
  }

  /** The edits of the last update, in order; undefined if it replaced the whole text. */
  get lastEdits(): readonly TextEdit[] | undefined {
    return this.#edits;
  }

  get parser(): NixParser {
    return this.#parser;
  }

  offsetAt(position: { line: number; character: number }): number {
    return this.#text.offsetAt(position);
  }

  /** The range of the characters from offset `start` to offset `end`. */
  rangeAt(start: number, end: number): Range {
    return { start: this.#text.positionAt(start), end: this.#text.positionAt(end) };
  }

  rangeOf(node: Node): Range {
    return this.rangeAt(node.startIndex, node.endIndex);
  }

  /** Applies LSP's content changes in order, and parses the changed parts. */
  update(changes: readonly TextDocumentContentChangeEvent[], version: number): void {
    let incremental = true;
    const edits: TextEdit[] = [];
    for (const change of changes) {
      if ("range" in change) {
        const edit = this.#editOf(change.range, change.text);
        this.#tree.edit(edit);
        edits.push({ start: edit.startIndex, oldEnd: edit.oldEndIndex, newEnd: edit.newEndIndex });
      } else incremental = false;
      this.#text = TextDocument.update(this.#text, [change], version);
    }
    this.#updates++;
    this.#edits = incremental ? edits : undefined;
    const previous = this.#tree;
    this.#tree = this.#parsed(incremental ? previous : undefined);
    previous.delete();
  }

  /**
   * The tree of a text with errors would depend on the previous tree: it is parsed from scratch, so that a text always has the
   * same tree.
   */
  #parsed(previous: Tree | undefined): Tree {
    const tree = this.#parser.parse(this.text, previous);
    if (previous === undefined || !tree.rootNode.hasError) return tree;
    tree.delete();
    return this.#parser.parse(this.text);
  }

  /** Frees the tree; the document cannot be used afterwards. */
  dispose(): void {
    this.#tree.delete();
  }

  #editOf(range: Range, text: string): Edit {
    const startIndex = this.#text.offsetAt(range.start);
    const oldEndIndex = this.#text.offsetAt(range.end);
    const lines = text.split(/\r\n|[\r\n]/);
    const lastLine = lines.at(-1) ?? "";
    const point = (index: number) => {
      const { line, character } = this.#text.positionAt(index);
      return { row: line, column: character };
    };
    const startPosition = point(startIndex);
    return new Edit({
      startIndex,
      oldEndIndex,
      newEndIndex: startIndex + text.length,
      startPosition,
      oldEndPosition: point(oldEndIndex),
      newEndPosition:
        lines.length === 1
          ? { row: startPosition.row, column: startPosition.column + text.length }
          : { row: startPosition.row + lines.length - 1, column: lastLine.length },
    });
  }
}
