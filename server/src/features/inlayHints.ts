import * as l10n from "@vscode/l10n";
import { type InlayHint, InlayHintKind, type Range } from "vscode-languageserver-types";
import type { Machine, Network } from "../protocol.ts";
import { contains, overlaps } from "./names/ranges.ts";

/**
 * The system after a machine's name, if it is set outside the machine's own text, or known only from an evaluation. Machines
 * that one text names, such as those of a `genList`, share one hint if their system is the same.
 */
export function inlayHints({ uri, machines }: Network, range: Range): InlayHint[] {
  const seen = new Set<string>();
  return machines
    .filter(({ selectionRange, computed }) => computed !== true && overlaps(range, selectionRange))
    .flatMap(machine => {
      const { value } = machine.system;
      if (value === undefined || isStatedInside(machine, uri)) return [];
      const { line, character } = machine.selectionRange.end;
      const hint = `${line}:${character} ${value}`;
      if (seen.has(hint)) return [];
      seen.add(hint);
      return [
        {
          position: { line, character },
          label: value,
          kind: InlayHintKind.Type,
          paddingLeft: true,
          tooltip: tooltip(machine),
        },
      ];
    });
}

function isStatedInside({ range, system: { origin, location } }: Machine, uri: string): boolean {
  return (
    origin !== "evaluated" && location !== undefined && location.uri === uri && contains(range, location.range.start)
  );
}

function tooltip({ system: { origin, location } }: Machine): string {
  if (origin === "evaluated") return l10n.t("As evaluated.");
  if (location === undefined) return l10n.t("From `{0}`.", origin);
  const file = decodeURIComponent(location.uri.slice(location.uri.lastIndexOf("/") + 1));
  return l10n.t("Set in {0}, line {1}.", file, location.range.start.line + 1);
}
