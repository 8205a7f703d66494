import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Builder, ProducedBuildMode } from "../../../server/src/protocol.ts";

/** How a builder can build for a system. Undefined system: nobody knows yet which it is. */
export function modeOf({ systems }: Builder, system: string | undefined): ProducedBuildMode | undefined {
  if (system === undefined) return undefined;
  return systems.find(entry => entry.system === system)?.mode ?? "impossible";
}

/** `aarch64-linux · emulated`, `x86_64-linux, i686-linux` */
export function builderDescription(builder: Builder, system: string | undefined, l10n: Localiser): string {
  const mode = modeOf(builder, system);
  if (system === undefined || mode === undefined) return builder.systems.map(entry => entry.system).join(", ");
  return `${system} · ${modeText(mode, l10n)}`;
}

function modeText(mode: ProducedBuildMode, l10n: Localiser): string {
  switch (mode) {
    case "native":
      return l10n.t("native");
    case "emulated":
      return l10n.t("emulated");
    case "compatible":
      return l10n.t("compatible");
    case "claimed":
      return l10n.t("as its configuration says");
    case "impossible":
      return l10n.t("cannot build it");
  }
}

/** Builders in the order in which they are offered: those that can build, the best first; those that cannot last. */
export function rankBuilders(builders: readonly Builder[], system: string | undefined): readonly Builder[] {
  const ranks: readonly (ProducedBuildMode | undefined)[] = [
    "native",
    "compatible",
    "claimed",
    "emulated",
    undefined,
    "impossible",
  ];
  const rank = (builder: Builder) => ranks.indexOf(modeOf(builder, system));
  return builders.filter(({ active }) => active).toSorted((a, b) => rank(a) - rank(b));
}
