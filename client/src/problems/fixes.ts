import type { Command } from "vscode-languageserver-types";
import type { Problem } from "../../../server/src/protocol.ts";
import type { Localiser } from "../localiser.ts";
import { settingKeys } from "../manifest.ts";

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
