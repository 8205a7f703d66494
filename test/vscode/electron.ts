// `npm run test:electron`: the suites of this folder in a desktop VS Code, downloaded by @vscode/test-electron or named by
// VSCODE_EXECUTABLE. `npm test` runs the same suites in VS Code's server.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { buildHostTests, hostTestsDir } from "../../scripts/build-host-tests.mjs";
import { projectDir } from "../support/fixtures.ts";
import { startHomeLab } from "../support/homeLab.ts";
import { outputVariable, readResult } from "../support/hostResult.ts";

const out = path.join(projectDir, "out/test/electron");

/** The path of VS Code's program; undefined if it is unavailable, with the reason printed. */
async function findVsCode(): Promise<string | undefined> {
  if (process.env.VSCODE_EXECUTABLE !== undefined) return process.env.VSCODE_EXECUTABLE;
  try {
    return await downloadAndUnzipVSCode({ cachePath: path.join(projectDir, ".cache/vscode-test") });
  } catch (error) {
    process.stderr.write(
      `VS Code cannot be downloaded here (${error instanceof Error ? error.message : error}).\n` +
        "Name an installed one by VSCODE_EXECUTABLE, or run `npm test`, which runs the same suites in VS Code's server.\n",
    );
    return undefined;
  }
}

const vscodeExecutablePath = await findVsCode();
if (vscodeExecutablePath === undefined) process.exit(1);
await buildHostTests();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { lab, home } = await startHomeLab({ pushed: ["eiffel"] });
try {
  await runTests({
    vscodeExecutablePath,
    extensionDevelopmentPath: projectDir,
    extensionTestsPath: path.join(hostTestsDir, "index.js"),
    extensionTestsEnv: { ...lab.env, [outputVariable]: out },
    launchArgs: [home.folder, "--disable-workspace-trust", `--user-data-dir=${path.join(lab.dir, "code")}`],
  });
  const result = readResult(out);
  process.stdout.write(`${result?.passes ?? 0} passed, ${result?.failures ?? 0} failed\n`);
  process.exitCode = result !== undefined && result.failures === 0 && result.passes > 0 ? 0 : 1;
} finally {
  await lab.stop();
}
