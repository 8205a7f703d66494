import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { clientCommands } from "../../common/clientCommands.ts";
import type { SignatureFixTarget } from "../../protocol.ts";

// What can be done about signatures: commands of the client.

/** Has Nix trust a key. */
export function trustKey(id: string, cache: string, key: string): Command {
  return command(l10n.t("Trust Key {0}...", key), clientCommands.trustKey, { id, cache, key });
}

/** Signs the closure in a static cache. */
export function signPaths(id: string, cache: string): Command {
  return command(l10n.t("Sign with a Key File..."), clientCommands.signPaths, { id, cache });
}

/** Copies the closure to a cache. */
export function pushPaths(id: string, cache?: string): Command {
  const title = cache === undefined ? l10n.t("Push to a Cache...") : l10n.t("Push to This Cache...");
  return command(title, clientCommands.pushPaths, { id, cache });
}

/** Checks the signatures of a build again. */
export function checkAgain(id: string): Command {
  return command(l10n.t("Check Again"), clientCommands.checkSignatures, { id });
}

/** Copies a command or an option. @param next what to do with it. */
export function copySnippet(title: string, text: string, next: string): Command {
  return { title, command: clientCommands.copySnippet, arguments: [{ text, next }] };
}

function command(title: string, id: string, target: SignatureFixTarget): Command {
  return { title, command: id, arguments: [target] };
}
