import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuilderChoice } from "../../../server/src/protocol.ts";

/** `emulated`; `x86_64-linux, i686-linux` while it is not known for which system it is to build. */
export function builderDescription({ builder, capability }: BuilderChoice): string {
  if (capability !== undefined) return capability.label;
  const systems = builder.offers.flatMap(offer => offer.systems.map(({ system }) => system));
  return [...new Set(systems)].join(", ");
}

/** Why it can build it or cannot, how many jobs it takes at a time, and where it is declared. */
export function builderDetail({ builder, capability }: BuilderChoice, l10n: Localiser): string {
  const jobs = Math.max(...builder.offers.map(({ maxJobs }) => maxJobs));
  const sources = builder.offers.map(({ origin: { file, source } }) =>
    file === undefined ? source : `${source}: ${file}`,
  );
  const where = [...new Set(sources)].join(", ");
  const how =
    jobs === 1 ? l10n.t("1 job at a time ({0})", where) : l10n.t("Up to {0} parallel jobs ({1})", jobs, where);
  return capability === undefined ? how : `${capability.why} ${how}`;
}
