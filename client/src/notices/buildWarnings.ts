import * as vscode from "vscode";
import { type BuildSummary, finalStates } from "../../../server/src/protocol.ts";
import type { StartedBuilds } from "../builds/started.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { choiceSettings } from "../manifest.ts";
import { readChoice } from "../registry.ts";
import { type Notice, WarningNotices } from "./warningNotices.ts";

/** Shows the warnings of builds that this window started: they may take hours, or the disk may fill up. */
export function showBuildWarnings(
  builds: BuildsStore,
  started: StartedBuilds,
  server: LanguageServer,
): vscode.Disposable {
  const notices = new WarningNotices((build, text) => open(build, text, server));
  const subscription = builds.onDidChange(() =>
    notices.look(
      id => whileItRuns(builds.summary(id)),
      readChoice(choiceSettings.notify) === "always" ? started.ids : [],
    ),
  );
  return vscode.Disposable.from(subscription, notices);
}

/** Warnings of a finished build are shown only in its row. */
function whileItRuns(build: BuildSummary | undefined): BuildSummary | undefined {
  return build === undefined || !finalStates.has(build.state) ? build : { ...build, warnings: undefined };
}

/** As progress: the only kind of notification that an extension can close. */
function open({ id, machine }: BuildSummary, text: string, server: LanguageServer): Notice {
  let close = () => {};
  const closed = new Promise<void>(resolve => {
    close = resolve;
  });
  let message = text;
  let show = () => {};
  const place = { location: vscode.ProgressLocation.Notification, title: machine, cancellable: true };
  void vscode.window.withProgress(place, (progress, token) => {
    show = () => progress.report({ message });
    show();
    // The build may have ended in the meantime.
    token.onCancellationRequested(() => void server.request("morph/cancel", { id }).catch(() => undefined));
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
