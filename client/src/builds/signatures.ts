import type { Localiser } from "../../../server/src/common/localiser.ts";
import type {
  PathSignature,
  SignatureReport,
  SignatureStatus,
  SignatureSummary,
} from "../../../server/src/protocol.ts";

/** Severity of a status: `wrong` needs attention, `open` could not be determined, `local` is trusted only here, `fine` everywhere. */
export type Verdict = "fine" | "local" | "open" | "wrong";

/** Every status but `trusted`, the worst first. */
const order = ["invalid", "untrusted", "unsigned", "missing", "unreachable", "builtHere", "contentAddressed"] as const;

export function verdictOf(status: SignatureStatus): Verdict {
  switch (status) {
    case "invalid":
    case "untrusted":
    case "unsigned":
      return "wrong";
    case "missing":
    case "unreachable":
      return "open";
    case "builtHere":
      return "local";
    case "trusted":
    case "contentAddressed":
      return "fine";
  }
}

/** The worst verdict of a closure; `open` if it could not be read. */
export function verdict(summary: SignatureSummary): Verdict {
  return summary.total === 0 ? "open" : verdictOf(worstStatus(summary));
}

/** The worst status of the paths of a closure. */
export function worstStatus(summary: SignatureSummary): SignatureStatus {
  return order.find(status => summary[status] > 0) ?? "trusted";
}

export interface SignatureGroup {
  readonly status: SignatureStatus;
  readonly paths: readonly PathSignature[];
}

/** The paths that are not signed by a trusted key, grouped by status, the worst first. */
export function groupSignatures({ paths }: SignatureReport): readonly SignatureGroup[] {
  const groups = order.map(status => ({ status, paths: paths.filter(path => path.status === status) }));
  return groups.filter(group => group.paths.length > 0);
}

/** The label of a signature status. */
export function signatureStatusText(status: SignatureStatus, l10n: Localiser): string {
  switch (status) {
    case "trusted":
      return l10n.t("Signed by a trusted key");
    case "untrusted":
      return l10n.t("Signed by other keys only");
    case "invalid":
      return l10n.t("Invalid signature");
    case "unsigned":
      return l10n.t("Not signed");
    case "missing":
      return l10n.t("Not in any cache");
    case "contentAddressed":
      return l10n.t("Content-addressed, no signature needed");
    case "builtHere":
      return l10n.t("Built here");
    case "unreachable":
      return l10n.t("No cache answered");
  }
}
