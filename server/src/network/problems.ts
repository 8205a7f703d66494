import { t } from "@vscode/l10n";
import type { Problem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Binding, isSet, withoutParentheses } from "../syntax/nodes.ts";

/**
 * The problem of two machines of one name in one set, or undefined where Nix merges them: `a.x = 1; a.y = 2;` and two literal
 * sets are one machine.
 */
export function duplicateMachine(
  document: NixDocument,
  name: string,
  earlier: readonly Binding[],
  binding: Binding,
): Problem | undefined {
  const first = earlier[0]?.names[0];
  const again = binding.names[0];
  if (first === undefined || again === undefined || [...earlier, binding].every(isMergeable)) return undefined;
  const line = document.rangeOf(first).start.line + 1;
  return {
    code: "duplicate-machine",
    severity: "error",
    message: t("Machine '{0}' is already defined on line {1}. Rename or remove one of the two.", name, line),
    location: { uri: document.uri, range: document.rangeOf(again) },
  };
}

function isMergeable({ path, value }: Binding): boolean {
  return path.length > 1 || (value !== undefined && isSet(withoutParentheses(value)));
}
