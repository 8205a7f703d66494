import { t } from "@vscode/l10n";
import type { Problem } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Binding, bindingsOf, isSet, withoutParentheses } from "../syntax/nodes.ts";
import { literalSets } from "../syntax/values.ts";

/** The problems of machines that are defined twice in one set: Nix refuses that. */
export function duplicateMachines(document: NixDocument): Problem[] {
  return literalSets(document.root).sets.flatMap(set => {
    const known = new Map<string, { readonly first: Binding; mergeable: boolean }>();
    return bindingsOf(set).flatMap(binding => {
      const name = binding.path[0];
      if (name === undefined) return [];
      const earlier = known.get(name);
      if (earlier === undefined) {
        known.set(name, { first: binding, mergeable: isMergeable(binding) });
        return [];
      }
      earlier.mergeable &&= isMergeable(binding);
      return earlier.mergeable ? [] : duplicate(document, name, earlier.first, binding);
    });
  });
}

function duplicate(document: NixDocument, name: string, first: Binding, again: Binding): Problem[] {
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
function isMergeable({ path, value }: Binding): boolean {
  return path.length > 1 || (value !== undefined && isSet(withoutParentheses(value)));
}
