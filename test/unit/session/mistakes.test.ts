import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { LspClient } from "../../support/lspClient.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// The server process, with injected bugs.

const temp = tempFolder("mistakes");
after(() => removeTree(temp));
const preloaded = path.join(temp, "mistakes.cjs");
writeFileSync(
  preloaded,
  `process.on("SIGUSR2", () => {
    Promise.reject(new TypeError("a promise that no one waits for"));
    setTimeout(() => { throw new RangeError("an error that no one catches"); });
  });`,
);

interface Line {
  readonly type: number;
  readonly message: string;
}

test("an error that no caller handles is logged and reported, and the server keeps running", async () => {
  const client = await LspClient.start({
    env: { ...process.env, NODE_OPTIONS: `--require ${preloaded}` },
    folder: temp,
    storageDir: path.join(temp, "storage"),
  });
  const started = await client.next<Line>("window/logMessage");
  assert.match(started.message, /^client of unknown version; Node \d+\.\d+\.\d+; builds are recorded in .*storage$/);
  assert.equal((await client.next("morph/health")).state, "ok");
  client.process.kill("SIGUSR2");
  const texts = ["a promise that no one waits for", "an error that no one catches"];
  const first = await client.next<Line>("window/logMessage", ({ type }) => type === 1);
  const health = await client.next("morph/health");
  const second = await client.next<Line>("window/logMessage", ({ type }) => type === 1);
  assert.deepEqual(
    [first, second].map(({ message }, index) => message.includes(texts[index] ?? "?")),
    [true, true],
  );
  assert.match(first.message, /\n +at /);
  assert.deepEqual([health.state, health.code], ["warning", "internal-error"]);
  assert.match(health.message ?? "", /keeps running.*restart it/);
  assert.deepEqual(
    health.fixes?.map(({ command }) => command),
    ["morph.restartServer", "morph.showOutput"],
  );
  assert.deepEqual(await client.request("morph/networks", {}), []);
  await client.stop();
});
