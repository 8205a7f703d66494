import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Builder, BuilderOffer } from "../../../server/src/protocol.ts";

type Origin = BuilderOffer["origin"];

/** Where an offer is defined. `pathOf`: the path of a file relative to the workspace. */
export function originText({ source, file, line }: Origin, pathOf: (file: string) => string, l10n: Localiser): string {
  const place = file === undefined ? undefined : line === undefined ? pathOf(file) : `${pathOf(file)}:${line}`;
  switch (source) {
    case "this machine":
      return l10n.t("the settings of this machine's Nix");
    case "nix.conf":
      return place ?? l10n.t("Nix's settings");
    case "setting":
      return l10n.t("the setting morph.builders");
    case "network":
      return place === undefined ? l10n.t("nixConfig of a network") : l10n.t("nixConfig in {0}", place);
    case "machines file":
    case "nixos module":
      return place ?? l10n.t("a file");
  }
}

/** The origins of a builder that can be opened, each once. */
export function openableOrigins({ offers }: Builder): readonly Origin[] {
  const found = new Map<string, Origin>();
  for (const { origin } of offers)
    if (origin.file !== undefined || origin.source === "setting") found.set(JSON.stringify(origin), origin);
  return [...found.values()];
}

/** The machine lines of a builder, one per line of the text; undefined if it has none. */
export function machineLinesOf({ offers }: Builder): string | undefined {
  const lines = new Set(offers.flatMap(({ line }) => line ?? []));
  return lines.size === 0 ? undefined : [...lines].join("\n");
}
