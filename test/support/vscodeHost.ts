import fs from "node:fs";
import path from "node:path";
import { tools, vscodeVersion, vscodeVersions } from "../../scripts/setup/tools.mjs";
import { vscodeNode } from "../../scripts/setup/vscode-host.mjs";
import { type Daemon, type DaemonOptions, startDaemon } from "./daemon.ts";
import { freePort } from "./ports.ts";
import { mustRun } from "./run.ts";
import { removeTree, tempFolder } from "./temp.ts";
import { quietSettings, trustSettings } from "./vscodeSettings.ts";

/** How VS Code is started. */
export interface VsCodeOptions {
  /** Added to a clean environment that the extension host and its child processes inherit. */
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Needed to run an extension from its source folder or a test suite. It hides notifications. */
  readonly testMode?: boolean;
  /** Whether workspace trust is on, and so a folder opens in restricted mode; off by default. */
  readonly trust?: boolean;
  /** Where extensions are installed; in `home` unless given. */
  readonly extensionsDir?: string;
  /** A folder for everything that VS Code writes, which is kept. Default: a temporary folder. */
  readonly home?: string;
  /** The port to listen on; any free one unless given. */
  readonly port?: number;
}

/** A running VS Code server: open `workbenchUrl(host, ...)` in a browser. */
export interface VsCodeHost {
  readonly home: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** `http://127.0.0.1:PORT` */
  readonly base: string;
  readonly authority: string;
  readonly pid: number;
  /** What the server has printed. */
  log(): string;
  /** Ends it and its extension hosts, and removes its folder unless that was given. */
  stop(): Promise<void>;
}

type Folders = Pick<VsCodeHost, "home" | "userDataDir" | "extensionsDir">;

/** Starts VS Code's server: its workbench, and its extension host. */
export async function startVsCode(options: VsCodeOptions = {}): Promise<VsCodeHost> {
  const folders = prepare(options);
  const { home, userDataDir } = folders;
  const settings = { ...quietSettings, ...trustSettings(options.trust ?? false), ...options.settings };
  fs.writeFileSync(path.join(userDataDir, "User/settings.json"), JSON.stringify(settings, undefined, 2));
  const authority = `127.0.0.1:${options.port ?? (await freePort())}`;
  const base = `http://${authority}`;
  const log = path.join(home, "server.log");
  const flags = ["disable-telemetry", "disable-update-check", "disable-getting-started-override", "disable-proxy"];
  if (!options.trust) flags.push("disable-workspace-trust");
  // A built VS Code runs extensions from source only for its own smoke tests; VS Code 1.100 always does, and has no such option.
  const hidden = options.testMode && vscodeVersion === vscodeVersions.newest ? ["enable-smoke-test-driver"] : [];
  const daemon = await startPatiently({
    command: vscodeNode(),
    args: [
      ...commonArgs(folders),
      ...["--auth", "none", "--bind-addr", authority, "--ignore-last-opened"],
      ...flags.map(flag => `--${flag}`),
      ...hidden.flatMap(option => ["--vscode-option", option]),
    ],
    env: cleanEnv(home, options.env),
    cwd: home,
    log,
    isReady: () =>
      fetch(`${base}/healthz`).then(
        response => response.ok,
        () => false,
      ),
  });
  return {
    ...folders,
    base,
    authority,
    pid: daemon.pid,
    log: () => fs.readFileSync(log, "utf8"),
    stop: async () => {
      await daemon.stop();
      if (options.home === undefined) await removeTree(home);
    },
  };
}

/** code-server gives up where its two processes have not greeted each other within 10 s, as on a busy machine: a further start is quicker. */
async function startPatiently(options: DaemonOptions, starts = 5): Promise<Daemon> {
  try {
    return await startDaemon(options);
  } catch (error) {
    if (starts === 1 || !/^\[.*\] error timed out$/m.test(String(error))) throw error;
    fs.rmSync(options.log);
    return startPatiently(options, starts - 1);
  }
}

/** Installs a packaged extension into a host's folder. It may run, or be started later in the same `home`. */
export async function installVsix(host: Folders, vsix: string): Promise<void> {
  const args = [...commonArgs(host), "--install-extension", vsix, "--force"];
  await mustRun(vscodeNode(), args, { env: cleanEnv(host.home), cwd: host.home });
}

/** The folders of a host that is not started yet, made where they are missing. */
export function prepare(options: Pick<VsCodeOptions, "home" | "extensionsDir">): Folders {
  const home = options.home ?? tempFolder("code");
  const userDataDir = path.join(home, "user-data");
  const extensionsDir = options.extensionsDir ?? path.join(home, "extensions");
  for (const folder of [path.join(userDataDir, "User"), path.join(home, "tmp"), extensionsDir])
    fs.mkdirSync(folder, { recursive: true });
  // Without a file of ours code-server writes one into the user's home.
  fs.writeFileSync(path.join(home, "code-server.yaml"), "auth: none\n");
  return { home, userDataDir, extensionsDir };
}

/** What a window shows. */
export interface Window {
  readonly folder?: string;
  readonly file?: string;
  /** The folder of an extension to run from source; needs `testMode`. */
  readonly extensionDevelopmentPath?: string;
  /** A module whose `run` the extension host calls; needs `testMode`. */
  readonly extensionTestsPath?: string;
}

/** The address of a window. */
export function workbenchUrl(host: Pick<VsCodeHost, "base" | "authority">, window: Window): string {
  const remote = (file: string) => `vscode-remote://${host.authority}${encodeURI(file)}`;
  const { folder, file, extensionDevelopmentPath, extensionTestsPath } = window;
  const payload: [string, string][] = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  if (extensionDevelopmentPath) payload.push(["extensionDevelopmentPath", remote(extensionDevelopmentPath)]);
  if (extensionTestsPath) payload.push(["extensionTestsPath", remote(extensionTestsPath)]);
  if (file) payload.push(["openFile", remote(file)]);
  const query = new URLSearchParams({ ...(folder && { folder }), payload: JSON.stringify(payload) });
  return `${host.base}/?${query}`;
}

function commonArgs({ home, userDataDir, extensionsDir }: Folders): string[] {
  const config = path.join(home, "code-server.yaml");
  return [tools.codeServer, "--config", config, "--user-data-dir", userDataDir, "--extensions-dir", extensionsDir];
}

/** Only PATH of our environment, and no marketplace. */
function cleanEnv(home: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    // As if started from a terminal: otherwise VS Code asks a login shell for the environment, which would reset PATH.
    VSCODE_CLI: "1",
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
    HOME: home,
    TMPDIR: path.join(home, "tmp"),
    XDG_CACHE_HOME: path.join(home, ".cache"),
    XDG_CONFIG_HOME: path.join(home, ".config"),
    XDG_DATA_HOME: path.join(home, ".local/share"),
    XDG_STATE_HOME: path.join(home, ".local/state"),
    EXTENSIONS_GALLERY: "{}",
    ...extra,
  };
}
