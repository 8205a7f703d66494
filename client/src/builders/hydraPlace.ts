import { storeName } from "../../../server/src/common/storeName.ts";
import type { HydraPlace, PlaceChoices } from "../../../server/src/protocol.ts";
import { defaults, type PickContext, type PlaceItem } from "./placeItem.ts";

/** Hydra builds what has been pushed, not what is here. */
export function hydraItem({ url, place, problem }: HydraPlace, choices: PlaceChoices, context: PickContext): PlaceItem {
  const { l10n, machine } = context;
  const common = { kind: "place", label: storeName(url) } as const;
  if (place === undefined) {
    const message = problem?.message ?? l10n.t("Hydra has no jobset for {0}. Create it first.", machine);
    const obstacle = { message, mayTry: false };
    const described = { description: l10n.t("no jobset"), detail: message, icon: "circle-slash" };
    return { ...common, ...described, where: {}, obstacle, buttons: [], isDefault: false };
  }
  const jobset = `${place.project}:${place.jobset}`;
  return {
    ...common,
    ...defaults(`hydra:${jobset}`, choices, context, [l10n.t("jobset {0}", jobset)]),
    detail: l10n.t(
      "Hydra evaluates and builds what has been committed and pushed. It continues while this machine is off.",
    ),
    icon: "cloud",
    where: { place },
  };
}
