import * as l10n from "@vscode/l10n";
import { URI } from "vscode-uri";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import type { Remark } from "./codes.ts";

/** Characters that change when Morph inserts a text into a shell script without quotes. */
const shellCharacters = /[\s"'`$\\;&|<>()/]/;

/** Morph inserts paths into a Nix expression without quoting: path literals cannot contain other characters. */
const pathCharacters = /^[\w.+/-]*$/;

/** Names of machines that Morph cannot build or deploy: it creates links with these names in a shell script. */
export function unusableNames(network: Network): Remark[] {
  return network.machines.flatMap(({ name, selectionRange, computed }) => {
    const found = shellCharacters.exec(name)?.[0];
    if (found === undefined || computed === true) return [];
    const message = l10n.t(
      "Morph cannot deploy a machine with {0} in its name: it inserts the name into a shell script without quoting.",
      shown(found),
    );
    return [{ code: "unusable-name", range: selectionRange, message }];
  });
}

/** A network whose path Morph cannot pass to Nix. */
export function unusablePath(document: NixDocument): Remark[] {
  const uri = URI.parse(document.uri);
  const path = uri.path.replace(/^\/[A-Za-z]:/, "");
  if (uri.scheme !== "file" || pathCharacters.test(path)) return [];
  const found = [...path].find(character => !pathCharacters.test(character)) ?? "";
  const message = l10n.t(
    "Morph cannot read a network with {0} in its path: it inserts the path into a Nix expression without quoting. Rename the folder or the file.",
    shown(found),
  );
  return [{ code: "unusable-path", range: document.rangeAt(0, 0), message }];
}

function shown(character: string): string {
  return /\s/.test(character) ? l10n.t("whitespace") : `'${character}'`;
}
