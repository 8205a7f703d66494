import { type Browser as Chromium, chromium, type Page } from "playwright-core";
import { tools } from "../../scripts/setup/tools.mjs";

/** How a browser looks. */
export interface BrowserOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "dark" | "light";
  /** Pixels of a picture for each of the page's. */
  readonly scale?: number;
  /** VS Code's display language, as after installing a language pack; default: English. */
  readonly language?: string;
}

export type { Chromium };

/** A headless Chromium with one page. */
export interface Browser {
  readonly page: Page;
  /** Addresses beyond this machine that the page requested; all were blocked. */
  outside(): string[];
  stop(): Promise<void>;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-dev-shm-usage",
  "--disable-sync",
  "--no-first-run",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/** Starts Chromium without a page; it can reach nothing but this machine. */
export function startChromium(): Promise<Chromium> {
  return chromium.launch({ executablePath: tools.chromium, headless: true, args: flags });
}

/** Opens a page in a Chromium of its own. */
export async function startBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const browser = await startChromium();
  return { ...(await openPage(browser, options)), stop: () => browser.close() };
}

/** Opens a page that shares nothing with the others of a Chromium, as in a private window. */
export async function openPage(browser: Chromium, options: BrowserOptions = {}): Promise<Browser> {
  const { width = 1280, height = 800, colorScheme = "dark", scale = 1 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  // Only a guard: on a busy machine, something that appears late is not missing.
  context.setDefaultTimeout(120_000);
  if (options.language !== undefined)
    await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)};`);
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", request => {
    const { hostname, protocol } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && !["127.0.0.1", "localhost"].includes(hostname)) asked.push(request.url());
  });
  return { page, outside: () => [...asked], stop: () => context.close() };
}
