import * as l10n from "@vscode/l10n";
import { faultyLineText } from "../builders/lineFaultText.ts";
import { clientCommands } from "../common/clientCommands.ts";
import type { Health } from "../protocol.ts";
import type { ToolchainState } from "../toolchain/toolchain.ts";
import type { WorkspaceScan } from "../workspace/networkFiles.ts";
import { maxNetworkFiles } from "../workspace/scan.ts";
import type { Notify } from "./client/notify.ts";

/** Publishes the server's health when it changes. */
export class HealthReporter {
  readonly #notify: Notify;
  #published = "";

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** @param failed whether the server had an internal error since it was started. */
  report(toolchain: ToolchainState, scan: WorkspaceScan, failed: boolean): void {
    const health = healthOf(toolchain, scan, failed);
    const text = JSON.stringify(health);
    if (text === this.#published) return;
    this.#published = text;
    this.#notify("morph/health", health);
  }
}

function healthOf(toolchain: ToolchainState, scan: WorkspaceScan, failed: boolean): Health {
  if (toolchain.kind === "missing")
    return { state: "error", code: toolchain.problem.code, message: toolchain.problem.message };
  if (failed)
    return {
      state: "warning",
      code: "internal-error",
      message: l10n.t(
        "The language server had an internal error and keeps running. If something does not work, restart it. See the output for details.",
      ),
      fixes: [
        { title: l10n.t("Restart Language Server"), command: clientCommands.restartServer },
        { title: l10n.t("Show Output"), command: clientCommands.showOutput },
      ],
    };
  const [fault] = toolchain.kind === "known" ? toolchain.builders.faults : [];
  if (fault !== undefined)
    return {
      state: "warning",
      code: "bad-machine-line",
      message: faultyLineText(fault),
    };
  if (scan.cut)
    return {
      state: "warning",
      code: "too-many-networks",
      message: l10n.t(
        "Only the first {0} network files of the workspace are listed. Narrow morph.networkFiles.",
        maxNetworkFiles,
      ),
    };
  if (scan.ignoredGlobs.length > 0)
    return {
      state: "warning",
      code: "ignored-globs",
      message: l10n.t(
        "'{0}' in the setting morph.networkFiles is ignored: it is not a valid glob, or it makes the setting too long.",
        scan.ignoredGlobs[0]?.slice(0, 100) ?? "",
      ),
    };
  if (scan.hasOnlyFlakes)
    return {
      state: "ok",
      code: "only-flake",
      message: l10n.t("Morph 1.8 cannot use flake.nix: it needs a network file."),
    };
  return { state: "ok" };
}
