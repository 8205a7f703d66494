import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { clientCommands } from "../../../common/clientCommands.ts";
import { nameOfStorePath } from "../../../common/storePath.ts";
import { againOf } from "../evidence/again.ts";
import { allOutput } from "../evidence/detail.ts";
import { innerMessage } from "../evidence/ending.ts";
import { type Explain, errorsOf, type FailedBuild, problemOf } from "../evidence/failed.ts";
import { ignored, unsignedIn } from "./untrusted.ts";

const nowhere = /^path '([^']+)' is required, but there is no substituter that can build it/;
const unfetchedReference = /^some references of path '([^']+)' could not be realised/;
const unreachable = /unable to download '([^']+)\/nix-cache-info'/;
const brokenDownload = /^some substitutes for the outputs of derivation '([^']+)' failed/;

/** The result of a machine was to be fetched from the caches, where it, or a path that it needs, is not. */
export const notInCache: Explain = failed => {
  const { fromCache, machine } = failed.request;
  if (fromCache !== true) return undefined;
  const errors = errorsOf(failed);
  const unsigned = errors.map(unsignedIn).find(found => found !== undefined);
  if (unsigned !== undefined)
    return problemOf(
      "untrusted-signature",
      l10n.t(
        "{0} was not fetched: {1} is in the cache {2}, but it is not signed by any of 'trusted-public-keys'. Add the key of that cache to 'trusted-public-keys', or build it.",
        machine,
        nameOfStorePath(unsigned.path),
        unsigned.cache,
      ),
      allOutput(failed),
      [buildFix(failed)],
    );
  const silent = errors.map(({ text }) => unreachable.exec(text)?.[1]).find(url => url !== undefined);
  if (silent !== undefined)
    return problemOf(
      "download-failed",
      l10n.t(
        "{0} was not fetched: {1} could not be downloaded. Check that the binary cache is available.",
        machine,
        silent,
      ),
      allOutput(failed),
      [{ title: l10n.t("Retry"), command: clientCommands.retryBuild, arguments: [againOf(failed.request)] }],
    );
  return problemOf(
    "not-in-cache",
    l10n.t(
      "{0} was not fetched: none of Nix's binary caches has all of it. Build it, or push it into a cache that is one of 'substituters'.",
      machine,
    ),
    allOutput(failed),
    [buildFix(failed)],
  );
};

function buildFix({ request: { uri, machine, attribute } }: FailedBuild): Command {
  return { title: l10n.t("Build"), command: clientCommands.buildMachine, arguments: [{ uri, machine, attribute }] };
}

/** A path is not in any cache, or could not be fetched from one. */
export const notFetched: Explain = failed => {
  const found = (pattern: RegExp) =>
    errorsOf(failed)
      .map(({ text }) => pattern.exec(innerMessage(text))?.[1])
      .find(path => path !== undefined);
  const broken = found(brokenDownload);
  if (broken !== undefined)
    return problemOf(
      "download-failed",
      l10n.t(
        "{0} could not be fetched from the binary cache that has it. Build again; if the cache stays unavailable, set 'fallback = true' in nix.conf to build it instead.",
        nameOfStorePath(broken),
      ),
      allOutput(failed),
    );
  const path = found(nowhere) ?? found(unfetchedReference);
  if (path === undefined) return undefined;
  return (
    ignored(failed, nameOfStorePath(path), /substituters$|trusted-public-keys$|^require-sigs$/) ??
    problemOf(
      "no-substituter",
      l10n.t(
        "{0} is not in the store, none of Nix's binary caches has it, and there is no derivation to build it from. Check 'substituters', or copy it here from the machine that built it.",
        nameOfStorePath(path),
      ),
      allOutput(failed),
    )
  );
};
