import { t } from "@vscode/l10n";
import type { Connection } from "vscode-languageserver";
import type { Health } from "./protocol.ts";
import type { ToolchainState } from "./toolchain.ts";
import { maxNetworkFiles } from "./workspace/scan.ts";

/** Tells the client how we are, when that changes. */
export class HealthReporter {
  readonly #connection: Connection;
  #told = "";

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  report(toolchain: ToolchainState, scanWasCut: boolean): void {
    const health = healthOf(toolchain, scanWasCut);
    const text = JSON.stringify(health);
    if (text === this.#told) return;
    this.#told = text;
    void this.#connection.sendNotification("morph/health", health);
  }
}

function healthOf(toolchain: ToolchainState, scanWasCut: boolean): Health {
  if (toolchain.kind === "missing")
    return { state: "error", code: toolchain.problem.code, message: toolchain.problem.message };
  if (scanWasCut)
    return {
      state: "warning",
      code: "too-many-networks",
      message: t(
        "Only the first {0} network files of the workspace are listed. Make morph.networkFiles more exact.",
        maxNetworkFiles,
      ),
    };
  return { state: "ok" };
}
