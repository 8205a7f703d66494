import path from "node:path";
import { NixDocument } from "../../server/src/syntax/document.ts";
import { loadNixParser } from "../../server/src/syntax/parser.ts";

/** The built files, as the extension ships them. */
export const dist = path.resolve(import.meta.dirname, "../../dist");

export const parser = await loadNixParser(dist);

/** A document with the real grammar, as if a client had opened it. */
export function nixDocument(text: string, uri = "file:///net/network.nix"): NixDocument {
  return new NixDocument(parser, uri, 1, text);
}
