import fs from "node:fs";
import path from "node:path";
import type { Cache } from "./cache.ts";

/** The file of a path's narinfo in a cache. */
function narinfoFile(cache: Pick<Cache, "folder">, storePath: string): string {
  return path.join(cache.folder, `${path.basename(storePath).slice(0, 32)}.narinfo`);
}

/** Changes the narinfo of a path in a cache. Throws if that changes nothing. Returns what undoes it. */
export function tamper(
  cache: Pick<Cache, "folder">,
  storePath: string,
  change: (narinfo: string) => string,
): () => void {
  const file = narinfoFile(cache, storePath);
  const before = fs.readFileSync(file, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`the narinfo of ${storePath} is as before:\n${before}`);
  fs.writeFileSync(file, after);
  return () => fs.writeFileSync(file, before);
}

/** Changes one byte of a field: each of those that a signature covers, and the signature itself. */
export const oneByte = {
  hash: (narinfo: string) => narinfo.replace(/^(NarHash: sha256:.)(.)/m, (_, start, c) => `${start}${otherDigit(c)}`),
  size: (narinfo: string) =>
    narinfo.replace(/^(NarSize: .*)(\d)$/m, (_, start, c) => `${start}${(Number(c) + 1) % 10}`),
  reference: (narinfo: string) => narinfo.replace(/^(References: .)(.)/m, (_, start, c) => `${start}${otherDigit(c)}`),
  signature: (narinfo: string) =>
    narinfo.replace(/^(Sig: [^:]+:)(.)/m, (_, start, c) => `${start}${c === "A" ? "B" : "A"}`),
} as const;

/** Removes the archive of a path from a cache. Returns what undoes it. */
export function removeNar(cache: Pick<Cache, "folder">, storePath: string): () => void {
  const [, url] = /^URL: (.*)$/m.exec(fs.readFileSync(narinfoFile(cache, storePath), "utf8")) ?? [];
  if (url === undefined) throw new Error(`the narinfo of ${storePath} has no URL`);
  const file = path.join(cache.folder, url);
  fs.renameSync(file, `${file}.away`);
  return () => fs.renameSync(`${file}.away`, file);
}

/** Another digit of Nix's base 32. */
function otherDigit(digit: string): string {
  return digit === "0" ? "1" : "0";
}
