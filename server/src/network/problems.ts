import { t } from "@vscode/l10n";
import type { Problem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Binding, isSet, withoutParentheses } from "../syntax/nodes.ts";

/** The problem of two machines of one name in one set. */
export function duplicateMachine(document: NixDocument, name: string, first: Binding, again: Binding): Problem[] {
  const [known, repeated] = [first.names[0], again.names[0]];
  if (known === undefined || repeated === undefined) return [];
  const line = document.rangeOf(known).start.line + 1;
  return [
    {
      code: "duplicate-machine",
      severity: "error",
      message: t("Machine '{0}' is already defined on line {1}. Rename or remove one of the two.", name, line),
      location: { uri: document.uri, range: document.rangeOf(repeated) },
    },
  ];
}

/** Whether Nix merges a binding with others of its name: `a.x = 1; a.y = 2;` and two literal sets are one machine. */
export function isMergeable({ path, value }: Binding): boolean {
  return path.length > 1 || (value !== undefined && isSet(withoutParentheses(value)));
}
