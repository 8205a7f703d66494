import * as vscode from "vscode";
import {
  isStoreAddress,
  proposedStore,
  shownStore,
  signsCopies,
} from "../../../../server/src/common/entered/stores.ts";
import type { Command, CommandContext } from "../../context.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { isBuildTarget, isCacheTarget } from "../../targets.ts";
import { askForKeyFile, askForStore } from "./askForStore.ts";
import { didPublish } from "./published.ts";

/** Has Nix copy the closure of a build to a cache, or into the store behind it, and shows how far it is. */
export function pushPaths({ server, builds }: CommandContext): Command {
  return async argument => {
    const build = isBuildTarget(argument) ? builds.summary(argument.id) : undefined;
    if (build === undefined || !trustedToEvaluate()) return;
    const { id, machine } = build;
    const cache = isCacheTarget(argument) ? argument.cache : undefined;
    const title = vscode.l10n.t("Push {0}", machine);
    const prompt = vscode.l10n.t(
      "Where Nix copies to: the files of a cache, or the store of the machine that serves it (you have to be trusted there)",
    );
    const store = await askForStore({ title, prompt, proposal: proposedStore(cache), cache, isValid: isStoreAddress });
    if (store === undefined) return;
    const key = await keyFor(store, title);
    if (key === "cancelled") return;
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(progress, async (report, token) => {
      const listener = server.listen("morph/copyDidProgress", ({ id: copied, done, expected }) => {
        if (copied === id) report.report({ message: vscode.l10n.t("{0} of {1} paths", done, expected) });
      });
      try {
        await server.request("morph/pushPaths", { id, store, keyFile: key.file }, token);
      } finally {
        listener.dispose();
      }
    });
    didPublish(build, vscode.l10n.t("{0} was copied to {1}.", machine, shownStore(store)));
  };
}

/** Whether copies are signed, and with which key. Another machine's store signs by itself what it serves. */
async function keyFor(store: string, title: string): Promise<{ readonly file?: string } | "cancelled"> {
  if (!signsCopies(store) || /[?&]secret-key=/.test(store)) return {};
  const sign = vscode.l10n.t("Sign with a Key File...");
  const plain = vscode.l10n.t("Copy as They Are");
  const items = [
    { label: sign, detail: vscode.l10n.t("Nix signs every path that it copies. Only Nix reads the key.") },
    { label: plain, detail: vscode.l10n.t("With the signatures that they have. What was built here has none.") },
  ];
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t("Select how to sign") });
  if (picked === undefined) return "cancelled";
  if (picked.label !== sign) return {};
  const file = await askForKeyFile(vscode.l10n.t("Secret key for {0}. Only Nix reads it.", store));
  return file === undefined ? "cancelled" : { file };
}
