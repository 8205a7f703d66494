import type { SignatureStatus, SignatureSummary } from "../../../../server/src/protocol.ts";

/** Severity of a status: `wrong` needs attention, `open` could not be determined, `local` is trusted only here, `fine` everywhere. */
export type Verdict = "fine" | "local" | "open" | "wrong";

/** Every status but `trusted`, the worst first. */
export const worstFirst = [
  ...(["invalid", "differs", "untrusted", "unsigned"] as const),
  ...(["missing", "unreachable", "builtHere", "contentAddressed"] as const),
];

export function verdictOf(status: SignatureStatus): Verdict {
  switch (status) {
    case "invalid":
    case "differs":
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
  return worstFirst.find(status => summary[status] > 0) ?? "trusted";
}
