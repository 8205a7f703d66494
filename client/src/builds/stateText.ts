import type { DerivationState, Place, ProducedBuildState, SignatureStatus } from "../../../server/src/protocol.ts";
import type { Localiser } from "../localiser.ts";
import { storeName } from "../text/storeNames.ts";
import type { BuildsFilter } from "./filter.ts";

/** A build's state in a word or two. */
export function stateText(state: ProducedBuildState, l10n: Localiser): string {
  switch (state) {
    case "evaluating":
      return l10n.t("evaluating");
    case "queued":
      return l10n.t("queued");
    case "building":
      return l10n.t("building");
    case "checking":
      return l10n.t("checking signatures");
    case "succeeded":
      return l10n.t("succeeded");
    case "failed":
      return l10n.t("failed");
    case "cancelled":
      return l10n.t("cancelled");
    case "lost":
      return l10n.t("lost");
  }
}

/** A derivation's state in a word or two. */
export function derivationStateText(state: DerivationState["state"], l10n: Localiser): string {
  switch (state) {
    case "planned":
      return l10n.t("not started");
    case "waiting":
      return l10n.t("waiting");
    case "building":
      return l10n.t("building");
    case "built":
      return l10n.t("built");
    case "built-by-another":
      return l10n.t("built by another build");
    case "fetched":
      return l10n.t("fetched");
    case "not-needed":
      return l10n.t("not needed");
    case "failed":
      return l10n.t("failed");
    case "dependency-failed":
      return l10n.t("a dependency failed");
    case "cancelled":
      return l10n.t("cancelled");
  }
}

/** Where a build runs; undefined where Nix decides. */
export function placeText(place: Place, l10n: Localiser): string | undefined {
  switch (place.kind) {
    case "schedule":
      return undefined;
    case "only":
      return place.builder === "local" ? l10n.t("on this machine") : l10n.t("on {0}", storeName(place.builder));
    case "store":
      return l10n.t("in {0}", storeName(place.store));
  }
}

/** What the paths of one signature status have in common. */
export function signatureStatusText(status: SignatureStatus, l10n: Localiser): string {
  switch (status) {
    case "trusted":
      return l10n.t("Signed by a trusted key");
    case "untrusted":
      return l10n.t("Signed by other keys only");
    case "invalid":
      return l10n.t("Signature is wrong");
    case "unsigned":
      return l10n.t("Not signed");
    case "missing":
      return l10n.t("In no cache");
    case "contentAddressed":
      return l10n.t("Content-addressed: needs no signature");
    case "builtHere":
      return l10n.t("Built here");
    case "unreachable":
      return l10n.t("No cache answered");
  }
}

/** `all builds`, `failed builds`, `web01` */
export function filterText(filter: BuildsFilter, l10n: Localiser): string {
  switch (filter.kind) {
    case "all":
      return l10n.t("all builds");
    case "running":
      return l10n.t("running and queued builds");
    case "failed":
      return l10n.t("failed builds");
    case "machine":
      return filter.machine;
  }
}
