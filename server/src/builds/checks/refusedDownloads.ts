import * as l10n from "@vscode/l10n";
import { nameOfStorePath } from "../../common/storePath.ts";
import type { Plan, Problem, RefusedPaths } from "../../protocol.ts";

/**
 * Warns that Nix will build what its caches have, because it does not accept the signatures. Nix itself says so only while it builds,
 * and its dry run promises the download.
 */
export function refusedDownloads({ sources }: Plan): Problem | undefined {
  const refused = sources?.refused ?? [];
  const [first] = refused;
  if (first === undefined) return undefined;
  return {
    code: "untrusted-downloads",
    severity: "warning",
    message: refused.map(sentenceFor).join(" "),
    detail: refused
      .map(({ cache, status, key, example }) => [cache, status, key, example].filter(Boolean).join(" "))
      .join("\n"),
  };
}

function sentenceFor(refused: RefusedPaths): string {
  return refused.paths === 1 ? sentenceForOne(refused) : sentenceForMany(refused);
}

function sentenceForOne({ cache, status, key = "", example }: RefusedPaths): string {
  const name = nameOfStorePath(example);
  switch (status) {
    case "unsigned":
      return l10n.t("Nix builds {0} although {1} has it: it is not signed there.", name, cache);
    case "invalid":
      return l10n.t("Nix builds {0} although {1} has it: its signature by {2} is invalid.", name, cache, key);
    case "untrusted":
      return l10n.t(
        "Nix builds {0} although {1} has it: it is signed by {2}, which is not one of 'trusted-public-keys'.",
        name,
        cache,
        key,
      );
  }
}

function sentenceForMany({ cache, status, key = "", paths, example }: RefusedPaths): string {
  const name = nameOfStorePath(example);
  switch (status) {
    case "unsigned":
      return l10n.t(
        "Nix builds {0} paths, such as {1}, although {2} has them: they are not signed there.",
        paths,
        name,
        cache,
      );
    case "invalid":
      return l10n.t(
        "Nix builds {0} paths, such as {1}, although {2} has them: their signatures by {3} are invalid.",
        paths,
        name,
        cache,
        key,
      );
    case "untrusted":
      return l10n.t(
        "Nix builds {0} paths, such as {1}, although {2} has them: they are signed by {3}, which is not one of 'trusted-public-keys'.",
        paths,
        name,
        cache,
        key,
      );
  }
}
