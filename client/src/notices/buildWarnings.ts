import * as vscode from "vscode";
import type { StartedBuilds } from "../builds/started.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { choiceSettings } from "../manifest.ts";
import { readChoice } from "../registry.ts";
import { type Notice, type Warned, WarningNotices, warnedBy } from "./warningNotices.ts";

/** Shows the warnings of builds that this window started: they may take hours, or the disk may fill up. */
export function showBuildWarnings(
  builds: BuildsStore,
  started: StartedBuilds,
  server: LanguageServer,
): vscode.Disposable {
  const notices = new WarningNotices(warned => open(warned, server));
  const subscription = builds.onDidChange(() => {
    const ids = readChoice(choiceSettings.notify) === "always" ? started.ids : [];
    const ours = ids.flatMap(id => builds.summary(id) ?? []);
    notices.look(warnedBy(ours, id => builds.batch(id), vscode.l10n));
  });
  return vscode.Disposable.from(subscription, notices);
}

/** As progress: the only kind of notification that an extension can close. */
function open({ title, text, build }: Warned, server: LanguageServer): Notice {
  let close = () => {};
  const closed = new Promise<void>(resolve => {
    close = resolve;
  });
  let message = text;
  let show = () => {};
  const place = { location: vscode.ProgressLocation.Notification, title, cancellable: build !== undefined };
  void vscode.window.withProgress(place, (progress, token) => {
    show = () => progress.report({ message });
    show();
    // The build may have ended in the meantime.
    token.onCancellationRequested(() => {
      if (build !== undefined) void server.request("morph/cancel", { id: build }).catch(() => undefined);
    });
    return closed;
  });
  return {
    update: changed => {
      message = changed;
      show();
    },
    close,
  };
}
