import { Language, Parser, type Tree } from "web-tree-sitter";

/** Nix text -> syntax tree. A tree lives in WebAssembly's memory: whoever replaces it calls `delete()`. */
export interface NixParser {
  /** Never throws; broken text gives a tree with error nodes. `previous` is a tree that was told of the edits since. */
  parse(text: string, previous?: Tree): Tree;
}

/** Loads tree-sitter's runtime and the Nix grammar, both WebAssembly files in `folder`. */
export async function loadNixParser(folder: string): Promise<NixParser> {
  await Parser.init({ locateFile: (name: string) => `${folder}/${name}` });
  const parser = new Parser();
  parser.setLanguage(await Language.load(`${folder}/tree-sitter-nix.wasm`));
  return {
    parse(text, previous) {
      const tree = parser.parse(text, previous);
      if (tree === null) throw new Error("the Nix grammar is not set");
      return tree;
    },
  };
}
