import { roughDurationText, usualDurationText } from "../../../server/src/common/duration.ts";
import { agoText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import { type Builder, type BuilderChoice, localBuilder, type PlaceChoices } from "../../../server/src/protocol.ts";
import { hydraItem } from "./hydraPlace.ts";
import { defaults, type PickContext, type PickItem, type PlaceItem, schedule } from "./placeItem.ts";
import { type BuildPlace, type StorePlace, storePlaces } from "./storePlaces.ts";
import { builderDescription } from "./text.ts";

/** All places for a machine: where Nix chooses, the builders that can build it, the best first, and the others with the reason. */
export function placeItems(choices: PlaceChoices, context: PickContext): readonly PickItem[] {
  const { l10n, machine } = context;
  const items = choices.builders.map(choice => builderItem(choice, choices, context));
  const able = items.filter(({ obstacle }) => obstacle === undefined);
  const others = items.filter(({ obstacle }) => obstacle !== undefined);
  const stores = storePlaces(choices.builders, l10n).map(storeItem);
  const separator = (label: string) => ({ kind: "separator" as const, label });
  return [
    ...scheduleItems(choices, context),
    ...(able.length === 0 ? [] : [separator(l10n.t("Builders")), ...able]),
    ...(stores.length === 0 ? [] : [separator(l10n.t("In the Builder's Store")), ...stores]),
    ...(choices.hydra === undefined ? [] : [separator("Hydra"), hydraItem(choices.hydra, choices, context)]),
    ...(others.length === 0 ? [] : [separator(l10n.t("Cannot Build {0}", machine)), ...others]),
  ];
}

function scheduleItems(choices: PlaceChoices, context: PickContext): PlaceItem[] {
  const { l10n } = context;
  const { caveats, leaveOut } = choices;
  const any: PlaceItem = {
    kind: "place",
    label: l10n.t("Any builder"),
    ...defaults(schedule, choices, context, [l10n.t("chosen by Nix")]),
    detail: caveats.length === 0 ? undefined : caveats.join(" "),
    icon: "server-environment",
    where: { place: { kind: "schedule" } },
  };
  if (leaveOut.length === 0) return [any];
  const left = choices.builders.flatMap(({ builder }) => (leaveOut.includes(builder.id) ? [builder] : []));
  return [
    any,
    {
      kind: "place",
      label: l10n.t("Any builder except {0}", left.map(({ name }) => name).join(", ")),
      description: l10n.t("chosen by Nix"),
      detail: left.flatMap(builder => checkText(builder, context)).join(" "),
      icon: "server-environment",
      where: { place: { kind: "schedule", without: leaveOut } },
      buttons: [],
      isDefault: false,
    },
  ];
}

/** A way to build in a builder's store, which needs no trust and cannot be a default. */
function storeItem({ label, description, detail, ...where }: StorePlace): PlaceItem {
  const icon = where.detached === true ? "server-process" : "database";
  return { kind: "place", label, description, detail, icon, where, buttons: [], isDefault: false };
}

function builderItem(choice: BuilderChoice, choices: PlaceChoices, context: PickContext): PlaceItem {
  const { l10n } = context;
  const { builder, capability, refusal, expected } = choice;
  const isLocal = builder.kind === "local";
  const where: BuildPlace = { place: { kind: "only", builder: builder.id } };
  const label = isLocal ? l10n.t("This machine") : builder.name;
  const texts = [
    builderDescription(choice, l10n),
    ...(expected === undefined || capability?.can === false
      ? []
      : [l10n.t("about {0}", expectedText(expected.ms, l10n))]),
  ];
  const why = capability?.why ?? "";
  if (refusal !== undefined || capability?.can === false) {
    const [reason, machine] = [capability?.can === false ? why : (refusal?.message ?? ""), context.machine];
    const message = l10n.t("{0} cannot be used to build {1}. {2}", label, machine, reason);
    const obstacle = { message, mayTry: refusal === undefined };
    const detail = [reason, ...checkText(builder, context)].join(" ");
    return {
      kind: "place",
      label,
      description: texts.join(" · "),
      detail,
      icon: "circle-slash",
      where,
      obstacle,
      buttons: [],
      isDefault: false,
    };
  }
  return {
    kind: "place",
    label,
    ...defaults(isLocal ? localBuilder : builder.id, choices, context, texts),
    detail: [...slowText(choice, l10n), why, ...checkText(builder, context)].filter(text => text !== "").join(" "),
    icon: isLocal ? "device-desktop" : "server",
    where,
  };
}

/** Round numbers, unless it is short. */
function expectedText(milliseconds: number, l10n: Localiser): string {
  const text = milliseconds < 10 * 60_000 ? roughDurationText : usualDurationText;
  return text(milliseconds, l10n);
}

function slowText({ capability }: BuilderChoice, l10n: Localiser): string[] {
  return capability?.mode === "emulated" ? [l10n.t("Several times slower; tests may fail.")] : [];
}

/** `Checked 5 min ago: Nix 2.34.0.`, `Did not respond 5 min ago.`; empty if it was never checked. */
function checkText({ check }: Builder, { now, l10n }: PickContext): string[] {
  if (check === undefined) return [];
  const ago = agoText(now - Date.parse(check.at), l10n) ?? check.at;
  if (!check.reachable)
    return [l10n.t("Did not respond {0}: {1}", ago, check.problem?.message ?? l10n.t("not reachable."))];
  if (check.problem !== undefined) return [l10n.t("Checked {0}: {1}", ago, check.problem.message)];
  return check.nixVersion === undefined
    ? [l10n.t("Checked {0}: reachable.", ago)]
    : [l10n.t("Checked {0}: Nix {1}.", ago, check.nixVersion)];
}
