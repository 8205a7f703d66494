import * as vscode from "vscode";
import type { HydraMachine } from "../../../server/src/protocol.ts";
import { newlyFailing, type SeenBuilds } from "../hydra/newlyFailing.ts";
import type { HydraStore } from "../hydra/store.ts";
import { choiceSettings } from "../manifest.ts";
import { showMessage } from "../problems/show.ts";
import { readChoice } from "../registry.ts";

const key = "hydra.seenBuilds";

/** Notifies once when a build of a machine on Hydra fails whose predecessor succeeded. */
export function showHydraFailures(store: HydraStore, memory: vscode.Memento): vscode.Disposable {
  return store.onDidChange(() => {
    const before = memory.get<SeenBuilds>(key, {});
    const { failing, seen } = newlyFailing(store.status, before);
    if (JSON.stringify(seen) !== JSON.stringify(before)) void memory.update(key, seen);
    if (readChoice(choiceSettings.notify) === "never") return;
    for (const machine of failing) void notify(machine);
  });
}

function notify({ machine, build }: HydraMachine): Promise<void> {
  const open = {
    title: vscode.l10n.t("Open in Hydra"),
    run: () => build && vscode.env.openExternal(vscode.Uri.parse(build.page, true)),
  };
  return showMessage("error", vscode.l10n.t("{0}: the build on Hydra newly fails.", machine), [open]);
}
