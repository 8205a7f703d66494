import * as l10n from "@vscode/l10n";
import { storeName } from "../../../common/storeName.ts";
import { errorProblem } from "../../../outcome.ts";
import type { Problem } from "../../../protocol.ts";
import { connectionProblem } from "../../../ssh/reasons.ts";
import type { ScriptEnd } from "./access.ts";

/** The exit code of ssh itself. */
const sshFailed = 255;

/** Exit codes of the script. */
const [noNix, noFolder, notStarted] = [69, 73, 75];

/** Whether the connection failed, so that another attempt may succeed, and what was asked for may or may not have happened. */
export function isLost(end: ScriptEnd): boolean {
  return end === undefined || end.kind === "timed-out" || (end.kind === "exited" && end.code === sshFailed);
}

/** Why a command of the script failed; undefined if it succeeded. @param store the address of the store. */
export function scriptProblem(end: ScriptEnd, store: string): Problem | undefined {
  const name = storeName(store);
  if (end?.kind === "exited" && end.code === 0) return undefined;
  if (end?.kind === "cancelled") return { code: "cancelled", severity: "info", message: l10n.t("Cancelled.") };
  if (end?.kind === "missing")
    return errorProblem("no-ssh", l10n.t("'{0}' was not found. Install OpenSSH, or add it to the PATH.", end.file));
  if (end === undefined)
    return errorProblem("unsupported-place", l10n.t("{0} is not a store that Nix reaches over ssh.", name));
  const detail = "stderr" in end ? end.stderr.trim() : "";
  if (end.kind === "exited")
    switch (end.code) {
      case noNix:
        return errorProblem(
          "builder-no-nix",
          l10n.t(
            "'nix-store' is not on the PATH of a non-interactive shell on {0}. Add it there, for example with PermitUserEnvironment or SetEnv in its sshd_config.",
            name,
          ),
          detail,
        );
      case noFolder:
        return errorProblem(
          "no-folder-there",
          l10n.t(
            "The build's folder could not be created in ~/.local/state/morph-language-server on {0}: {1}",
            name,
            lastLine(detail),
          ),
          detail,
        );
      case notStarted:
        return errorProblem(
          "no-supervisor",
          l10n.t("The build was not started on {0} within ten seconds. Build again.", name),
          detail,
        );
    }
  if (isLost(end)) return { ...connectionProblem(name, [detail], "user"), detail };
  return errorProblem(
    "builder-failed",
    l10n.t("{0} did not do what it was asked to: {1}", name, lastLine(detail)),
    detail,
  );
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.trim() ?? "";
}
