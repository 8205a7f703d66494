// `npm run test:matrix`: the suites that need VS Code in the oldest VS Code that the manifest allows. `npm test` runs them in the newest.
import { run } from "./run.mjs";
import { vscodeVariable } from "./setup/tools.mjs";

const env = { ...process.env, [vscodeVariable]: "minimum" };
const suites = process.argv.length > 2 ? process.argv.slice(2) : ["vscode", "e2e"];
process.exit(await run(process.execPath, ["scripts/test.mjs", ...suites], { env }));
