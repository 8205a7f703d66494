import { Language, Parser, type Tree } from "web-tree-sitter";
import { readableText } from "./strict/read.ts";

/** A path that begins with an interpolation: an incrementally edited tree may contain one where a fresh tree would not. */
const bareInterpolation = /(?:^|[^\w.+-])~?\/\$\{/;

/** Nix text -> syntax tree. A tree lives in WebAssembly's memory: call `delete()` before dropping it. */
export interface NixParser {
  /**
   * Never throws; text with errors results in a tree with error nodes. `previous` is a tree to which the edits since were
   * applied.
   */
  parse(text: string, previous?: Tree): Tree;
}

/** Loads tree-sitter's runtime and the Nix grammar, both WebAssembly files in `folder`. */
export async function loadNixParser(folder: string): Promise<NixParser> {
  await Parser.init({ locateFile: (name: string) => `${folder}/${name}` });
  const parser = new Parser();
  parser.setLanguage(await Language.load(`${folder}/tree-sitter-nix.wasm`));
  const read = (text: string, previous?: Tree) => {
    const tree = parser.parse(withLineFeeds(text), previous);
    if (tree === null) throw new Error("the Nix grammar is not set");
    return tree;
  };
  return {
    parse(text, previous) {
      if (previous !== undefined && !hasBareInterpolation(text)) return read(text, previous);
      const tree = read(text);
      if (!tree.rootNode.hasError) return tree;
      const readable = readableText(text);
      if (readable === text) return tree;
      tree.delete();
      return read(readable);
    },
  };
}

function hasBareInterpolation(text: string): boolean {
  return text.includes("/${") && bareInterpolation.test(text);
}

/** In Nix a lone carriage return ends a line and a comment, but not in the grammar. */
function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r(?!\n)/g, "\n") : text;
}
