import * as l10n from "@vscode/l10n";
import type { Problem } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { type Binding, eachBindingOf, isSet, withoutParentheses } from "../../syntax/nodes.ts";
import { literalSets } from "../../syntax/values.ts";

/** The problems of machines that are defined twice in one set: Nix refuses that. */
export function duplicateMachines(document: NixDocument): Problem[] {
  const problems: Problem[] = [];
  for (const set of literalSets(document.root).sets) {
    const known = new Map<string, { readonly first: Binding; mergeable: boolean | undefined }>();
    for (const binding of eachBindingOf(set)) {
      const name = binding.path[0];
      if (name === undefined) continue;
      const earlier = known.get(name);
      if (earlier === undefined) known.set(name, { first: binding, mergeable: undefined });
      else {
        earlier.mergeable = (earlier.mergeable ?? isMergeable(earlier.first)) && isMergeable(binding);
        if (!earlier.mergeable) problems.push(...duplicate(document, name, earlier.first, binding));
      }
    }
  }
  return problems;
}

function duplicate(document: NixDocument, name: string, first: Binding, again: Binding): Problem[] {
  const [known, repeated] = [first.names[0], again.names[0]];
  if (known === undefined || repeated === undefined) return [];
  const line = document.rangeOf(known).start.line + 1;
  return [
    {
      code: "duplicate-machine",
      severity: "error",
      message: l10n.t("Machine '{0}' is already defined on line {1}. Rename or remove one of the two.", name, line),
      location: { uri: document.uri, range: document.rangeOf(repeated) },
    },
  ];
}

/** Whether Nix merges a binding with others of its name: `a.x = 1; a.y = 2;` and two literal sets are one machine. */
function isMergeable({ path, value }: Binding): boolean {
  return path.length > 1 || (value !== undefined && isSet(withoutParentheses(value)));
}
