import path from "node:path";
import type { Outcome } from "../../outcome.ts";
import type { Plan } from "../../protocol.ts";
import { type Nix, processProblem, type RunOptions } from "../nix.ts";
import { type NixOptions, optionArguments } from "../nixOptions.ts";

/** Asks again for what a substituter lacked before (setting `narinfo-cache-negative-ttl`). */
const freshAnswers = ["--option", "narinfo-cache-negative-ttl", "0"];

/** The folder in which Nix remembers, for plans only, what its caches have. */
export function cacheMemoryIn(storageDir: string): string {
  return path.join(storageDir, "caches");
}

/**
 * The variables that make Nix remember in a folder of its own what its caches have. Even with a lifetime of 0, a dry run writes down
 * which paths they lack, and the user's own Nix believes that for an hour (`src/libstore/nar-info-disk-cache.cc`). A daemon is not
 * affected: it uses the folder of its user.
 */
export function ownCacheMemory(folder: string): Readonly<Record<string, string>> {
  return { XDG_CACHE_HOME: folder, NIX_CACHE_HOME: path.join(folder, "nix") };
}

/** What realising a derivation would build and fetch, with Nix options in addition to its settings. */
export async function planOf(
  nix: Nix,
  drvPath: string,
  run: RunOptions,
  options: NixOptions = {},
): Promise<Outcome<Plan>> {
  const args = ["--realise", "--dry-run", drvPath, ...optionArguments(options), ...freshAnswers];
  const end = await nix.run("nix-store", args, run);
  if (end.kind !== "exited" || end.code !== 0) return { problem: processProblem(end) };
  return { value: parseDryRun(end.stderr) };
}

const headings: readonly { readonly list: "build" | "fetch"; readonly line: RegExp }[] = [
  { list: "build", line: /^(?:this derivation|these (?:\d+ )?derivations) will be built:/ },
  { list: "fetch", line: /^(?:this path|these (?:\d+ )?paths) will be fetched(?: \((.+)\))?:/ },
];

/** Parses the output of a dry run: headings, each followed by indented store paths. */
export function parseDryRun(text: string): Plan {
  const lists = { build: [] as string[], fetch: [] as string[] };
  let current: string[] | undefined;
  let sizes: string | undefined;
  for (const line of text.split("\n")) {
    const heading = headings.find(candidate => candidate.line.test(line));
    if (heading !== undefined) {
      current = lists[heading.list];
      sizes ??= heading.line.exec(line)?.[1];
    } else if (/^ {2}\//.test(line)) current?.push(line.trim());
    else current = undefined;
  }
  return { ...lists, downloadBytes: bytesIn(sizes, "download"), unpackedBytes: bytesIn(sizes, "unpacked") };
}

const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 };

/** `12.34 MiB download, 56.78 MiB unpacked` -> bytes. */
function bytesIn(sizes: string | undefined, what: string): number | undefined {
  const match = new RegExp(`([\\d.]+) (\\w+) ${what}`).exec(sizes ?? "");
  const unit = units[match?.[2] ?? ""];
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit);
}
