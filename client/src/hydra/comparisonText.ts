import { countText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { ChangedPart, HydraCause, HydraComparison, HydraDifference } from "../../../server/src/protocol.ts";

/** The answer in a sentence: whether it is what would be deployed, or how much of it differs and why. */
export function comparisonText(comparison: HydraComparison, l10n: Localiser): string {
  const { ours, theirs, closure, causes, reasons } = comparison;
  if (ours === theirs) return l10n.t("The same as what you would deploy");
  if (closure === undefined) return l10n.t("Not the same as what you would deploy");
  const different = closure.total - closure.same;
  const count = l10n.t("{0} of {1} derivations are the same", countText(closure.same), countText(closure.total));
  if (causes.length > 0 && causes.every(({ isLabel }) => isLabel))
    return l10n.t("{0}; {1} differ because of the NixOS version label", count, countText(different));
  const [reason, ...others] = reasons;
  if (reason === undefined || others.length > 0) return l10n.t("{0}; {1} differ", count, countText(different));
  return l10n.t("{0}; {1} differ: {2}", count, countText(different), reasonName(reason, l10n));
}

/** What differs, as a line: `nixpkgs: 0123456789ab on Hydra, fedcba987654 here`. */
export function reasonText(reason: HydraDifference, l10n: Localiser): string {
  const { kind, theirs, ours } = reason;
  if (kind === "dirty") return l10n.t("Changes that are not committed: {0}", ours ?? "");
  const unknown = l10n.t("unknown");
  const [onHydra, here] = [theirs, ours].map(each => (each === undefined ? unknown : shortened(each)));
  return l10n.t("{0}: {1} on Hydra, {2} here", reasonName(reason, l10n), onHydra ?? unknown, here ?? unknown);
}

function reasonName({ kind }: HydraDifference, l10n: Localiser): string {
  switch (kind) {
    case "nixpkgs":
      return l10n.t("revision of nixpkgs");
    case "network":
      return l10n.t("revision of the network");
    case "dirty":
      return l10n.t("changes that are not committed");
    case "evaluator":
      return l10n.t("perhaps the evaluator");
    case "version label":
      return l10n.t("NixOS version label");
    case "other":
      return l10n.t("other inputs");
  }
}

/** A revision as git shortens it; anything else as it is. */
function shortened(text: string): string {
  return /^[0-9a-f]{40,64}$/.test(text) ? text.slice(0, 12) : text;
}

/** A derivation that differs by itself: `etc-os-release: variable text`. */
export function causeText({ name, before, parts, isLabel }: HydraCause, l10n: Localiser): string {
  const what = parts.map(part => partText(part, l10n));
  const label = isLabel ? [l10n.t("only the version label")] : what;
  return before === undefined
    ? `${name}: ${label.join(", ")}`
    : l10n.t("{0} (on Hydra {1}): {2}", name, before, label.join(", "));
}

function partText(part: ChangedPart, l10n: Localiser): string {
  switch (part.kind) {
    case "system":
      return l10n.t("system");
    case "variable":
      return l10n.t("variable {0}", part.name);
    case "source":
      return l10n.t("source {0}", part.name);
    case "input":
      return l10n.t("input {0}", part.name);
  }
}
