// Runs the suites of this folder inside VS Code's extension host, against real Nix. Started by `npm test` where qemu is at hand:
//   node scripts/with-binfmt.mjs aarch64,arm -- node test/vscode/run.ts RESULTS
import { appendFileSync } from "node:fs";
import path from "node:path";
import { buildHostTests, hostTestsDir } from "../../scripts/build-host-tests.mjs";
import { startBuilder } from "../support/builder.ts";
import { projectDir } from "../support/fixtures.ts";
import { startHomeLab } from "../support/homeLab.ts";
import type { HostTest } from "../support/hostResult.ts";
import { runInHost } from "../support/runInHost.ts";

/** The file to which one line per test is appended, for the summary of `npm test`. */
const results = process.argv[2];

await buildHostTests();
const { lab, home } = await startHomeLab({ pushed: ["eiffel"] });
try {
  // Nix knows it only while a test names it in our setting.
  const attic = await startBuilder(lab, { name: "attic", systems: ["x86_64-linux"] });
  const { tests, failures } = await runInHost({
    extension: projectDir,
    tests: path.join(hostTestsDir, "index.js"),
    folder: home.folder,
    out: path.join(projectDir, "out/test/vscode-host"),
    // A cache that never answers is waited for until a test cancels that, however busy the machine is.
    env: { ...lab.env, MORPH_CACHE_TIMEOUT: "600000", MORPH_TEST_MACHINE_LINE: attic.machinesLine },
    ...(process.env.MORPH_TEST_GREP !== undefined && { grep: process.env.MORPH_TEST_GREP }),
  });
  for (const test of tests) report(test);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await lab.stop();
}

function report({ name, passed, ms, error }: HostTest): void {
  process.stdout.write(
    `${passed ? "✔" : "✖"} ${name} (${Math.round(ms)} ms)\n${error === undefined ? "" : `${error}\n`}`,
  );
  if (results !== undefined) appendFileSync(results, `${JSON.stringify({ name, passed, ms })}\n`);
}
