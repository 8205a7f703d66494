import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { type Builder, startBuilder } from "../support/builder.ts";
import { lens, openMorphViews, treeRow } from "../support/homeWindow.ts";
import { installPackage } from "../support/installedPackage.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { clickUntil } from "../support/mouse.ts";
import { descendants } from "../support/processes.ts";
import { removeTree, tempFolder } from "../support/temp.ts";
import { until } from "../support/until.ts";
import { prepare, startVsCode } from "../support/vscodeHost.ts";
import { runCommand } from "../support/workbench.ts";
import { copyNetwork } from "../support/workspace.ts";
import { inWindow } from "./inWindow.ts";

// A detached build continues on its builder while VS Code is closed.

let lab: Lab;
let builder: Builder;
let home: string;

before(async () => {
  lab = await startLab();
  builder = await startBuilder(lab, { name: "builder-pi", systems: ["x86_64-linux", "aarch64-linux"] });
  lab.setConf({ builders: [builder.machinesLine], maxJobs: 0 });
  home = tempFolder("code");
  await installPackage(prepare({ home }));
});

after(async () => {
  await lab.stop();
  await removeTree(home);
});

/** The files of builds on the builder. */
function filesThere(): string[] {
  const folder = path.join(lab.dir, "builders", builder.name, "home/.local/state/morph-language-server");
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(file => path.basename(String(file))) : [];
}

test("eiffel is built detached while VS Code is closed, and succeeds when it is opened again", async () => {
  const network = copyNetwork(lab, "home");
  const first = await startVsCode({ env: lab.env, home });
  const isNix = ({ cmdline }: { readonly cmdline: string }) =>
    cmdline.includes("--realise") && cmdline.includes("nix-store");
  const signal = (name: NodeJS.Signals) => {
    for (const { pid } of descendants(builder.pid).filter(isNix)) process.kill(pid, name);
  };
  try {
    await inWindow(first, network, async (page, picture) => {
      await lens(page, "on builder-pi").waitFor();
      await openMorphViews(page);
      await runCommand(page, "Morph: Build on...");
      const choices = page.locator(".quick-input-list .monaco-list-row");
      const detached = choices.filter({ hasText: "detached, result stays there" });
      await clickUntil(choices.filter({ hasText: "eiffel" }), detached);
      await picture("9-build-on-detached-dark");
      await clickUntil(detached, treeRow(page, /eiffel.*building · \d+ of \d+/));
      // Nix waits there until VS Code is closed.
      signal("SIGSTOP");
      await picture("9-building-detached-dark");
    });
  } finally {
    await first.stop();
  }
  assert.equal(filesThere().includes("end"), false);
  signal("SIGCONT");
  await until("the build has ended on the builder", () => (filesThere().includes("end") ? true : undefined), 180_000);

  const second = await startVsCode({ env: lab.env, home });
  try {
    await inWindow(second, network, async (page, picture) => {
      await lens(page, "on builder-pi").waitFor();
      await openMorphViews(page);
      await treeRow(page, /eiffel.*succeeded · result on builder-pi/).waitFor();
      await picture("9-detached-succeeded-dark");
    });
  } finally {
    await second.stop();
  }
  assert.deepEqual(
    filesThere()
      .filter(name => name === "result" || name === "client")
      .toSorted(),
    ["client", "result"],
  );
  assert.equal(filesThere().includes("events"), false);
});
