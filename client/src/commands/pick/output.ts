import * as vscode from "vscode";
import { isAttributePath } from "../../text/attributePath.ts";

interface OutputItem extends vscode.QuickPickItem {
  readonly attribute?: string;
}

/** An output of a machine other than its system, as a dotted path below its `config`. Undefined if the user cancels. */
export async function pickOutput(machine: string): Promise<string | undefined> {
  const output = (label: string, attribute: string): OutputItem => ({ label, description: attribute, attribute });
  const items: OutputItem[] = [
    output(vscode.l10n.t("Image for an SD card"), "system.build.sdImage"),
    output(vscode.l10n.t("ISO image"), "system.build.isoImage"),
    output(vscode.l10n.t("Virtual machine"), "system.build.vm"),
    output(vscode.l10n.t("Kernel"), "boot.kernelPackages.kernel"),
    output(vscode.l10n.t("Initial RAM disk"), "system.build.initialRamdisk"),
    { label: vscode.l10n.t("Other...") },
  ];
  const title = vscode.l10n.t("Build Other Output of {0}", machine);
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return picked?.label === items.at(-1)?.label ? askAttribute(title) : picked?.attribute;
}

function askAttribute(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("The path of a derivation below the machine's configuration"),
    placeHolder: "system.build.kexecTree",
    validateInput: path =>
      isAttributePath(path) ? undefined : vscode.l10n.t("Enter names separated by dots, such as system.build.vm."),
  });
}
