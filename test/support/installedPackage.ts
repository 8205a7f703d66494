import fs from "node:fs";
import path from "node:path";
import { vsix } from "../../scripts/package.mjs";
import { projectDir } from "./fixtures.ts";
import { removeTree } from "./temp.ts";
import { installVsix, prepare, type VsCodeHost } from "./vscodeHost.ts";

/** Where the package is installed for all files of browser tests. */
const home = path.join(projectDir, "out/test/installed");
const installed = path.join(home, "extensions");

/** VS Code's list of what is installed in a folder, with absolute paths. */
const listIn = (extensionsDir: string): string => path.join(extensionsDir, "extensions.json");

/** Installs the package once, to be copied: each installation starts VS Code, which takes seconds. */
export async function installOnce(): Promise<void> {
  await removeTree(home);
  await installVsix(prepare({ home }), vsix);
}

/** Installs the package into a host's folder, as a copy of what `installOnce` has installed unless that is missing or outdated. */
export async function installPackage(host: Pick<VsCodeHost, "home" | "userDataDir" | "extensionsDir">): Promise<void> {
  const list = fs.statSync(listIn(installed), { throwIfNoEntry: false });
  if (list === undefined || list.mtimeMs < fs.statSync(vsix).mtimeMs) return installVsix(host, vsix);
  fs.cpSync(installed, host.extensionsDir, { recursive: true });
  const text = fs.readFileSync(listIn(installed), "utf8");
  fs.writeFileSync(listIn(host.extensionsDir), text.replaceAll(installed, host.extensionsDir));
}
