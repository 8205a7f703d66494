import * as vscode from "vscode";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { buildIdOf } from "./pickBuild.ts";

/** Keeps a build when others are removed because they are too many or too old. */
export function keepBuild(rooms: Rooms): Command {
  return keeping(rooms, true, vscode.l10n.t("Keep Build"));
}

/** Lets a build be removed again when there are too many. */
export function stopKeepingBuild(rooms: Rooms): Command {
  return keeping(rooms, false, vscode.l10n.t("Stop Keeping Build"));
}

function keeping({ server, builds }: Rooms, on: boolean, title: string): Command {
  return async argument => {
    const others = builds.summaries.filter(({ kept }) => (kept.pinned === true) !== on);
    const none = on ? vscode.l10n.t("There is no build to keep.") : vscode.l10n.t("No build is kept.");
    const id = await buildIdOf(argument, others, { title, none });
    if (id !== undefined) await server.request("morph/keep", { id, on });
  };
}
