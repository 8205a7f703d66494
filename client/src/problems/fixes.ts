import type { Command } from "vscode-languageserver-types";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Problem } from "../../../server/src/protocol.ts";
import { commandIds, settingKeys } from "../manifest.ts";

/** What helps to find out more, once the log has been looked at. */
const lookFurther: ReadonlySet<string> = new Set([commandIds.buildKeepingFolders, commandIds.openKeptFolder]);

/** What can be done about a problem, by when it is of use. */
export interface RankedFixes {
  /** Before anything else is looked at. */
  readonly first: readonly Command[];
  /** Once the log has been looked at. */
  readonly afterLog: readonly Command[];
}

export function rankedFixes(problem: Problem, l10n: Localiser): RankedFixes {
  const all = fixesOf(problem, l10n);
  return {
    first: all.filter(({ command }) => !lookFurther.has(command)),
    afterLog: all.filter(({ command }) => lookFurther.has(command)),
  };
}

/** What can be done about a problem: what the server offers, and what only VS Code can. */
export function fixesOf(problem: Problem, l10n: Localiser): readonly Command[] {
  const ours = editorFixes(problem.code, l10n);
  const offered = problem.fixes ?? [];
  return [...offered, ...ours.filter(({ command }) => !offered.some(fix => fix.command === command))];
}

function editorFixes(code: string, l10n: Localiser): readonly Command[] {
  switch (code) {
    case "untrusted":
      return [{ title: l10n.t("Manage Workspace Trust"), command: "workbench.trust.manage" }];
    case "unsaved":
      return [{ title: l10n.t("Save All"), command: "workbench.action.files.saveAll" }];
    case "no-nix":
      return [
        {
          title: l10n.t("Open Settings"),
          command: "workbench.action.openSettings",
          arguments: [settingKeys.nixBinDir],
        },
      ];
    default:
      return [];
  }
}
