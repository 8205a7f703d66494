import { after, before, test } from "node:test";
import { makePackage } from "../../scripts/package.mjs";
import {
  buildRow,
  clickLens,
  expand,
  type InstalledVsCode,
  lens,
  openMorphViews,
  startInstalled,
  treeRow,
} from "../support/homeWindow.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { type Workspace, writeNetwork } from "../support/workspace.ts";
import { inWindow } from "./inWindow.ts";

// Builds of many derivations in the Builds view. The pictures are kept in test/e2e/out.

let lab: Lab;
let vscode: InstalledVsCode;
let crowd: Workspace;

const network = `{
  network.description = "Many derivations";

  stadium = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = builtins.genList (number: pkgs.mkSlow {
      name = "seat\${toString number}-1.0";
      seconds = if number == 0 then 12 else 0;
      lines = 3;
    }) 60;
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

before(async () => {
  await makePackage();
  lab = await startLab();
  crowd = writeNetwork(lab, "crowd", network);
  vscode = await startInstalled({ env: lab.env });
});

after(async () => {
  await vscode.stop();
  await lab.stop();
});

test("a build of many derivations shows what runs, and the rest folded", async () => {
  await inWindow(vscode.host, crowd, async (page, picture) => {
    await lens(page, "Build stadium").waitFor({ timeout: 60_000 });
    await openMorphViews(page);
    await clickLens(page, "Build stadium", buildRow(page, "stadium"));
    const running = treeRow(page, /stadium.*building · \d+ of \d+/);
    await running.waitFor({ timeout: 60_000 });
    await expand(running);
    await treeRow(page, /seat0-1\.0.*buildPhase/).waitFor();
    await treeRow(page, /Done.*[3-9]\d/).waitFor({ timeout: 60_000 });
    await picture("9-crowd-running-dark");
    await treeRow(page, /stadium.*succeeded/).waitFor({ timeout: 120_000 });
    await picture("9-crowd-succeeded-dark");
  });
});

test("of a build of many derivations that failed, the failure comes first, in a light theme too", async () => {
  await inWindow(
    vscode.host,
    crowd,
    async (page, picture) => {
      await lens(page, "Build riot").waitFor({ timeout: 60_000 });
      await openMorphViews(page);
      await clickLens(page, "Build riot", buildRow(page, "riot"));
      const failed = treeRow(page, /riot.*failed · \d+ of \d+/);
      await failed.waitFor({ timeout: 120_000 });
      await expand(failed);
      await treeRow(page, /broken-1\.0 failed/).waitFor();
      await picture("9-crowd-failed-light");
    },
    { colorScheme: "light" },
  );
});
