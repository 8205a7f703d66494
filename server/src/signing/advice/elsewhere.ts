import * as l10n from "@vscode/l10n";
import type { Problem, SignatureReport } from "../../protocol.ts";
import { copySnippet, pushPaths } from "./fixes.ts";

/** Commands with more paths than this are not offered to be copied. */
const maxRepaired = 20;

/** Built here with another content than the one that was signed. */
export function differs(paths: SignatureReport["paths"]): Problem {
  const names = paths.slice(0, maxRepaired).map(({ path }) => path);
  const message = l10n.t(
    "Built here with another content than the signed one: the builds are not reproducible. A machine that requires signatures rejects the copies from here. Replace them with those of the cache.",
  );
  const repair = copySnippet(
    l10n.t("Copy Command: Replace with the Cache's"),
    `nix-store --repair-path ${names.join(" ")}`,
    l10n.t("Only root may repair the store of a daemon. Programs that use these paths should not run meanwhile."),
  );
  return { code: "content-differs", severity: "warning", message, fixes: paths.length > maxRepaired ? [] : [repair] };
}

/** The narinfo is there and signed, the archive is not. */
export function archivesMissing(id: string, cache: string): Problem {
  const message = l10n.t(
    "Archives are missing in {0}, so nothing can be downloaded in spite of the signatures. They were deleted, or a copy was interrupted. Push the paths again.",
    cache,
  );
  return { code: "archive-missing", severity: "error", message, fixes: [pushPaths(id, cache)] };
}

/** Only on this machine. @param caches the caches that Nix uses. */
export function onlyHere(id: string, caches: readonly string[]): Problem {
  const [only] = caches;
  const message = l10n.t(
    "Only on this machine. Others take the paths from here if the user who deploys is trusted there; with 'substituteOnDestination' or as another user they need them in a cache that signs.",
  );
  const cache = caches.length === 1 ? only : undefined;
  return { code: "only-here", severity: "info", message, fixes: [pushPaths(id, cache)] };
}
