import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildOnHydra } from "../../../server/src/protocol.ts";

/** The address of the most exact page that Hydra has about a build: of the build, its evaluation or its jobset. */
export function hydraPage({ url, project, jobset, evaluation, build }: BuildOnHydra): string {
  if (build !== undefined) return `${url}/build/${build}`;
  return evaluation === undefined ? `${url}/jobset/${project}/${jobset}` : `${url}/eval/${evaluation}`;
}

/** What that page is about: `build 7`. */
export function hydraName({ evaluation, build }: BuildOnHydra, l10n: Localiser): string {
  if (build !== undefined) return l10n.t("build {0}", build);
  return evaluation === undefined ? l10n.t("jobset") : l10n.t("evaluation {0}", evaluation);
}
