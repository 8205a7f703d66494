import { hashOfStorePath } from "../../common/storePath.ts";
import { createQueue } from "../../util/queue.ts";
import type { Narinfo } from "../narinfo.ts";
import { type AskAhead, type CacheSource, parallel } from "./source.ts";

/** As many requests about archives may fail before the others are not made. */
const maxUnknown = 3;

/** The paths whose archives are not in the cache. Never rejects. */
export async function missingArchives(
  source: CacheSource,
  infos: ReadonlyMap<string, Narinfo>,
  until: AbortSignal,
): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  let unknown = 0;
  const queue = createQueue(parallel);
  const ask = async (path: string, url: string) => {
    if (until.aborted || unknown >= maxUnknown) return;
    const found = await source.has(url, until);
    if (found === undefined) unknown++;
    if (found === false) missing.add(path);
  };
  const stored = [...infos.values()].filter(info => !isPackedOnRequest(info));
  const present = new Set<string>();
  const didAnswer: Parameters<AskAhead>[2] = (url, { kind }) => void (kind === "text" && present.add(url));
  const urls = [...new Set(stored.map(({ url }) => url))];
  await source.ahead?.("HEAD", urls, didAnswer, until);
  const open = stored.filter(({ url }) => !present.has(url));
  await Promise.all(open.map(({ path, url }) => queue(() => ask(path, url))));
  return missing;
}

/** A server such as nix-serve packs a path when its archive is requested, even to find out its size: it is not asked. */
function isPackedOnRequest({ path, url, compression }: Narinfo): boolean {
  return compression === "none" && url.includes(hashOfStorePath(path));
}
