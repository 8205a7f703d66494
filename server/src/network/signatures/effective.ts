import { itemsOf } from "../../staticEvaluation/values/inspect.ts";
import type { Origin } from "../../staticEvaluation/values/value.ts";
import { known } from "../../staticEvaluation/values/value.ts";
import type { Span } from "../../syntax/strict/span.ts";
import { boolAt, isSet, listAt, textAt } from "../modules/knownValues.ts";
import { definitionsOf, type ModuleConfig, winning } from "../modules/modules.ts";
import { writtenPath } from "../modules/writtenPath.ts";

/** A part of the text of a file. */
export interface Place extends Span {
  readonly uri: string;
}

/** What a whole machine, with all its modules, sets about caches and signatures. Undefined: its text does not determine it. */
export interface MachineSignatureFacts {
  /** What it adds to the keys that Nix trusts by default. */
  readonly trustedKeys: readonly string[] | undefined;
  readonly requiresSignatures: boolean | undefined;
  /** The caches that it certainly uses, with the strings that name them. */
  readonly substituters: readonly { readonly url: string; readonly place: Place }[];
  /** Whether it runs nix-serve; `place`: the path of the option that enables it. */
  readonly nixServe: { readonly place: Place; readonly hasKey: boolean | undefined } | undefined;
}

const settings = ["nix", "settings"] as const;

/** Options of old releases of NixOS have the same effect as the newer ones. */
const keyOptions = [
  [...settings, "trusted-public-keys"],
  [...settings, "extra-trusted-public-keys"],
  ["nix", "binaryCachePublicKeys"],
] as const;
const substituterOptions = [
  [...settings, "substituters"],
  [...settings, "extra-substituters"],
  ["nix", "binaryCaches"],
] as const;

/** Reads what the modules of one machine set about caches and signatures. */
export function machineSignatureFacts(modules: readonly ModuleConfig[]): MachineSignatureFacts {
  const extra = textAt(modules, ["nix", "extraOptions"]);
  const isPlain = extra !== undefined && !/public-keys|require-sigs|signed-binary-caches/.test(extra);
  const keys = keyOptions.map(option => listAt(modules, option));
  return {
    trustedKeys: isPlain && keys.every(list => list !== undefined) ? keys.flat() : undefined,
    requiresSignatures: isPlain ? requiresSignatures(modules) : undefined,
    substituters: substituterOptions.flatMap(option => substituters(modules, option)),
    nixServe: nixServe(modules),
  };
}

function requiresSignatures(modules: readonly ModuleConfig[]): boolean | undefined {
  const flags = [
    boolAt(modules, [...settings, "require-sigs"], true),
    boolAt(modules, ["nix", "requireBinaryCacheSignatures"], true),
  ];
  return flags.includes(undefined) ? undefined : !flags.includes(false);
}

/** Only definitions of the highest priority count, and none that depends on an unknown condition. */
function substituters(modules: readonly ModuleConfig[], option: readonly string[]) {
  const definitions = definitionsOf(modules, option);
  const strongest = Math.min(...definitions.map(({ priority }) => priority));
  return definitions
    .filter(({ priority, isConditional }) => priority === strongest && !isConditional)
    .flatMap(({ value }) => itemsOf(known(value)) ?? [])
    .flatMap(item => {
      const value = item.force();
      return value.kind === "string" && value.origin ? [{ url: value.text, place: placeOf(value.origin) }] : [];
    });
}

function nixServe(modules: readonly ModuleConfig[]): MachineSignatureFacts["nixServe"] {
  const enable = ["services", "nix-serve", "enable"];
  if (boolAt(modules, enable, false) !== true) return undefined;
  const won = winning(definitionsOf(modules, enable));
  const definition = won === undefined || won === "undecided" ? undefined : won.definition;
  if (definition === undefined) return undefined;
  // The service reads the key's file from its environment, which can be set directly.
  const sets = [
    isSet(modules, ["services", "nix-serve", "secretKeyFile"]),
    isSet(modules, ["systemd", "services", "nix-serve"]),
  ];
  return {
    place: placeOf(writtenPath(definition)),
    hasKey: sets.includes(true) || (sets.includes(undefined) ? undefined : false),
  };
}

function placeOf({ document: { uri }, start, end }: Origin): Place {
  return { uri, start, end };
}
