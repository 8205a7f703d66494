import { roughDurationText } from "../../../server/src/common/duration.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Evaluation, Plan, PlanSources } from "../../../server/src/protocol.ts";

/** What building a machine would do: `eiffel: aarch64-linux, 1,204 paths: 1,190 from http://cache signed by cache-1, 14 to build`. */
export function planText({ machine, system, plan }: Evaluation, l10n: Localiser): string {
  return [l10n.t("{0}: {1}, {2}", machine, system, whatText(plan, l10n)), ...notes(plan, l10n)].join(". ");
}

/** How much there is to build and to fetch; from where, if it is known who signed it. */
function whatText({ build, fetch, sources }: Plan, l10n: Localiser): string {
  if (build.length + fetch.length === 0) return l10n.t("up to date");
  if (sources === undefined || fetch.length === 0)
    return l10n.t("{0} to build, {1} to fetch", build.length, fetch.length);
  const parts = [...sources.fetch.map(each => fromText(each, l10n)), l10n.t("{0} to build", number(sources.build))];
  const all = sources.build + sources.fetch.reduce((sum, { paths }) => sum + paths, 0);
  return `${l10n.t("{0} paths", number(all))}: ${parts.join(", ")}`;
}

function fromText({ cache, key, paths }: PlanSources["fetch"][number], l10n: Localiser): string {
  return key === undefined
    ? l10n.t("{0} from {1}", number(paths), cache)
    : l10n.t("{0} from {1} signed by {2}", number(paths), cache, key);
}

function notes({ sources, missesRememberedFor: seconds }: Plan, l10n: Localiser): string[] {
  const refused = (sources?.refused ?? []).reduce((sum, { paths }) => sum + paths, 0);
  const unknown = sources?.unknown ?? 0;
  return [
    ...(refused === 0
      ? []
      : [l10n.t("Caches have {0} of the paths to build, but not signed by a trusted key", number(refused))]),
    ...(unknown === 0 ? [] : [l10n.t("A cache that may have {0} of them does not answer", number(unknown))]),
    ...(seconds === undefined
      ? []
      : [
          l10n.t(
            "Nix's daemon remembers for {0} that no cache has what is to be built",
            roughDurationText(seconds * 1000, l10n),
          ),
        ]),
  ];
}

function number(count: number): string {
  return count.toLocaleString("en");
}
