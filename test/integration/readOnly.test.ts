import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { type Lab, startLab } from "../support/lab.ts";
import { refusal } from "../support/refusal.ts";
import { mustRun } from "../support/run.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// The storage folder is read-only. Needs to mount a tmpfs (the suites run in a mount namespace of their own).

let lab: Lab;
let home: Workspace;
let storageDir: string;

const here = { env: process.env, cwd: "/" };

before(async () => {
  lab = await startLab();
  home = copyNetwork(lab, "home");
  storageDir = path.join(lab.dir, "storage");
  fs.mkdirSync(storageDir);
  await mustRun("mount", ["-t", "tmpfs", "storage", storageDir], here);
});

after(async () => {
  await mustRun("umount", ["--lazy", storageDir], here);
  await lab.stop();
});

test("records are still shown, damaged ones too, and what cannot be written is refused with a reason", async () => {
  const first = await trustedClient(lab, home, { storageDir });
  const whole = await buildToEnd(first, home, "web01");
  await first.stop();
  const damaged = path.join(storageDir, "builds", "0lvxa2c00-0000000a");
  fs.mkdirSync(damaged);
  fs.writeFileSync(path.join(damaged, "request.json"), "{");
  fs.utimesSync(damaged, 0, 0);
  await mustRun("mount", ["-o", "remount,ro", storageDir], here);

  const client = await trustedClient(lab, home, { storageDir });
  const builds = new Map((await client.request("morph/builds", {})).map(build => [build.id, build]));
  assert.deepEqual(builds.get(whole.id), whole);
  const lost = builds.get("0lvxa2c00-0000000a");
  assert.deepEqual([lost?.state, lost?.failure?.code], ["lost", "damaged-record"]);
  const { derivations } = await client.request("morph/buildDetails", { id: whole.id });
  assert.ok(derivations.length > 0);
  const log = await client.request("morph/buildLog", { id: whole.id });
  assert.ok(log.text.length > 0);
  const refused = [
    () => client.request("morph/build", { uri: home.uri, machine: "db01" }),
    () => client.request("morph/keep", { id: whole.id, on: true }),
    () => client.request("morph/remove", { id: whole.id }),
    () => client.request("morph/remove", { id: "0lvxa2c00-0000000a" }),
  ];
  for (const request of refused) {
    const { code, message } = await refusal(request());
    assert.equal(code, "not-recorded");
    assert.match(message, /storage folder is writable/);
  }
  assert.equal((await client.request("morph/builds", {})).length, 2);

  await mustRun("mount", ["-o", "remount,rw", storageDir], here);
  await client.request("morph/remove", { id: "0lvxa2c00-0000000a" });
  assert.equal((await buildToEnd(client, home, "db01")).state, "succeeded");
  await client.stop();
  assert.equal(fs.existsSync(damaged), false);
});
