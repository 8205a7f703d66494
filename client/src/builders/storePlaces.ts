import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuilderChoice, BuildParams } from "../../../server/src/protocol.ts";

/** Where and how a machine is built. */
export type BuildPlace = Pick<BuildParams, "place" | "detached" | "fetch">;

/** A way to build in the store of a builder. */
export interface StorePlace extends BuildPlace {
  /** The builder's name. */
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** The ways to build in the stores of builders. @param choices the best first. */
export function storePlaces(choices: readonly BuilderChoice[], l10n: Localiser): StorePlace[] {
  return choices
    .filter(({ builder, capability }) => /^ssh(?:-ng)?:\/\//.test(builder.id) && capability?.can !== false)
    .flatMap(({ builder }) => waysOn(builder.id, builder.name, l10n));
}

function waysOn(store: string, label: string, l10n: Localiser): StorePlace[] {
  const place = { kind: "store", store } as const;
  return [
    {
      label,
      description: l10n.t("result stays there"),
      detail: l10n.t("Everything is built in the store of {0}. Needs no trust here.", label),
      place,
    },
    {
      label,
      description: l10n.t("detached, result stays there"),
      detail: l10n.t("The build continues on {0} while this machine is off or offline.", label),
      place,
      detached: true,
    },
    {
      label,
      description: l10n.t("detached, result is copied here"),
      detail: l10n.t("The same, and the result is copied here at the end."),
      place,
      detached: true,
      fetch: true,
    },
  ];
}
