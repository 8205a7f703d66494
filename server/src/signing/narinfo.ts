import path from "node:path";
import { hashOfStorePath } from "../common/storePath.ts";
import type { PathInfo } from "./pathInfo.ts";

/**
 * Parses a binary cache's narinfo (Nix, `src/libstore/nar-info.cc`): `Name: value` lines, with one `Sig` per signature. Undefined
 * when a required field is missing: a cache may return anything.
 */
export function parseNarinfo(text: string): PathInfo | undefined {
  const fields = new Map<string, string>();
  const signatures: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^([A-Za-z]+): ?(.*?)\r?$/.exec(line);
    const [name, value] = [match?.[1], match?.[2]];
    if (name === undefined || value === undefined) continue;
    if (name === "Sig") signatures.push(value);
    else if (!fields.has(name)) fields.set(name, value);
  }
  const storePath = fields.get("StorePath");
  const narHash = fields.get("NarHash");
  const narSize = sizeIn(fields.get("NarSize"));
  if (storePath === undefined || narHash === undefined || narSize === undefined) return undefined;
  const storeDir = path.posix.dirname(storePath);
  const references = (fields.get("References") ?? "").split(" ").filter(Boolean);
  return {
    path: storePath,
    narHash,
    narSize,
    references: references.map(reference => path.posix.join(storeDir, reference)),
    signatures,
    ultimate: false,
    contentAddressed: (fields.get("CA") ?? "") !== "",
  };
}

/** Size in bytes; Nix treats a size of 0 as missing. */
function sizeIn(text = ""): number | undefined {
  const size = /^\d+$/.test(text) ? Number(text) : 0;
  return size > 0 && Number.isSafeInteger(size) ? size : undefined;
}

/** The file name of a path's narinfo in a cache. */
export function narinfoName(storePath: string): string {
  return `${hashOfStorePath(storePath)}.narinfo`;
}
