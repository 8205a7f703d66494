import type { Outcome } from "../../outcome.ts";
import type { Plan } from "../../protocol.ts";
import { type Nix, processProblem, type RunOptions } from "../nix.ts";
import { type NixOptions, optionArguments } from "../nixOptions.ts";

/** Keeps a dry run from caching for an hour that a substituter lacks a path (setting `narinfo-cache-negative-ttl`). */
const freshAnswers = ["--option", "narinfo-cache-negative-ttl", "0"];

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
