import type { Command } from "vscode-languageserver-types";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { Problem } from "../../../server/src/protocol.ts";
import { commandIds, settingKeys } from "../manifest.ts";

/** Fixes that help to investigate further, after looking at the log. */
const lookFurther: ReadonlySet<string> = new Set([commandIds.buildKeepingFolders, commandIds.openKeptFolder]);

/** Fixes that are not urgent, for which a notification has no room. */
const onPage: ReadonlySet<string> = new Set([commandIds.lookForLeftovers]);

/** The fixes of a problem, in the order in which they are useful. */
export interface RankedFixes {
  /** Shown before other actions. */
  readonly first: readonly Command[];
  /** Shown after Show Log. */
  readonly afterLog: readonly Command[];
  /** Shown after all others, but not in notifications. */
  readonly onPage: readonly Command[];
}

export function rankedFixes(problem: Problem, l10n: Localiser): RankedFixes {
  const all = fixesOf(problem, l10n);
  return {
    first: all.filter(({ command }) => !lookFurther.has(command) && !onPage.has(command)),
    afterLog: all.filter(({ command }) => lookFurther.has(command)),
    onPage: all.filter(({ command }) => onPage.has(command)),
  };
}

/** The fixes of a problem: those of the server, and those that only VS Code can do. */
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
          title: l10n.t("Set Nix Directory"),
          command: "workbench.action.openSettings",
          arguments: [settingKeys.nixBinDir],
        },
      ];
    default:
      return [];
  }
}
