import { bytesText } from "../../../../../server/src/common/bytes.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { Builder, BuilderId } from "../../../../../server/src/protocol.ts";
import { featuresOf } from "../../../builders/state.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row } from "./row.ts";

/** Something known about a builder that has a name and a value. */
export interface FactRow extends Row {
  readonly kind: "fact";
  readonly builder: BuilderId;
  readonly fact: FactName;
}

type FactName = "features" | "nix" | "space";

const names: readonly FactName[] = ["features", "nix", "space"];

const icons: Readonly<Record<FactName, string>> = { features: "tag", nix: "versions", space: "database" };

/** The rows of the facts that are known. */
export function factRows({ key, top, builder }: Row & Pick<FactRow, "builder">, of: Builder): readonly FactRow[] {
  return names.flatMap(fact =>
    isKnown(fact, of) ? [{ kind: "fact" as const, key: `${key} ${fact}`, top, builder, fact }] : [],
  );
}

export const factKind: BuildersRowKind<FactRow> = {
  item({ key, builder: id, fact }, { store, l10n }) {
    const builder = store.builder(id);
    if (builder === undefined) return undefined;
    const [label, description] = textOf(fact, builder, l10n);
    return {
      id: key,
      label,
      description,
      icon: { id: icons[fact] },
      below: "none",
      words: ["fact"],
      spoken: spokenName("", label, [description]),
    };
  },
};

function isKnown(fact: FactName, builder: Builder): boolean {
  switch (fact) {
    case "features": {
      const { supported, mandatory } = featuresOf(builder);
      return supported.length + mandatory.length > 0;
    }
    case "nix":
      return builder.check?.nixVersion !== undefined;
    case "space":
      return builder.check?.freeBytes !== undefined;
  }
}

function textOf(fact: FactName, builder: Builder, l10n: Localiser): readonly [label: string, description: string] {
  switch (fact) {
    case "features": {
      const { supported, mandatory } = featuresOf(builder);
      const required = mandatory.length === 0 ? [] : [l10n.t("only with {0}", mandatory.join(", "))];
      const others = supported.length === 0 ? [] : [supported.join(", ")];
      return [l10n.t("Features"), [...required, ...others].join(" · ")];
    }
    case "nix":
      return [l10n.t("Nix"), [builder.check?.nixVersion ?? "", ...trustText(builder, l10n)].join(" · ")];
    case "space":
      return [l10n.t("Free space"), bytesText(builder.check?.freeBytes ?? 0, l10n)];
  }
}

function trustText({ check }: Builder, l10n: Localiser): readonly string[] {
  if (check?.trusted === undefined) return [];
  return [check.trusted ? l10n.t("trusts its user") : l10n.t("does not trust its user")];
}
