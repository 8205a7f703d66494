import * as vscode from "vscode";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { buildIdOf } from "./pickBuild.ts";

/** Opens the log of a build, or of the derivation that a row of the Builds view passed. */
export function showLog({ builds, logs }: Rooms): Command {
  return async argument => {
    if (isDerivation(argument)) {
      const { id, name, drvPath } = argument;
      return logs.open({ id, name, derivation: drvPath });
    }
    const texts = { title: vscode.l10n.t("Show Log"), none: vscode.l10n.t("There is no build yet.") };
    const id = await buildIdOf(argument, builds.summaries, texts);
    if (id === undefined) return undefined;
    return logs.open({ id, name: builds.summary(id)?.machine ?? id });
  };
}

function isDerivation(value: unknown): value is { id: string; name: string; drvPath: string } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "derivation";
}
