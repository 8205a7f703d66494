import * as vscode from "vscode";
import { isCachePublicKey, isSecretKey } from "../../../../server/src/common/entered/keys.ts";
import type { Command, CommandContext } from "../../context.ts";
import { applyFix, changedText, copyText, pickFix } from "../../operations/fixes.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { isKeyTarget } from "../../targets.ts";

/** Asks for the public key of a cache, has it compared with the cache's signatures, and offers the places where it can be trusted. */
export function trustKey({ server, builds }: CommandContext): Command {
  return async argument => {
    const build = isKeyTarget(argument) ? builds.summary(argument.id) : undefined;
    if (!isKeyTarget(argument) || build === undefined || !trustedToEvaluate()) return;
    const { id, cache, key } = argument;
    const publicKey = await askForKey(key, cache);
    if (publicKey === undefined) return;
    // Only an open text can be edited, and only the server knows where.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(build.uri, true));
    const { version } = document;
    const { fixes, isVerified } = await server.request("morph/trustKeyFixes", { id, cache, publicKey });
    const title = vscode.l10n.t("Trust Key {0}", key);
    const placeHolder = isVerified
      ? vscode.l10n.t("The cache signs with this key. Select where to trust it.")
      : vscode.l10n.t("The cache could not be asked for a signature by this key. Select where to trust it.");
    const picked = await pickFix(fixes, title, placeHolder);
    if (picked === undefined) return;
    switch (picked.action.kind) {
      case "edit":
        if (document.version !== version) throw new Error(changedText());
        return applyFix(picked.action.edit);
      case "copy":
        return copyText(picked.action.text, picked.action.next);
      case "set-up":
        return;
    }
  };
}

async function askForKey(name: string, cache: string): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Trust Key {0}", name),
    prompt: vscode.l10n.t("Public key of {0}, from its operator: do not take it from the cache itself", cache),
    placeHolder: `${name}:...`,
    ignoreFocusOut: true,
    validateInput: value => keyProblem(value.trim(), name),
  });
  return text?.trim();
}

/** Why a text is not the public key of a name; nothing before the user has typed. */
function keyProblem(text: string, name: string): string | undefined {
  if (text === "") return undefined;
  if (isSecretKey(text)) return vscode.l10n.t("This is a secret key. Enter the public one, and never copy this one.");
  if (!isCachePublicKey(text)) return vscode.l10n.t("Enter a name, a colon and 44 characters in base 64.");
  if (text.startsWith(`${name}:`)) return undefined;
  return vscode.l10n.t("The cache signs as '{0}'. The name of the key has to be the same.", name);
}
