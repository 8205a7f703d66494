import * as vscode from "vscode";
import { build } from "../operations/build.ts";
import type { Rooms } from "../rooms.ts";
import { isAttributePath } from "../text/attributePath.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";

/** Builds something else of a machine than its system: an image for its first boot, a virtual machine, its kernel. */
export function buildOther(rooms: Rooms): Command {
  return async argument => {
    const title = vscode.l10n.t("Build Other Output ...");
    const target = await machineOf(argument, rooms.machines, title);
    const attribute = target && (await pickAttribute(target.machine));
    return target && attribute && build({ ...target, attribute }, rooms);
  };
}

interface OutputItem extends vscode.QuickPickItem {
  readonly attribute?: string;
}

async function pickAttribute(machine: string): Promise<string | undefined> {
  const output = (label: string, attribute: string): OutputItem => ({ label, description: attribute, attribute });
  const items: OutputItem[] = [
    output(vscode.l10n.t("Image for an SD card"), "system.build.sdImage"),
    output(vscode.l10n.t("ISO image"), "system.build.isoImage"),
    output(vscode.l10n.t("Virtual machine"), "system.build.vm"),
    output(vscode.l10n.t("Kernel"), "boot.kernelPackages.kernel"),
    output(vscode.l10n.t("Initial RAM disk"), "system.build.initialRamdisk"),
    { label: vscode.l10n.t("Another ...") },
  ];
  const title = vscode.l10n.t("Build Other Output of {0}", machine);
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return picked?.label === items.at(-1)?.label ? askAttribute(title) : picked?.attribute;
}

function askAttribute(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("The path of a derivation below the machine's `config`"),
    placeHolder: "system.build.kexecTree",
    validateInput: path =>
      isAttributePath(path) ? undefined : vscode.l10n.t("Names with dots between them, such as system.build.vm."),
  });
}
