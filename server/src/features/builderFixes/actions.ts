import * as l10n from "@vscode/l10n";
import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from "vscode-languageserver-types";
import { clientCommands } from "../../common/clientCommands.ts";
import type { Machine, Network } from "../../protocol.ts";
import { overlaps } from "../names/ranges.ts";
import { type BuilderFixFacts, builderFixes } from "./builderFixes.ts";

/** The diagnostics that a builder solves. */
const solvedCodes: ReadonlySet<unknown> = new Set(["no-builder", "no-local-builds", "unbuildable-system"]);

/** The most edits that are offered for a machine: the client has a list of all. */
const maxEdits = 2;

/** How to find the fixes of a machine without a builder. */
export interface BuilderActionFacts extends Omit<BuilderFixFacts, "network" | "machine" | "system"> {
  /** The system of a machine that no builder can build; undefined of any other machine. */
  readonly unbuildable: (machine: Machine) => string | undefined;
  readonly commands: ReadonlySet<string>;
}

/** The code actions at the names and the systems of machines that no builder can build. */
export function builderActions(
  network: Network,
  range: Range,
  diagnostics: readonly Diagnostic[],
  { unbuildable, commands, ...facts }: BuilderActionFacts,
): CodeAction[] {
  const solved = diagnostics.filter(({ code }) => solvedCodes.has(code));
  const kind = CodeActionKind.QuickFix;
  return network.machines
    .filter(machine => machine.computed !== true && isAt(machine, network.uri, range))
    .flatMap(machine => {
      const system = unbuildable(machine);
      if (system === undefined) return [];
      const edits = builderFixes({ ...facts, network, machine: machine.name, system }).flatMap(({ label, action }) =>
        action.kind === "edit" ? [{ title: label, kind, diagnostics: solved, edit: action.edit }] : [],
      );
      return [
        ...(commands.has(clientCommands.addBuilder) ? [listed(network, machine, system, solved)] : []),
        ...edits.slice(0, maxEdits),
      ];
    });
}

/** Whether a range is in the line of a machine's name, or at the value of its system. */
function isAt({ selectionRange, system: { location } }: Machine, uri: string, range: Range): boolean {
  const { start, end } = selectionRange;
  const isOnLine = range.start.line <= end.line && range.end.line >= start.line;
  return isOnLine || (location?.uri === uri && overlaps(location.range, range));
}

function listed({ uri }: Network, { name }: Machine, system: string, diagnostics: Diagnostic[]): CodeAction {
  const title = l10n.t("Add Builder for {0}...", system);
  const command = { title, command: clientCommands.addBuilder, arguments: [{ uri, machine: name, system }] };
  return { title, kind: CodeActionKind.QuickFix, diagnostics, command };
}
