import * as l10n from "@vscode/l10n";
import { URI } from "vscode-uri";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import type { Remark } from "./codes.ts";

/** What Morph writes into a shell script without quotes and gets back as something else. */
const shellCharacters = /[\s"'`$\\;&|<>()/]/;

/** What Morph pastes into a Nix expression as a path: Nix's paths hold no other characters. */
const pathCharacters = /^[\w.+/-]*$/;

/** Names of machines that Morph cannot build or deploy: it makes links of these names in a shell script. */
export function unusableNames(network: Network): Remark[] {
  return network.machines.flatMap(({ name, selectionRange, computed }) => {
    const found = shellCharacters.exec(name)?.[0];
    if (found === undefined || computed === true) return [];
    const message = l10n.t(
      "Morph cannot deploy a machine with {0} in its name: it writes the name into a shell script as it is.",
      shown(found),
    );
    return [{ code: "unusable-name", range: selectionRange, message }];
  });
}

/** A network whose path Morph cannot pass on to Nix. */
export function unusablePath(document: NixDocument): Remark[] {
  const uri = URI.parse(document.uri);
  const path = uri.path.replace(/^\/[A-Za-z]:/, "");
  if (uri.scheme !== "file" || pathCharacters.test(path)) return [];
  const found = [...path].find(character => !pathCharacters.test(character)) ?? "";
  const message = l10n.t(
    "Morph cannot read a network whose path has {0} in it: it writes the path into a Nix expression as it is. Rename the folder or the file.",
    shown(found),
  );
  return [{ code: "unusable-path", range: document.rangeAt(0, 0), message }];
}

function shown(character: string): string {
  return /\s/.test(character) ? l10n.t("a blank") : `'${character}'`;
}
