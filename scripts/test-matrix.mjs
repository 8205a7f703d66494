// `npm run test:matrix`: the suites that need VS Code in the oldest VS Code that the manifest allows, where `npm test` runs them in
// the newest; and those that need Nix with the Nix of newer releases of Debian, where `npm test` runs the machine's.
// `npm run test:matrix -- ENTRY...` runs only these: `vscode`, `e2e`, `nix-trixie`, `nix-sid`.
import { run } from "./run.mjs";
import { nixVariable, vscodeVariable } from "./setup/tools.mjs";

const entries = {
  vscode: { [vscodeVariable]: "minimum", suite: "vscode" },
  e2e: { [vscodeVariable]: "minimum", suite: "e2e" },
  "nix-trixie": { [nixVariable]: "trixie", suite: "integration" },
  "nix-sid": { [nixVariable]: "sid", suite: "integration" },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !(name in entries));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(" ")}; there are: ${Object.keys(entries).join(" ")}`);
  process.exit(2);
}

let failed = 0;
for (const [name, { suite, ...variables }] of Object.entries(entries)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n==== ${name}`);
  const code = await run(process.execPath, ["scripts/test.mjs", suite], { env: { ...process.env, ...variables } });
  if (code !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
