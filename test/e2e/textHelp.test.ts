import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { goTo, openFile } from "../support/keyboard.ts";
import { startLab } from "../support/lab.ts";
import { removeTree, tempFolder } from "../support/temp.ts";
import { isRed } from "../support/themes.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// Help with the text of a network, as a person gets it; nothing is evaluated. Screenshots are in test/e2e/out.

const network = `{
  network.description = "Home";
  network.ordering.tags = [ "data" "web" ];

  web01 = { nodes, ... }: {
    imports = [ ./wbe.nix ];
    deployment.targetHost = "web01.example.org";
    deployment.tags = [ "web" ];
    deployment.secrets.api = {
      source = "keys/api";
      destination = "/run/keys/api";
    };
    nixpkgs.hostPlatform = "aarch64-linux";
    networking.extraHosts = nodes.db01.config.networking.hostName;
  };

  db01 = { ... }: {
    imports = [ ./lib/new.nix ];
    deployment.tags = [ "data" ];
    nixpkgs.hostPlatform = "x86_64-linux";

  };
}
`;

const log = `hello> Running phase: unpackPhase
hello> unpacking source archive /nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-2.12.tar.gz
hello> Running phase: buildPhase
hello> gcc -O2 -o hello main.c
hello> main.c:4:1: warning: unused variable
hello> main.c:3:5: error: 'x' undeclared
building '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-2.12.drv'...
copying path '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-bash' from 'https://cache.example.org'...
+ make install
`;

const lab = await startLab();
const settings = { "files.associations": { "*.sample": "morph-build-log" } };
const vscode = await installedOn(lab, { settings });

/** Writes a network of its own for a test, beside what it names, and removes it in the end. */
async function withNetwork(use: (folder: string, file: string) => Promise<void>): Promise<void> {
  const folder = tempFolder("text-help");
  const file = path.join(folder, "network.nix");
  try {
    for (const name of ["keys", "lib", "hosts/db"]) fs.mkdirSync(path.join(folder, name), { recursive: true });
    fs.writeFileSync(file, network);
    for (const name of ["web.nix", "hosts/db/default.nix"]) fs.writeFileSync(path.join(folder, name), "{ }\n");
    fs.writeFileSync(path.join(folder, "keys/api"), "secret");
    fs.writeFileSync(path.join(folder, "hello.sample"), log);
    await use(folder, file);
  } finally {
    await removeTree(folder);
  }
}

/** The line and column (from 1) behind a piece of the network. */
function behind(piece: string): [line: number, column: number] {
  const lines = network.slice(0, network.indexOf(piece) + piece.length).split("\n");
  return [lines.length, (lines.at(-1)?.length ?? 0) + 1];
}

/** Uses a window with a network. */
function inNetwork(use: (page: Page, picture: (name: string) => Promise<void>) => Promise<void>) {
  return withNetwork((folder, file) =>
    inWindow(vscode.host, { folder, file }, async (page, picture) => {
      await openNetwork(page);
      await use(page, picture);
    }),
  );
}

async function openNetwork(page: Page): Promise<void> {
  await page.locator(".codelens-decoration a:visible", { hasText: "Build web01" }).first().waitFor();
  await page.locator(".monaco-editor .view-line", { hasText: "network.description" }).first().click();
}

/** The themes in which pictures are made. */
const themes = ["dark", "light", "high-contrast"] as const;

async function useTheme(page: Page, theme: (typeof themes)[number]): Promise<void> {
  await page.emulateMedia({
    colorScheme: theme === "light" ? "light" : "dark",
    forcedColors: theme === "high-contrast" ? "active" : "none",
  });
  const name = theme === "light" ? "vs" : theme === "dark" ? "vs-dark" : "hc-black";
  await page.locator(`.monaco-workbench.${name}`).waitFor();
}

test("the path of an import is completed, and a snippet filled in, by keyboard", async () => {
  await inNetwork(async (page, picture) => {
    await goTo(page, ...behind("imports = [ ./wbe.nix"));
    await page.keyboard.type(" ./");
    const row = (label: string) => page.locator(".suggest-widget.visible .monaco-list-row", { hasText: label }).first();
    await row("./web.nix").waitFor();
    await picture("31-completion-path");
    await page.keyboard.type("ho");
    await page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "./hosts/" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "./hosts/db" }).waitFor();
    await page.keyboard.press("Tab");
    await page.locator(".view-line", { hasText: "imports = [ ./wbe.nix ./hosts/db ];" }).waitFor();

    const [line] = behind('    nixpkgs.hostPlatform = "x86_64-linux";\n');
    await goTo(page, line, 1);
    await page.keyboard.type("    secr");
    await page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "secret" }).waitFor();
    await picture("31-completion-snippet");
    await page.keyboard.press("Enter");
    await page.keyboard.type("smtp");
    await page.keyboard.press("Tab");
    await page.keyboard.type("keys/smtp");
    await page.locator(".view-line", { hasText: "deployment.secrets.smtp = {" }).waitFor();
    await page.locator(".view-line", { hasText: 'source = "keys/smtp";' }).waitFor();
    await picture("31-snippet-filled");
  });
});

test("a log and a network are coloured in the dark, the light and the high-contrast theme", async () => {
  await inNetwork(async (page, picture) => {
    for (const [name, word] of [
      ["network", /^\s*targetHost\s*$/],
      ["log", /^\s*Running\s+phase:\s*$/],
    ] as const) {
      if (name === "log") await openFile(page, "hello.sample");
      const piece = page.locator(".view-line span span", { hasText: word }).first();
      await piece.waitFor();
      for (const theme of themes) {
        await useTheme(page, theme);
        assert.ok(!isRed(hex(await piece.evaluate(element => getComputedStyle(element).color))), `${name} ${theme}`);
        await picture(`33-${name}-${theme}`);
      }
    }
  });
});

/** `rgb(1, 2, 3)` as `#010203` */
function hex(colour: string): string {
  const parts = colour.match(/\d+/g)?.slice(0, 3) ?? [];
  return `#${parts.map(part => Number(part).toString(16).padStart(2, "0")).join("")}`;
}
