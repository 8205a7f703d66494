import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuilderChoice } from "../../../server/src/protocol.ts";

/**
 * `emulated · up to 2 parallel jobs`, `cannot build riscv64-linux`; `x86_64-linux, i686-linux · 1 job at a time` while the
 * requested system is unknown. The reason is in `capability.why`.
 */
export function builderDescription({ builder, capability }: BuilderChoice, l10n: Localiser): string {
  if (capability?.can === false) return capability.label;
  const systems = builder.offers.flatMap(offer => offer.systems.map(({ system }) => system));
  const jobs = Math.max(...builder.offers.map(({ maxJobs }) => maxJobs));
  return [
    capability?.label ?? [...new Set(systems)].join(", "),
    jobs === 1 ? l10n.t("1 job at a time") : l10n.t("up to {0} parallel jobs", jobs),
  ].join(" · ");
}
