import type { Localiser } from "../../../../server/src/common/localiser.ts";
import type { Route, RouteVerdict } from "../../../../server/src/protocol.ts";

/** How a closure gets to a machine, and whether it accepts it: `Pushed, as Morph does: accepted`. */
export function routeText(verdict: RouteVerdict, l10n: Localiser): string {
  const { route, used } = verdict;
  const name = used === true ? l10n.t("{0}, as Morph does", routeName(route, l10n)) : routeName(route, l10n);
  return l10n.t("{0}: {1}", name, verdictText(verdict, l10n));
}

function routeName(route: Route, l10n: Localiser): string {
  switch (route) {
    case "push":
      return l10n.t("Pushed");
    case "substitute":
      return l10n.t("Fetched by the machine, the rest pushed");
    case "copy":
      return l10n.t("Copied with 'nix copy' over ssh-ng");
    case "fetch":
      return l10n.t("Fetched to this machine");
  }
}

function verdictText({ verdict, accepted, refused, unknown }: RouteVerdict, l10n: Localiser): string {
  switch (verdict) {
    case "accepted":
      return l10n.t("accepted");
    case "refused":
      return l10n.t("refused, {0} of {1} paths", refused, accepted + refused + unknown);
    case "unknown":
      return l10n.t("not known of {0} of {1} paths", unknown, accepted + unknown);
  }
}
