import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { storedLog } from "../../server/src/builds/log/stored.ts";
import { createNix, newStyle } from "../../server/src/nix/nix.ts";
import { startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { mustRun } from "../support/run.ts";

// Logs of derivations without output in a build, from a real Nix and a real binary cache.

let lab: Lab;
let drvPath: string;

const lines = ["Running phase: buildPhase", "one", "red"];

before(async () => {
  lab = await startLab();
  const file = path.join(lab.dir, "loud.nix");
  fs.writeFileSync(
    file,
    `(import <nixpkgs> { }).mkDerivation {
      name = "loud";
      buildPhase = ''
        echo one
        printf '\\033[31mred\\033[0m\\n'
      '';
    }`,
  );
  const root = path.join(lab.dir, "loud.drv");
  await mustRun("nix-instantiate", [file, "--add-root", root], { env: lab.env, cwd: lab.dir });
  drvPath = fs.realpathSync(root);
});

after(() => lab.stop());

const look = () => storedLog(createNix(lab.env, ""), drvPath);

test("a derivation that was never built has no log, and one line says so", async () => {
  const log = await look();
  assert.equal(log.length, 1);
  assert.match(log[0] ?? "", /^\(Not built in this run\. No log available\.\)$/);
});

test("the log of an earlier build is found, with its phases and without its colours", async () => {
  await mustRun("nix-store", ["--realise", drvPath], { env: lab.env, cwd: lab.dir });
  const [heading, ...log] = await look();
  assert.match(heading ?? "", /^\(Not built in this run\. Log from an earlier build:\)$/);
  assert.deepEqual(
    log.filter(line => lines.includes(line)),
    lines,
  );
  assert.ok(!log.some(line => line.startsWith("@nix")));
});

test("a log that is not on this machine may be in a binary cache", async () => {
  const cache = await startCache(lab);
  const copy = [...newStyle, "store", "copy-log", "--to", `file://${cache.folder}`, drvPath];
  await mustRun("nix", copy, { env: lab.env, cwd: lab.dir });
  fs.rmSync(lab.env.NIX_LOG_DIR, { recursive: true });
  assert.equal((await look()).length, 1);
  lab.setConf({ substituters: [cache.url], trustedPublicKeys: [cache.publicKey] });
  const [heading, ...log] = await look();
  assert.ok(heading?.includes(cache.url), heading);
  assert.deepEqual(
    log.filter(line => lines.includes(line)),
    lines,
  );
});
