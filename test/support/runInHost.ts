import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { type BrowserOptions, startBrowser } from "./browser.ts";
import { grepVariable, type HostResult, outputVariable, readResult } from "./hostResult.ts";
import { startVsCode, type VsCodeHost, type VsCodeOptions, workbenchUrl } from "./vscodeHost.ts";

/** A suite and the VS Code that it runs in. */
export interface HostRun extends VsCodeOptions {
  /** The extension's folder. */
  readonly extension: string;
  /** The module whose `run` calls `runMocha`; CommonJS, or anything that the extension host's Node can load. */
  readonly tests: string;
  /** The folder that VS Code opens. */
  readonly folder: string;
  /** A folder for logs, the result and, after a failure, a picture. Emptied first. */
  readonly out: string;
  readonly grep?: string;
  readonly browser?: BrowserOptions;
  /** How long the whole run may take, in ms. */
  readonly timeout?: number;
}

/** VS Code's own exit status. */
interface Ending {
  readonly code: number;
  readonly why?: string;
}

/**
 * Runs a mocha suite inside VS Code's real extension host and gives its result. Throws when there is none, whatever exit
 * code VS Code reports: an extension host that dies counts as 0.
 */
export async function runInHost(options: HostRun): Promise<HostResult> {
  const { out, timeout = 600_000 } = options;
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  const variables = { [outputVariable]: out, ...(options.grep && { [grepVariable]: options.grep }) };
  const host = await startVsCode({ ...options, env: { ...options.env, ...variables }, testMode: true });
  const browser = await startBrowser(options.browser).catch(async (error: unknown) => {
    await host.stop();
    throw error;
  });
  try {
    const ending = await open(browser.page, host, options, timeout);
    const result = readResult(out);
    if (ending.code !== 0 || !result || result.failures > 0) await picture(browser.page, out);
    if (!result) {
      const why = ending.why ?? "the extension host ended without a result";
      throw new Error(`${why} (exit code ${ending.code}); logs are in ${out}\n${errorsOf(out)}`);
    }
    if (ending.why) throw new Error(`${ending.why}; logs are in ${out}`);
    if (result.passes === 0 && result.failures === 0) throw new Error(`No test ran; logs are in ${out}`);
    if (ending.code !== 0 && result.failures === 0)
      throw new Error(`All passed, yet exit code ${ending.code}; see ${out}`);
    return result;
  } finally {
    fs.writeFileSync(path.join(out, "server.log"), host.log());
    await browser.stop();
    // Output channels, including those of the extension and its server: they show why a build failed.
    fs.cpSync(path.join(host.userDataDir, "logs"), path.join(out, "logs"), { recursive: true });
    await host.stop();
  }
}

/** Opens the window and waits until VS Code reports how the tests ended. */
async function open(page: Page, host: VsCodeHost, options: HostRun, timeout: number): Promise<Ending> {
  let end: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>(resolve => {
    end = resolve;
  });
  const timer = setTimeout(() => end({ code: 97, why: `no end within ${timeout} ms` }), timeout);
  const log = (line: string) => fs.appendFileSync(path.join(options.out, "workbench.log"), `${line}\n`);
  // VS Code's web workbench calls these two when tests run in it.
  await page.exposeFunction("codeAutomationExit", (code: unknown, logs?: readonly LogFile[]) => {
    for (const file of logs ?? []) keep(path.join(options.out, "vscode-logs"), file);
    end({ code: Number(code) });
  });
  await page.exposeFunction("codeAutomationLog", (kind: string, parts: readonly unknown[]) => {
    log(`[${kind}] ${parts.map(String).join(" ")}`);
  });
  page.on("pageerror", error => log(`[pageerror] ${error.stack ?? error.message}`));
  page.on("crash", () => end({ code: 98, why: "the page crashed" }));
  const { folder, extension, tests } = options;
  const window = { folder, extensionDevelopmentPath: extension, extensionTestsPath: tests };
  await page.goto(workbenchUrl(host, window), { waitUntil: "load" });
  return await ended.finally(() => clearTimeout(timer));
}

interface LogFile {
  readonly relativePath: string;
  readonly contents: string;
}

function keep(folder: string, { relativePath, contents }: LogFile): void {
  const file = path.join(folder, relativePath);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, contents);
}

async function picture(page: Page, out: string): Promise<void> {
  await page.screenshot({ path: path.join(out, "failure.png") }).catch(() => undefined);
}

/** The first errors that the workbench logged: why a module could not be loaded, most often. */
function errorsOf(out: string): string {
  const file = path.join(out, "workbench.log");
  if (!fs.existsSync(file)) return "";
  const errors = fs
    .readFileSync(file, "utf8")
    .split("\n")
    .filter(line => line.startsWith("[error]"));
  return errors.slice(0, 8).join("\n").slice(0, 3_000);
}
