import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { type Lab, startLab } from "../support/lab.ts";
import { judgedNetworks } from "../support/morphTable.ts";
import type { RunResult } from "../support/run.ts";

// The table of networks compared with a real Morph, if the environment names one.

const morph = process.env.MORPH_TEST_BINARY;

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

test("a real Morph has the recorded result for every network in the table", async context => {
  if (morph === undefined || morph === "") {
    context.diagnostic("MORPH_TEST_BINARY names no Morph: what is recorded of it was not asked again.");
    return;
  }
  for (const [index, [name, { files, file = "network.nix", refused, says, system }]] of Object.entries(
    judgedNetworks,
  ).entries()) {
    const folder = path.join(lab.env.HOME, String(index));
    for (const [each, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, each)), { recursive: true });
      fs.writeFileSync(path.join(folder, each), text);
    }
    const ask = (...args: readonly string[]): Promise<RunResult> => lab.nix(morph, args, { cwd: folder });
    const network = path.join(folder, file);
    const listed = await ask("list-secrets", "--json", network);
    assert.equal(listed.code === 0, refused !== "evaluation", `${name}: ${listed.stderr}`);
    if (refused === "evaluation") assert.ok(listed.stderr.includes(says ?? "?"), `${name}: ${listed.stderr}`);
    if (refused === "build") {
      const built = await ask("build", network);
      assert.notEqual(built.code, 0, name);
      assert.ok(built.stderr.includes(says ?? "?"), `${name}: ${built.stderr}`);
    }
    if (system === undefined) continue;
    const evaluated = await ask("eval", network, "a.pkgs.stdenv.hostPlatform.system");
    assert.equal(evaluated.stdout.trim(), `"${system}"`, `${name}: ${evaluated.stderr}`);
  }
});
