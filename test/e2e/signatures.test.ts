import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { startHomeLab } from "../support/homeLab.ts";
import { buildRow, clickLens, expand, lens, openMorphViews, treeRow, widenSideBar } from "../support/homeWindow.ts";
import { clickActionUntil, clickUntil, hoverUntil } from "../support/mouse.ts";
import { until } from "../support/until.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// The signatures of a build's closure in a real cache that is changed behind its back. Screenshots are in test/e2e/out.

const { lab, home, cache } = await startHomeLab({ pushed: ["web01"] });
const vscode = await installedOn(lab);

/** The narinfo of the path with this name in the cache. */
function narinfoOf(name: string): string {
  const files = readdirSync(cache.folder).filter(file => file.endsWith(".narinfo"));
  const found = files
    .map(file => path.join(cache.folder, file))
    .find(file => new RegExp(`^StorePath: .*${name}`, "m").test(readFileSync(file, "utf8")));
  assert.ok(found, name);
  return found;
}

/** Edits a narinfo; returns what undoes that. */
function edit(name: string, change: (text: string) => string): () => void {
  const file = narinfoOf(name);
  const before = readFileSync(file, "utf8");
  const after = change(before);
  assert.notEqual(after, before, name);
  writeFileSync(file, after);
  return () => writeFileSync(file, before);
}

/** Replaces the character after a prefix by another one that is valid there. */
const flip = (prefix: RegExp) => (text: string) =>
  text.replace(
    new RegExp(`(${prefix.source})(.)`, "m"),
    (_, start: string, old: string) => start + (old === "1" ? "2" : "1"),
  );

const signatures = (page: Page) => treeRow(page, /^(?:\d+ of \d+ paths signed|Signatures not checked)/);

async function checkAgain(page: Page): Promise<void> {
  const action = signatures(page).locator('.action-label[aria-label^="Check Signatures Again"]');
  await hoverUntil(signatures(page), action);
  await action.click();
}

/** Pictures of the window in a dark, a light and a high-contrast theme. */
async function inThemes(page: Page, picture: (name: string) => Promise<void>, name: string): Promise<void> {
  await page.mouse.move(900, 700);
  await picture(`${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.locator(".monaco-workbench.vs").waitFor();
  await picture(`${name}-light`);
  await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
  await page.locator(".monaco-workbench.hc-black").waitFor();
  await picture(`${name}-contrast`);
  await page.emulateMedia({ colorScheme: "dark", forcedColors: "none" });
  await page.locator(".monaco-workbench.vs-dark").waitFor();
}

/** High enough for everything below a build. */
const tall = { height: 1400 };

const tampered = {
  "the hash": ["-openssh-", /^NarHash: sha256:.{9}/],
  "the size": ["-nginx-", /^NarSize: /],
  "a reference": ["-nixos-system-web01-", /^References: .{9}/],
  "the signature": ["-linux-", /^Sig: [^:]*:.{9}/],
} as const satisfies Record<string, readonly [name: string, prefix: RegExp]>;

test("a changed byte in a cache turns exactly its path invalid when signatures are checked again", async () => {
  await inWindow(
    vscode.host,
    home,
    async (page, picture) => {
      await openMorphViews(page);
      await clickLens(page, "Build web01", buildRow(page, "web01"));
      const build = treeRow(page, /web01.*succeeded · (\d+) of \1 paths signed/);
      await build.waitFor();
      await expand(build);
      await expand(signatures(page));
      await treeRow(page, /^127\.0\.0\.1:\d+\s*\d+ signed$/).waitFor();
      await inThemes(page, picture, "signatures-1-good");
      const invalid = treeRow(page, /^Invalid signature\s*1$/);
      for (const [what, [name, prefix]] of Object.entries(tampered)) {
        const undo = edit(name, flip(prefix));
        await checkAgain(page);
        await invalid.waitFor();
        await expand(invalid);
        // The row of its derivation has another text.
        await treeRow(page, new RegExp(`^${name.replace(/^-|-$/g, "")}-.*signature does not match`)).waitFor();
        await invalid.waitFor();
        const [, trusted = "", total = ""] =
          /(\d+) of (\d+) paths/.exec((await signatures(page).textContent()) ?? "") ?? [];
        assert.equal(Number(trusted), Number(total) - 1, what);
        if (what === "the hash") await inThemes(page, picture, "signatures-2-tampered");
        undo();
      }
      await checkAgain(page);
      await treeRow(page, /^(\d+) of \1 paths signed/).waitFor();
      assert.equal(await invalid.count(), 0);
    },
    tall,
  );
});

test("paths without a signature, a report as a document and as JSON, and a cache that does not answer", async () => {
  const undo = [edit("-openssh-", flip(/^NarHash: sha256:.{9}/))];
  for (const name of ["-nginx-", "-linux-"]) undo.push(edit(name, text => text.replace(/^Sig: .*\n/m, "")));
  await inWindow(
    vscode.host,
    home,
    async (page, picture) => {
      await openMorphViews(page);
      await expand(treeRow(page, /web01.*succeeded/));
      await signatures(page).waitFor();
      await checkAgain(page);
      await expand(signatures(page));
      await expand(treeRow(page, /^Not signed\s*2$/));
      await treeRow(page, /^nginx-\S+\s*127\.0\.0\.1/).waitFor();
      await inThemes(page, picture, "signatures-3-partly");
      await widenSideBar(page);
      await picture("signatures-3-partly-wide-dark");

      const report = page.locator(".tab.active", { hasText: "web01 signatures" });
      await clickActionUntil(signatures(page), "Show Signature Report", report);
      await page.locator(".view-line", { hasText: "Not signed (2)" }).first().waitFor();
      await lens(page, "Check Again").waitFor();
      await inThemes(page, picture, "signatures-4-report");
      const saved = path.join(home.folder, "web01-signatures.json");
      const input = page.locator(".quick-input-widget input");
      await clickUntil(lens(page, "Export Signature Report"), input);
      await until("the dialog proposes a file", async () => (await input.inputValue()).endsWith(saved) || undefined);
      await page.keyboard.press("Enter");
      const json = await until("the report is saved", () => {
        const text = existsSync(saved) ? readFileSync(saved, "utf8") : "";
        return text.endsWith("}\n") ? text : undefined;
      });
      const { machine, invalid, unsigned, paths } = JSON.parse(json);
      assert.deepEqual([machine, invalid, unsigned], ["web01", 1, 2]);
      assert.ok(paths.length > 3);

      for (const each of undo) each();
      await cache.stop();
      const unchecked = treeRow(page, /^Signatures not checked\s*127\.0\.0\.1:\d+ did not answer/);
      await clickUntil(lens(page, "Check Again"), unchecked);
      await treeRow(page, /web01.*succeeded · signatures not checked/).waitFor();
      await page.locator(".view-line", { hasText: "web01: signatures not checked" }).waitFor();
      await inThemes(page, picture, "signatures-5-silent");
    },
    tall,
  );
});
