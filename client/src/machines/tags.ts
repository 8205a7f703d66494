import type { Network } from "../../../server/src/protocol.ts";

/** The tags of a network, sorted by name, each with its machines. */
export function machinesByTag({ machines }: Network): { readonly tag: string; readonly machines: readonly string[] }[] {
  const tags = new Map<string, string[]>();
  for (const { name, tags: own = [] } of machines)
    for (const tag of new Set(own)) tags.set(tag, [...(tags.get(tag) ?? []), name]);
  return [...tags].map(([tag, names]) => ({ tag, machines: names })).toSorted((a, b) => a.tag.localeCompare(b.tag));
}
