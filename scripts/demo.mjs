// `npm run demo`: installs what is missing, packages the extension, and opens a home network in VS Code.
// With `-- --screenshot FILE` a headless browser builds eiffel instead and saves a screenshot; `--light` uses a light theme.
import path from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { nodeBinary, SetupError, setup } from "./setup.mjs";

try {
  await setup();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup: ${error.message}`);
  process.exit(1);
}
const { makePackage } = await import("./package.mjs");
await makePackage();
// Ctrl+C is handled by the demo itself, which cleans up.
process.on("SIGINT", () => {});
// On the machine's own network, where the user's browser is.
const withBinfmt = [path.join(root, "scripts/with-binfmt.mjs"), "--host-network", "aarch64,arm", "--"];
const demo = [nodeBinary(), "test/demo/demo.ts", ...process.argv.slice(2)];
process.exit(await run(process.execPath, [...withBinfmt, ...demo]));
