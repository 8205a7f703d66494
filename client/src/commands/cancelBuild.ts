import * as vscode from "vscode";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { buildIdOf } from "./pickBuild.ts";

/** Stops a running build. */
export function cancelBuild({ server, builds }: Rooms): Command {
  return async argument => {
    const texts = { title: vscode.l10n.t("Cancel Build"), none: vscode.l10n.t("No build is running.") };
    const id = await buildIdOf(argument, builds.unfinished, texts);
    if (id !== undefined) await server.request("morph/cancel", { id });
  };
}
