import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { storeName } from "../../../server/src/common/storeName.ts";
import { nameOfStorePath } from "../../../server/src/common/storePath.ts";
import { Throttle } from "../../../server/src/common/throttle.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { builderName } from "../builders/stateText.ts";
import type { BuildersStore } from "../builders/store.ts";
import { batchName } from "../builds/batchText.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { logUri } from "../logs/logAddress.ts";
import { reportError } from "../problems/report.ts";
import { systemTimers } from "../util/timers.ts";
import type { FromTimelinePage, ShowTimeline } from "./messages.ts";
import { timelinePage } from "./page.ts";
import { timelineSvg } from "./svg.ts";
import { barText, summaryText, timelineTexts } from "./texts.ts";
import { type ShownBuild, type Timeline, timelineOf } from "./timeline.ts";

/** What a timeline is of: one build, or all of a batch. */
export type TimelineSubject = { readonly build: string } | { readonly batch: string };

/** How often the timeline of a running build is renewed (ms). */
const period = 2000;

/** How wide a saved timeline is (pixels). */
const savedWidth = 1600;

/** Timelines of builds, each in a tab of its own. */
export class TimelinePanels implements vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #builds: BuildsStore;
  readonly #builders: BuildersStore;
  readonly #output: vscode.LogOutputChannel;
  /** The path of the page's script. */
  readonly #script: string;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(
    server: LanguageServer,
    builds: BuildsStore,
    builders: BuildersStore,
    { extensionPath, output }: { readonly extensionPath: string; readonly output: vscode.LogOutputChannel },
  ) {
    this.#server = server;
    this.#output = output;
    this.#builds = builds;
    this.#builders = builders;
    this.#script = path.join(extensionPath, "dist/timeline.js");
  }

  /** Shows the timeline of a build or a batch, in its tab if that is open. */
  show(subject: TimelineSubject): void {
    const key = JSON.stringify(subject);
    const open = this.#open.get(key);
    if (open !== undefined) return open.reveal();
    const title = vscode.l10n.t("Timeline of {0}", this.#nameOf(subject));
    const options = { enableScripts: true, localResourceRoots: [] };
    const panel = vscode.window.createWebviewPanel("morph.timeline", title, vscode.ViewColumn.Active, options);
    this.#open.set(key, panel);
    const renewal = new Throttle(period, () => void this.#attempt(this.#send(panel, subject)), systemTimers);
    const parts = [
      renewal,
      panel.webview.onDidReceiveMessage((message: FromTimelinePage) =>
        this.#attempt(this.#receive(message, panel, subject)),
      ),
      this.#builds.onDidChange(change => {
        const isOurs = change.kind !== "build" || this.#buildsOf(subject).some(({ id }) => id === change.id);
        if (panel.visible && isOurs) renewal.request();
      }),
    ];
    panel.onDidDispose(() => {
      this.#open.delete(key);
      for (const part of parts) part.dispose();
    });
    const script = fs.readFileSync(this.#script, "utf8");
    const nonce = randomBytes(16).toString("hex");
    panel.webview.html = timelinePage({ script, nonce }, timelineTexts(vscode.l10n));
  }

  /** Shows why something failed, such as saving on a full disk. */
  async #attempt(work: Promise<void>): Promise<void> {
    await work.catch(error => reportError(error, this.#output));
  }

  async #receive(message: FromTimelinePage, panel: vscode.WebviewPanel, subject: TimelineSubject): Promise<void> {
    switch (message.kind) {
      case "ready":
        return this.#send(panel, subject);
      case "open": {
        const { build: id, drvPath: derivation } = message;
        const name = nameOfStorePath(derivation);
        return void vscode.commands.executeCommand("vscode.open", logUri({ id, name, derivation }), {});
      }
      case "save":
        return this.#save(subject);
    }
  }

  async #send(panel: vscode.WebviewPanel, subject: TimelineSubject): Promise<void> {
    const timeline = await this.#timeline(subject);
    // The tab may have been closed meanwhile.
    if (this.#open.get(JSON.stringify(subject)) !== panel) return;
    const shown: ShowTimeline = {
      timeline,
      summary: timeline === undefined ? "" : summaryText(timeline, vscode.l10n),
      builderNames: Object.fromEntries(
        (timeline?.builders ?? []).map(({ builder }) => [builder ?? "", this.#builderName(builder)]),
      ),
      texts: timelineTexts(vscode.l10n),
    };
    await panel.webview.postMessage(shown);
  }

  async #timeline(subject: TimelineSubject): Promise<Timeline | undefined> {
    const builds = await Promise.all(this.#buildsOf(subject).map(build => this.#details(build)));
    return timelineOf(
      builds.filter(build => build !== undefined),
      Date.now(),
    );
  }

  /** Undefined: the build was removed meanwhile. */
  #details({ id }: BuildSummary): Promise<ShownBuild | undefined> {
    return this.#server.request("morph/buildDetails", { id }).catch(() => undefined);
  }

  async #save(subject: TimelineSubject): Promise<void> {
    const timeline = await this.#timeline(subject);
    const [first] = this.#buildsOf(subject);
    if (timeline === undefined || first === undefined) return;
    const title = vscode.l10n.t("Save Timeline");
    const folder = vscode.Uri.joinPath(vscode.Uri.parse(first.uri, true), "..");
    const name = this.#nameOf(subject);
    const defaultUri = vscode.Uri.joinPath(folder, `${name.replaceAll(/[/\\]/g, "_")}-timeline.svg`);
    const target = await vscode.window.showSaveDialog({ title, defaultUri, filters: { SVG: ["svg"] } });
    if (target === undefined) return;
    const texts = timelineTexts(vscode.l10n);
    const svg = timelineSvg(timeline, savedWidth, {
      title: name,
      builder: builder => this.#builderName(builder),
      bar: bar => barText(bar, texts),
    });
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(svg));
  }

  #buildsOf(subject: TimelineSubject): readonly BuildSummary[] {
    if ("batch" in subject) return this.#builds.batch(subject.batch)?.builds ?? [];
    const build = this.#builds.summary(subject.build);
    return build === undefined ? [] : [build];
  }

  #nameOf(subject: TimelineSubject): string {
    if ("build" in subject) return this.#builds.summary(subject.build)?.machine ?? "";
    const batch = this.#builds.batch(subject.batch);
    return batch === undefined ? "" : batchName(batch, vscode.l10n);
  }

  #builderName(builder: string | undefined): string {
    if (builder === undefined) return vscode.l10n.t("This machine");
    const known = this.#builders.builder(builder);
    return known === undefined ? storeName(builder) : builderName(known, vscode.l10n);
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
  }
}
