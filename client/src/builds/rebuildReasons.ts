import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { ChangedPart, RebuildReasons } from "../../../server/src/protocol.ts";

/** The changes, one item each: `glibc-2.39`, `version, src`. The revision of nixpkgs comes first. */
export function changeItems(
  { nixpkgs, changes }: RebuildReasons,
  l10n: Localiser,
): { readonly label: string; readonly description: string }[] {
  const unknown = l10n.t("unknown");
  const revision =
    nixpkgs === undefined
      ? []
      : [{ label: "nixpkgs", description: `${nixpkgs.before ?? unknown} → ${nixpkgs.after ?? unknown}` }];
  return [
    ...revision,
    ...changes.map(({ name, before, parts }) => ({
      label: name,
      description: [
        ...(before === undefined ? [] : [l10n.t("was {0}", before)]),
        ...parts.map(part => partText(part, l10n)),
      ].join(" · "),
    })),
  ];
}

function partText(part: ChangedPart, l10n: Localiser): string {
  switch (part.kind) {
    case "system":
      return l10n.t("different system");
    case "input":
      return l10n.t("new dependency {0}", part.name);
    case "source":
      return l10n.t("file {0}", part.name);
    case "variable":
      return part.name;
  }
}
