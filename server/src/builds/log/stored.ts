import * as l10n from "@vscode/l10n";
import { type Nix, newStyle } from "../../nix/nix.ts";
import type { ProcessEnd } from "../../nix/process.ts";
import { type Printed, storedLines } from "./lines.ts";

/** A cache that does not answer is not waited for any longer (ms). */
const patience = 20_000;

/** `nix log -v` says where a log is from. */
const origin = /^got build log for .* from '(.+)'$/m;

/**
 * The log of a derivation that a build says nothing of, because it was built before or fetched: the one that Nix has kept, or
 * that a binary cache has. Begins with a line that says where it is from, or is one line that says that there is none. Empty when
 * its builder printed nothing.
 */
export async function storedLog(nix: Nix, drvPath: string, printed?: Printed): Promise<readonly string[]> {
  // What comes from a client is no option of Nix's.
  if (!/^\/.+\.drv$/.test(drvPath)) return [];
  const local = linesOf(await nix.run("nix-store", ["--read-log", drvPath]), printed);
  if (local !== undefined)
    return withOrigin(
      l10n.t("(This build printed nothing of it. This is the log that Nix has kept of another build.)"),
      local,
    );
  // `nix-store` does not ask caches.
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
  if (fetched === undefined || end.kind !== "exited")
    return [
      l10n.t(
        "(There is no log of it: this build printed nothing of it, and neither Nix nor a binary cache has kept one.)",
      ),
    ];
  const cache = origin.exec(end.stderr)?.[1] ?? "?";
  return withOrigin(l10n.t("(This build printed nothing of it. This is the log that {0} has kept.)", cache), fetched);
}

function linesOf(end: ProcessEnd, printed: Printed | undefined): readonly string[] | undefined {
  return end.kind === "exited" && end.code === 0 ? storedLines(end.stdout, printed) : undefined;
}

function withOrigin(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, ...lines];
}
