// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Coloured, coloured, defaultThemes, isRed } from "../support/themes.ts";

// In VS Code's default themes, only what is wrong looks wrong.

/** Lines of a log that report nothing wrong. */
const ordinaryLines = [
  "Running phase: unpackPhase",
  "hello> Running phase: buildPhase",
  "hello> unpacking sources",
  "building",
  "configuring",
  "building '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-2.12.drv'...",
  "copying path '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-2.12' from 'https://cache.example.org'...",
  "these 3 derivations will be built:",
  "+ make install",
  "gcc -O2 -o hello main.c",
  "main.c:4:1: note: declared here",
];

/** Lines that report a mistake: their word for it stands out. */
const errorLines = ["main.c:3:5: error: 'x' undeclared", "make: *** [Makefile:2: all] Error 1", "build failed"];

const nix = [
  "{ pkgs ? import <nixpkgs> { }, lib, ... }@args:",
  "{",
  '  network.description = "Home";',
  "  network.pkgs = pkgs;",
  "  network.ordering.tags = [ ];",
  '  "web.example.org" = { config, nodes, ... }: {',
  "    imports = [ ];",
  "    deployment.targetHost = host;",
  "    deployment.targetPort = 22;",
  "    deployment = {",
  "      tags = [ ];",
  "      secrets.key = { source = file; };",
  "    };",
  "    nixpkgs.hostPlatform = builtins.currentSystem;",
  "    services.nginx.enable = lib.mkDefault config.deployment.buildOnly;",
  "    inherit (config) networking;",
  "  };",
  "}",
];

/**
 * Names that people give or that options have. Keywords and strings, quoted names among them, have their colour in every language
 * of a theme.
 */
const isName = ({ scopes, text }: Coloured) =>
  /^[a-z]/i.test(text) && /^(?:variable|support|entity|meta|source)\b/.test(scopes.at(-1) ?? "");

/** The colours in which a theme shows what is wrong. */
async function wrongColours(theme: ReturnType<typeof defaultThemes>[number]): Promise<ReadonlySet<string>> {
  const pieces = (await coloured(theme, "text.morph-build-log", errorLines)).flat();
  const wrong = pieces.filter(({ scopes }) => scopes.some(scope => scope.startsWith("invalid.")));
  return new Set(wrong.map(({ colour }) => colour));
}

const themes = defaultThemes();

test("the default themes are the ones that people use", () => {
  const labels = themes.map(({ label }) => label);
  for (const label of ["Dark Modern", "Light Modern", "Dark+", "Light+", "Default High Contrast"])
    assert.ok(labels.includes(label), `${label} is not in ${labels}`);
});

for (const theme of themes) {
  test(`${theme.label}: an error in a log stands out`, async () => {
    const lines = await coloured(theme, "text.morph-build-log", errorLines);
    for (const line of lines) assert.ok(new Set(line.map(({ colour }) => colour)).size > 1, JSON.stringify(line));
  });

  test(`${theme.label}: nothing in an ordinary line of a log is red or coloured like an error`, async () => {
    const wrong = await wrongColours(theme);
    const pieces = (await coloured(theme, "text.morph-build-log", ordinaryLines)).flat();
    const bad = pieces.filter(({ colour }) => isRed(colour) || wrong.has(colour));
    assert.deepEqual(bad, []);
  });

  test(`${theme.label}: no name in a network is red or coloured like an error`, async () => {
    const wrong = await wrongColours(theme);
    const pieces = (await coloured(theme, "source.nix", nix)).flat().filter(isName);
    assert.ok(pieces.some(({ text }) => text === "targetHost"));
    assert.deepEqual(
      pieces.filter(({ colour }) => isRed(colour) || wrong.has(colour)),
      [],
    );
  });
}
