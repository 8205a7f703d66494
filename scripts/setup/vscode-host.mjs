// A real VS Code: its workbench and its extension host, from code-server's npm package, without its install scripts.
// They would compile half a dozen addons; the two that matter are compiled here, the others are prebuilt or unused.
import fs from "node:fs";
import path from "node:path";
import { isComplete, makeFolder } from "./folder.mjs";
import { nodeBinary, nodePackage } from "./node24.mjs";
import { run, step } from "./run.mjs";
import { codeServerVersion, tools, vscodeDir } from "./tools.mjs";

/** Without spdlog there are no output channels; without native-watchdog the extension host outlives its server. */
const compiled = ["@vscode/spdlog", "@vscode/native-watchdog"];

/** Modules that must load in our Node. */
const loaded = [...compiled, "node-pty", "@parcel/watcher"];

/** Installs VS Code's host into the tools folder. */
export async function installVsCodeHost() {
  if (isComplete(vscodeDir, [path.relative(vscodeDir, tools.codeServer)])) return;
  await step(`VS Code (code-server ${codeServerVersion})`, () => makeFolder(vscodeDir, fill));
}

async function fill(folder) {
  fs.writeFileSync(path.join(folder, "package.json"), '{ "name": "vscode-host", "private": true }\n');
  await npm(["install", "--ignore-scripts", "--save-exact", `code-server@${codeServerVersion}`], folder);
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  await npm(["install", "--omit=dev", "--ignore-scripts"], vscode);
  await installBuiltInExtensions(vscode);
  await npm(["rebuild", "--ignore-scripts=false", "--foreground-scripts=false", ...compiled], vscode);
  const require = 'require("node:module").createRequire(process.cwd() + "/package.json")';
  await run(nodeBinary(), ["-e", `${JSON.stringify(loaded)}.forEach(${require})`], { cwd: vscode });
}

/** Does what code-server's own install script does for its built-in extensions and helper programs. */
async function installBuiltInExtensions(vscode) {
  link("code-linux.sh", path.join(vscode, "bin/remote-cli/code-server"));
  link("browser-linux.sh", path.join(vscode, "bin/helpers/browser.sh"));
  const extensions = path.join(vscode, "extensions");
  await npm(["install", "--omit=dev", "--ignore-scripts"], extensions);
  await run(nodeBinary(), ["postinstall.mjs"], { cwd: extensions });
}

function link(target, file) {
  fs.rmSync(file, { force: true });
  fs.symlinkSync(target, file);
}

/** npm with our Node and its headers, so that node-gyp downloads nothing. */
function npm(args, cwd) {
  const env = {
    ...process.env,
    PATH: `${path.dirname(nodeBinary())}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: nodePackage,
    JOBS: "max",
  };
  return run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, env });
}
