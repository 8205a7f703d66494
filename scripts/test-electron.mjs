// `npm run test:electron`: installs what is missing, builds, and starts test/vscode/electron.ts.
import path from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { nodeBinary, SetupError, setup } from "./setup.mjs";

try {
  await setup({ vscode: false });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exit(1);
}
const { buildAll } = await import("./build.mjs");
await buildAll();
const withBinfmt = [path.join(root, "scripts/with-binfmt.mjs"), "aarch64,arm", "--"];
process.exit(await run(process.execPath, [...withBinfmt, nodeBinary(), "test/vscode/electron.ts"]));
