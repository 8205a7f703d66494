import * as l10n from "@vscode/l10n";
import { type Nix, newStyle } from "../../nix/nix.ts";
import type { ProcessEnd } from "../../nix/process.ts";
import { type Printed, storedLines } from "./lines.ts";

/** Timeout for a log from a cache (ms). */
const patience = 20_000;

/** `nix log -v` prints where a log comes from. */
const origin = /^got build log for .* from '(.+)'$/m;

/**
 * The log of a derivation that a build printed nothing of, because it was built earlier or fetched: the one that Nix has stored, or
 * that of a binary cache. Starts with a line that names its origin. A single line if there is no log; empty if the builder printed
 * nothing.
 */
export async function storedLog(nix: Nix, drvPath: string, printed?: Printed): Promise<readonly string[]> {
  // A client must not be able to pass options to Nix.
  if (!/^\/.+\.drv$/.test(drvPath)) return [];
  const local = linesOf(await nix.run("nix-store", ["--read-log", drvPath]), printed);
  if (local !== undefined) return withOrigin(l10n.t("(Not built in this run. Log from an earlier build:)"), local);
  // `nix-store` does not query caches.
  const args = [
    ...newStyle,
    "log",
    "-v",
    "--option",
    "connect-timeout",
    "5",
    "--option",
    "download-attempts",
    "1",
    drvPath,
  ];
  const end = await nix.run("nix", args, { signal: AbortSignal.timeout(patience) });
  const fetched = linesOf(end, printed);
  if (fetched === undefined || end.kind !== "exited") return [l10n.t("(Not built in this run. No log available.)")];
  const cache = origin.exec(end.stderr)?.[1] ?? "?";
  return withOrigin(l10n.t("(Not built in this run. Log from {0}:)", cache), fetched);
}

function linesOf(end: ProcessEnd, printed: Printed | undefined): readonly string[] | undefined {
  return end.kind === "exited" && end.code === 0 ? storedLines(end.stdout, printed) : undefined;
}

function withOrigin(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, ...lines];
}
