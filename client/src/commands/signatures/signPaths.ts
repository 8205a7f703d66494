import * as vscode from "vscode";
import { isSigningAddress, proposedStore } from "../../../../server/src/common/entered/stores.ts";
import type { Command, CommandContext } from "../../context.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { isBuildTarget, isCacheTarget } from "../../targets.ts";
import { askForKeyFile, askForStore } from "./askForStore.ts";
import { didPublish } from "./published.ts";

/** Has Nix sign the closure of a build in a cache of files, with a key file that the user chooses. */
export function signPaths({ server, builds }: CommandContext): Command {
  return async argument => {
    const build = isBuildTarget(argument) ? builds.summary(argument.id) : undefined;
    if (build === undefined || !trustedToEvaluate()) return;
    const cache = isCacheTarget(argument) ? argument.cache : undefined;
    const title = vscode.l10n.t("Sign {0}", build.machine);
    const proposal = proposedStore(cache);
    const prompt = vscode.l10n.t("Where Nix can write the files of {0}", cache ?? vscode.l10n.t("the cache"));
    const isOwn = isSigningAddress(cache ?? "");
    const store = isOwn ? cache : await askForStore({ title, prompt, proposal, cache, isValid: isSigningAddress });
    if (store === undefined) return;
    const keyFile = await askForKeyFile(vscode.l10n.t("Secret key for {0}. Only Nix reads it.", store));
    if (keyFile === undefined) return;
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(progress, (_, token) =>
      server.request("morph/signPaths", { id: build.id, store, keyFile }, token),
    );
    didPublish(build, vscode.l10n.t("{0} was signed in {1}.", build.machine, store));
  };
}
