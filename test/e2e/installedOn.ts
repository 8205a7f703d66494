import { after } from "node:test";
import { type InstalledVsCode, startInstalled } from "../support/homeWindow.ts";
import type { Lab } from "../support/lab.ts";
import type { VsCodeOptions } from "../support/vscodeHost.ts";

/** Starts VS Code with the packaged extension on a laboratory. Both are stopped after the tests of the file. */
export async function installedOn(
  lab: Pick<Lab, "env" | "stop">,
  options: Omit<VsCodeOptions, "env"> = {},
): Promise<InstalledVsCode> {
  try {
    const vscode = await startInstalled({ ...options, env: lab.env });
    after(async () => {
      await vscode.stop();
      await lab.stop();
    });
    return vscode;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}
