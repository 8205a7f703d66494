// Compiles test/vscode for VS Code's extension host, which loads CommonJS: out/test-vscode/index.js and one file per suite.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./paths.mjs";

const source = path.join(root, "test/vscode");

/** The folder of the compiled tests; VS Code runs its `index.js`. */
export const hostTestsDir = path.join(root, "out/test-vscode");

/** Compiles the tests that run inside VS Code. */
export async function buildHostTests() {
  fs.rmSync(hostTestsDir, { recursive: true, force: true });
  const names = fs.readdirSync(source).filter(name => name === "index.ts" || name.endsWith(".test.ts"));
  await build({
    entryPoints: names.map(name => path.join(source, name)),
    outdir: hostTestsDir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "warning",
    absWorkingDir: root,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildHostTests();
