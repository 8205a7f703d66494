import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { PlaceChoices } from "../../../server/src/protocol.ts";
import type { BuildPlace } from "./storePlaces.ts";

/** A button that makes a place the default for a machine or a system, or no longer. */
export interface DefaultButton {
  /** The key in `morph.places`. */
  readonly key: string;
  /** Its new value; undefined removes it. */
  readonly value: string | undefined;
  readonly icon: string;
  readonly tooltip: string;
}

/** A place in the quick pick. */
export interface PlaceItem {
  readonly kind: "place";
  readonly label: string;
  readonly description: string;
  readonly detail?: string | undefined;
  readonly icon: string;
  readonly where: BuildPlace;
  /** Why it cannot be chosen. */
  readonly obstacle?: { readonly message: string; readonly mayTry: boolean } | undefined;
  readonly buttons: readonly DefaultButton[];
  readonly isDefault: boolean;
}

export type PickItem = PlaceItem | { readonly kind: "separator"; readonly label: string };

/** What the items depend on. */
export interface PickContext {
  readonly machine: string;
  /** Setting `morph.places`. */
  readonly places: Readonly<Record<string, string>>;
  /** The current time (ms). */
  readonly now: number;
  readonly l10n: Localiser;
}

/** The value in `morph.places` where Nix chooses, which is the default. */
export const schedule = "schedule";

/** Whether a place is the default, and the buttons that change that. @param value of the setting for the place. */
export function defaults(
  value: string,
  { system }: PlaceChoices,
  { machine, places, l10n }: PickContext,
  texts: readonly string[],
): Pick<PlaceItem, "buttons" | "isDefault" | "description"> {
  const keys = [machine, ...(system === undefined ? [] : [system])];
  const set = keys.filter(key => Object.hasOwn(places, key));
  const effective = set[0];
  const buttons = keys.map((key): DefaultButton => {
    const isSet = places[key] === value;
    return {
      key,
      value: isSet ? undefined : value,
      icon: isSet ? "pinned" : key === machine ? "pin" : "layers",
      tooltip: isSet ? l10n.t("Stop Building {0} Here by Default", key) : l10n.t("Build {0} Here by Default", key),
    };
  });
  const isDefault = effective === undefined ? value === schedule : places[effective] === value;
  const marked = keys.filter(key => places[key] === value).map(key => l10n.t("default for {0}", key));
  return { buttons, isDefault, description: [...texts, ...marked].join(" · ") };
}
