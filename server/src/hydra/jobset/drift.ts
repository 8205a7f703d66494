import type { HydraDrift, HydraInput, HydraJobset } from "../../protocol.ts";
import { isSameGitInput } from "./remote.ts";

/** The fields of a jobset that are compared, with their names on Hydra's page. */
const fields = [
  ["Enabled", "enabled"],
  ["Visible", "visible"],
  ["Description", "description"],
  ["Nix expression input", "expressionInput"],
  ["Nix expression path", "expressionPath"],
  ["Check interval", "checkInterval"],
  ["Scheduling shares", "schedulingShares"],
  ["Number of evaluations to keep", "keepEvaluations"],
] as const;

/** Where a jobset on the server differs from ours. Inputs that only theirs has are not differences: they stay. */
export function driftOf(theirs: HydraJobset, ours: HydraJobset): readonly HydraDrift[] {
  return [
    ...fields.flatMap(([field, key]) =>
      theirs[key] === ours[key] ? [] : [{ field, theirs: String(theirs[key]), ours: String(ours[key]) }],
    ),
    ...Object.entries(ours.inputs).flatMap(([name, input]) => {
      const found = theirs.inputs[name];
      if (found !== undefined && isSameInput(found, input)) return [];
      return [{ field: `inputs.${name}`, theirs: found && inputText(found), ours: inputText(input) }];
    }),
  ];
}

function isSameInput(one: HydraInput, other: HydraInput): boolean {
  if (one.type !== other.type) return false;
  return one.type === "git" ? isSameGitInput(one.value, other.value) : one.value === other.value;
}

function inputText({ type, value }: HydraInput): string {
  return `${type}: ${value}`;
}
