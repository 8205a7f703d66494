// Runs all tests: installs what is missing, checks, builds, and runs the suites. `npm test -- unit integration` runs only those.
import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { newerNixBin, nixRelease } from "./setup/tools.mjs";
import { nodeBinary, SetupError, setup } from "./setup.mjs";

const out = path.join(root, "out/test");

/** Node's test runner for the files of a folder. @param before a program with arguments that runs it. @param more arguments. */
const nodeSuite = (folder, before = [], more = []) => ({
  before,
  args: [
    "--test",
    "--test-concurrency=2",
    // A test or a file that hangs must not hang the run.
    "--test-timeout=900000",
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${path.join(root, "scripts/test-reporter.mjs")}`,
    `--test-reporter-destination=${path.join(out, `${folder}.jsonl`)}`,
    ...more,
    `test/${folder}/**/*.test.ts`,
  ],
});

const withBinfmt = [path.join(root, "scripts/with-binfmt.mjs"), "aarch64,arm", "--"];

const suites = {
  unit: nodeSuite("unit"),
  integration: nodeSuite("integration", withBinfmt),
  vscode: { before: withBinfmt, args: ["test/vscode/run.ts", path.join(out, "vscode.jsonl")] },
  e2e: nodeSuite("e2e", withBinfmt, ["--test-global-setup=test/e2e/package.ts"]),
};

/** Variables that configure the machine's own Nix and Morph are removed: tests set their own. */
const isOwn = name => /^(?:NIX|MORPH_NIX)_/.test(name);
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOwn(name)));
if (nixRelease !== undefined) env.PATH = `${newerNixBin}${path.delimiter}${env.PATH}`;

const wanted = process.argv.slice(2).filter(name => name in suites);
const chosen = wanted.length > 0 ? wanted : Object.keys(suites);

try {
  await setup({ vscode: chosen.some(name => name === "vscode" || name === "e2e") });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exit(1);
}
const { check } = await import("./check.mjs");
const { buildAll } = await import("./build.mjs");
await check();
await buildAll();

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
let failedSuites = 0;
for (const name of chosen) {
  console.log(`\n== ${name}`);
  const { before, args } = suites[name];
  const node = nodeBinary();
  const code = await run(node, before.length === 0 ? args : [...before, node, ...args], { env });
  if (code !== 0) failedSuites++;
}
summarise();
process.exit(failedSuites === 0 ? 0 : 1);

/** The ten slowest tests, and the final count. */
function summarise() {
  const files = fs.readdirSync(out).filter(file => file.endsWith(".jsonl"));
  const results = files.flatMap(file =>
    fs
      .readFileSync(path.join(out, file), "utf8")
      .split("\n")
      .filter(Boolean)
      .map(line => ({ ...JSON.parse(line), suite: path.basename(file, ".jsonl") })),
  );
  console.log("\nThe ten slowest tests:");
  for (const { suite, name, ms } of results.toSorted((a, b) => b.ms - a.ms).slice(0, 10)) {
    console.log(`${(ms / 1000).toFixed(1).padStart(6)} s  ${suite}: ${name}`);
  }
  const failed = results.filter(({ passed }) => !passed);
  for (const { suite, name } of failed) console.log(`FAILED ${suite}: ${name}`);
  console.log(`\n${results.length - failed.length} passed, ${Math.max(failed.length, failedSuites)} failed`);
}
