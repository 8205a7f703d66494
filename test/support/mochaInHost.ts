// Runs inside VS Code's extension host: imported by the module that VS Code runs.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { grepVariable, type HostTest, outputVariable, writeResult } from "./hostResult.ts";

/** A test that takes longer than this many ms fails, unless it sets a timeout of its own: longer than any single wait. */
const timeout = 120_000;

/**
 * Runs mocha's tests in `files` and leaves the result where `runInHost` looks for it. Rejects when a test failed: VS Code
 * ends with 1 then. Its own exit code proves nothing else, as an extension host that dies counts as 0.
 */
export async function runMocha(files: readonly string[]): Promise<void> {
  const folder = process.env[outputVariable];
  if (!folder) throw new Error(`${outputVariable} is not set`);
  // `require` would give the class or its module, depending on the version of Node.
  const { default: Mocha } = await import("mocha");
  // What mocha prints goes to a file; the console is the workbench's log.
  Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => {
    fs.appendFileSync(path.join(folder, "mocha.log"), `${util.format(...parts)}\n`);
  };
  const grep = process.env[grepVariable];
  const mocha = new Mocha({ ui: "bdd", color: false, timeout, forbidOnly: true, ...(grep && { grep }) });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const tests: HostTest[] = [];
  const { failures } = await new Promise<{ failures: number }>(resolve => {
    const runner = mocha.run(count => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      writeResult(folder, { passes, failures: count, pending, tests });
      resolve({ failures: count });
    });
    runner.on("pass", test => tests.push({ name: test.fullTitle(), passed: true, ms: test.duration ?? 0 }));
    runner.on("fail", (test, error) => {
      const text = String(error.stack ?? error);
      tests.push({ name: test.fullTitle(), passed: false, ms: test.duration ?? 0, error: text });
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
