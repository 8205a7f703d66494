import * as l10n from "@vscode/l10n";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { stringText } from "../../syntax/quoting.ts";
import { dottedName } from "../names/dottedNames.ts";
import { eachTopBinding } from "../names/machineNames.ts";
import { tags } from "../names/references.ts";
import type { Remark } from "./codes.ts";

/** Host names without quotes, which Nix reads as a machine with an option. */
export function dottedNames(document: NixDocument): Remark[] {
  const remarks: Remark[] = [];
  for (const binding of eachTopBinding(document)) {
    const name = dottedName(binding);
    if (name === undefined) continue;
    const [first, last] = [binding.names[0], binding.names.at(-1)];
    if (first === undefined || last === undefined) continue;
    const message = l10n.t(
      "Nix reads this as machine '{0}' with option '{1}'. Quote a name that contains dots: {2}.",
      first.text,
      binding.path.slice(1).join("."),
      stringText(name),
    );
    remarks.push({ code: "unquoted-dotted-name", range: document.rangeAt(first.startIndex, last.endIndex), message });
  }
  return remarks;
}

/** Tags in the network's ordering that no machine has; none if the tags of some machine are unknown. */
export function unknownTags(document: NixDocument, { machines, complete }: Network): Remark[] {
  if (!complete || machines.some(({ isPartlyRead }) => isPartlyRead === true)) return [];
  if (!document.text.includes("ordering")) return [];
  const written = tags(document);
  const known = new Set([
    ...machines.flatMap(machine => machine.tags ?? []),
    ...written.filter(({ of }) => of === "machine").map(({ tag }) => tag),
  ]);
  return written
    .filter(({ of, tag }) => of === "ordering" && !known.has(tag))
    .map(({ node, tag }) => ({
      code: "unknown-tag",
      range: document.rangeOf(node),
      message: l10n.t("No machine has tag '{0}'.", tag),
    }));
}
