import type { Localiser } from "../../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../../server/src/common/markdown.ts";
import { storePathName } from "../../../../../../server/src/common/storePath.ts";
import type { PathSignature } from "../../../../../../server/src/protocol.ts";
import { pathIcon } from "../../../../builds/icons.ts";
import { signatureStatusText } from "../../../../builds/signatures.ts";
import { itemWords } from "../../../../manifest.ts";
import { factsMarkdown } from "../../../../text/facts.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** A store path of the closure, with its signature. */
export interface PathRow extends Row {
  readonly kind: "path";
  readonly path: PathSignature;
  /** For Copy Store Path. */
  readonly storePath: string;
}

export function pathRow(parent: Row, path: PathSignature): PathRow {
  return { kind: "path", key: `${parent.key} ${path.path}`, id: parent.id, path, storePath: path.path, parent };
}

export const pathKind: BuildsRowKind<PathRow> = {
  item({ key, path: signature }, { l10n }) {
    const label = storePathName(signature.path);
    return {
      id: key,
      label,
      description: signature.key ?? "",
      tooltip: { markdown: pathTooltip(signature, l10n) },
      icon: pathIcon,
      below: "none",
      words: ["path", itemWords.storePath],
      spoken: spokenName(signatureStatusText(signature.status, l10n), label),
    };
  },
};

function pathTooltip({ path, key, cache, status }: PathSignature, l10n: Localiser): string {
  return factsMarkdown(inlineCode(path), [
    [l10n.t("Signature"), escapeMarkdown(signatureStatusText(status, l10n))],
    [l10n.t("Key"), key === undefined ? undefined : inlineCode(key)],
    [l10n.t("Cache"), cache === undefined ? undefined : inlineCode(cache)],
  ]);
}
