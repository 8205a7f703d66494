// Installs what is missing to test and try the extension: npm packages, Debian packages, Node 24 and VS Code.
// Runs on Node 20 without any npm package. If nothing is missing, it returns immediately and prints nothing.
import { fileURLToPath } from "node:url";
import { fetchBusyboxes } from "./setup/busybox.mjs";
import { unpackDaemons } from "./setup/daemons.mjs";
import { installDebianPackages } from "./setup/debian.mjs";
import { withLock } from "./setup/lock.mjs";
import { unpackNewerNix } from "./setup/newer-nix.mjs";
import { nodeBinary } from "./setup/node24.mjs";
import { installNpmPackages } from "./setup/npm-packages.mjs";
import { SetupError } from "./setup/run.mjs";
import { installVsCodeHost } from "./setup/vscode-host.mjs";

export { nodeBinary } from "./setup/node24.mjs";
export { SetupError } from "./setup/run.mjs";
export { tools } from "./setup/tools.mjs";

/** Everything, or with `vscode: false` only what the unit and integration tests need. Throws a SetupError. */
export async function setup({ vscode = true } = {}) {
  await withLock(async () => {
    await installNpmPackages();
    nodeBinary();
    await installDebianPackages({ vscode });
    await unpackDaemons();
    await unpackNewerNix();
    await fetchBusyboxes();
    if (vscode) await installVsCodeHost();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setup().catch(error => {
    if (!(error instanceof SetupError)) throw error;
    console.error(`setup: ${error.message}`);
    process.exit(1);
  });
}
