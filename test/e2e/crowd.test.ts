import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { buildRow, clickLens, expand, lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { startLab } from "../support/lab.ts";
import { clickUntil } from "../support/mouse.ts";
import { writeNetwork } from "../support/workspace.ts";
import { installedOn } from "./installedOn.ts";
import { inWindow } from "./inWindow.ts";

// Builds of many derivations in the Builds view. Screenshots are in test/e2e/out.

const lab = await startLab();

/** The files that let derivations continue, so that what is looked at in between can take any time. */
const gates = { seat: path.join(lab.dir, "seat"), roof: path.join(lab.dir, "roof"), dam: path.join(lab.dir, "dam") };

const open = (gate: keyof typeof gates) => writeFileSync(gates[gate], "");

const network = `{
  network.description = "Many derivations";

  stadium = { pkgs, ... }:
    let
      held = name: file: deps: pkgs.mkDerivation {
        inherit name;
        buildInputs = deps;
        buildPhase = "while ! [ -e \${file} ]; do sleep 0.1; done";
      };
      seats = builtins.genList (number: pkgs.mkSlow {
        name = "seat\${toString (number + 1)}-1.0";
        seconds = 0;
        lines = 3;
      }) 59;
      after = name: deps: pkgs.mkSlow { inherit name deps; };
      seat = held "seat0-1.0" "${gates.seat}" [ ];
      roof = held "roof-1.0" "${gates.roof}" [ seat ];
      cables = after "cables-1.0" [ roof ];
    in
    {
      nixpkgs.system = "x86_64-linux";
      environment.systemPackages =
        [ seat ] ++ seats ++ [ (after "lights-1.0" [ roof cables ]) (after "flags-1.0" [ roof ]) ];
    };

  riot = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = builtins.genList (number: if number == 40 then pkgs.broken else pkgs.mkSlow {
      name = "brick\${toString number}-1.0";
      seconds = 0;
      lines = 3;
    }) 60;
  };
}
`;

const few = `{
  flood = { pkgs, ... }:
    let
      dam = pkgs.mkDerivation {
        name = "dam-1.0";
        buildPhase = "while ! [ -e ${gates.dam} ]; do sleep 0.1; done; exit 2";
      };
      mill = pkgs.mkSlow { name = "mill-1.0"; deps = [ dam ]; };
    in
    {
      nixpkgs.system = "x86_64-linux";
      environment.systemPackages = [ (pkgs.mkSlow { name = "bakery-1.0"; deps = [ mill ]; }) ];
    };
}
`;

const crowd = writeNetwork(lab, "crowd", network);
const vscode = await installedOn(lab);

test("a build of many derivations shows running ones, and the others in collapsed groups, each below one that needs it; where one fails, that comes first", async () => {
  await inWindow(vscode.host, crowd, async (page, picture) => {
    await lens(page, "Build stadium").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build stadium", buildRow(page, "stadium"));
    const running = treeRow(page, /stadium.*building · \d+ of \d+/);
    await running.waitFor();
    await expand(running);
    await treeRow(page, /seat0-1\.0.*buildPhase/).waitFor();
    await treeRow(page, /^Done\s*64/).waitFor();
    await picture("9-crowd-running-dark");
    await expand(treeRow(page, /^Not started/));
    await expand(treeRow(page, /^nixos-system-stadium.* dependenc/));
    // The roof is below one of the two that need it: that depends on the order of their store paths.
    for (const name of [/^lights-1\.0/, /^flags-1\.0/]) await expand(treeRow(page, name));
    for (const name of [/^roof-1\.0/, /^cables-1\.0/]) await treeRow(page, name).waitFor();
    await picture("9-crowd-below-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    await picture("9-crowd-running-light");
    await page.emulateMedia({ colorScheme: "dark" });
    // The rows stay expanded when one of them starts and leaves.
    open("seat");
    await treeRow(page, /^roof-1\.0\s*buildPhase/).waitFor();
    await treeRow(page, /^cables-1\.0\s*not started/).waitFor();
    await picture("9-crowd-roof-dark");
    open("roof");
    await treeRow(page, /stadium.*succeeded/).waitFor();
    await picture("9-crowd-succeeded-dark");

    await clickLens(page, "Build riot", buildRow(page, "riot"));
    const failed = treeRow(page, /riot.*failed · \d+ of \d+/);
    await failed.waitFor();
    await expand(failed);
    await treeRow(page, /broken-1\.0 failed/).waitFor();
    await picture("9-crowd-failed-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator(".monaco-workbench.vs").waitFor();
    await picture("9-crowd-failed-light");
    const succeeded = treeRow(page, /^stadium.*succeeded/);
    await expand(succeeded);
    await expand(treeRow(page, /^Done\s*70/));
    await picture("9-crowd-succeeded-light");
  });
});

test("a build of few derivations is a tree, and its failure is on the badge until the view is visible", async () => {
  await inWindow(vscode.host, writeNetwork(lab, "few", few), async (page, picture) => {
    await lens(page, "Build flood").waitFor();
    await openMorphViews(page);
    await clickLens(page, "Build flood", buildRow(page, "flood"));
    const running = treeRow(page, /^flood.*building/);
    await running.waitFor();
    await expand(running);
    await treeRow(page, /^mill-1\.0\s*not started/).waitFor();
    await picture("9-few-running-dark");
    const badge = (text: string) => page.locator(`.activitybar .action-label[aria-label*="${text}"]`);
    await badge("1 running").waitFor();
    const explorer = page.locator('.activitybar .action-label[aria-label^="Explorer"]');
    await clickUntil(explorer, page.locator(".explorer-folders-view"));
    open("dam");
    await badge("1 failed").waitFor();
    await picture("9-badge-dark");
    await clickUntil(
      page.locator('.activitybar .badge[aria-label*="1 failed"]'),
      treeRow(page, /^mill-1\.0\s*dependency failed/),
    );
    await badge("1 failed").waitFor({ state: "detached" });
    await picture("9-few-failed-dark");
  });
});
