import { after } from "node:test";
import { type InstalledVsCode, startInstalled } from "../support/homeWindow.ts";
import { type Lab, leftovers } from "../support/lab.ts";
import { killTree } from "../support/processes.ts";
import type { VsCodeOptions } from "../support/vscodeHost.ts";
import { hasFailed } from "./inWindow.ts";

/** Starts VS Code with the packaged extension on a laboratory. Both are stopped after the tests of the file. */
export async function installedOn(
  lab: Pick<Lab, "dir" | "env" | "stop">,
  options: Omit<VsCodeOptions, "env"> = {},
): Promise<InstalledVsCode> {
  try {
    const vscode = await startInstalled({ ...options, env: lab.env });
    after(async () => {
      await vscode.stop();
      // A test that failed may have left a build, which would be reported as a second failure.
      const builds = hasFailed() ? leftovers(lab).filter(({ cmdline }) => cmdline.includes("supervisor.js")) : [];
      for (const { pid } of builds) await killTree(pid);
      await lab.stop();
    });
    return vscode;
  } catch (error) {
    await lab.stop();
    throw error;
  }
}
