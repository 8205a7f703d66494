import * as vscode from "vscode";

/** The store that was entered last for each cache, as long as VS Code runs. */
const entered = new Map<string, string>();

/** A question for the address of a store. */
export interface StoreQuestion {
  readonly title: string;
  readonly prompt: string;
  /** Proposed unless another one was entered before. */
  readonly proposal: string;
  /** The cache that it is for. */
  readonly cache: string | undefined;
  readonly isValid: (text: string) => boolean;
}

/** Asks for the address of a store for Nix; undefined if the user cancels. */
export async function askForStore(question: StoreQuestion): Promise<string | undefined> {
  const { title, prompt, proposal, cache = "", isValid } = question;
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value: entered.get(cache) ?? proposal,
    placeHolder: "file:///srv/cache, s3://bucket, ssh-ng://host",
    ignoreFocusOut: true,
    validateInput: value =>
      isValid(value.trim())
        ? undefined
        : vscode.l10n.t("Enter an address such as {0}.", "file:///srv/cache, s3://bucket, ssh-ng://host"),
  });
  if (text === undefined || !isValid(text.trim())) return undefined;
  entered.set(cache, text.trim());
  return text.trim();
}

/** The file of a secret key, which the user chooses. It is not read. */
export async function askForKeyFile(title: string): Promise<string | undefined> {
  const openLabel = vscode.l10n.t("Sign with This Key");
  const [file] = (await vscode.window.showOpenDialog({ title, openLabel, canSelectMany: false })) ?? [];
  return file?.fsPath;
}
