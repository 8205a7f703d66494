import * as l10n from "@vscode/l10n";
import type { Range } from "vscode-languageserver-types";
import type { Problem } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { type Binding, eachBindingOf, isSet, withoutParentheses } from "../../syntax/nodes.ts";
import { literalSets } from "../../syntax/values.ts";

/** The problems of machines that are defined twice in one set: Nix refuses that. */
export function duplicateMachines(document: NixDocument): Problem[] {
  const problems: Problem[] = [];
  for (const set of literalSets(document.root).sets) {
    // Of each only what tells its line: the nodes of thousands of machines would be most of what reading them takes.
    const known = new Map<string, { readonly offset: number; mergeable: boolean }>();
    for (const binding of eachBindingOf(set)) {
      const [name, node] = [binding.path[0], binding.names[0]];
      if (name === undefined || node === undefined) continue;
      const earlier = known.get(name);
      const mergeable = isMergeable(binding) && earlier?.mergeable !== false;
      if (earlier === undefined) known.set(name, { offset: node.startIndex, mergeable });
      else {
        earlier.mergeable = mergeable;
        if (!mergeable) problems.push(duplicate(document, name, earlier.offset, document.rangeOf(node)));
      }
    }
  }
  return problems;
}

function duplicate(document: NixDocument, name: string, first: number, range: Range): Problem {
  const line = document.rangeAt(first, first).start.line + 1;
  return {
    code: "duplicate-machine",
    severity: "error",
    message: l10n.t("Machine '{0}' is already defined on line {1}. Rename or remove one of the two.", name, line),
    location: { uri: document.uri, range },
  };
}

/** Whether Nix merges a binding with others of its name: `a.x = 1; a.y = 2;` and two literal sets are one machine. */
function isMergeable({ path, value }: Binding): boolean {
  return path.length > 1 || (value !== undefined && isSet(withoutParentheses(value)));
}
