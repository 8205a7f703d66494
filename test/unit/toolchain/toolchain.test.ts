import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { findBuilders } from "../../../server/src/builders/builders.ts";
import { silentLog } from "../../../server/src/logging/log.ts";
import { readSettings } from "../../../server/src/settings/settings.ts";
import { Toolchain } from "../../../server/src/toolchain/toolchain.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("toolchain");
after(() => removeTree(folder));

/** A directory with commands that answer as Nix does. */
function nixCommands(): string {
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  const answer = (name: string, text: string) =>
    writeFileSync(path.join(bin, name), `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
  answer("nix-instantiate", "nix-instantiate (Nix) 2.8.0");
  answer("nix", JSON.stringify({ system: { value: "x86_64-linux" } }));
  return bin;
}

const settingsFor = (binDir: string) => readSettings({ nix: { binDir } });

test("the settings that count are the last ones, even if an earlier Nix is still being described", async () => {
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  let arrive = () => {};
  const arrived = new Promise<void>(resolve => {
    arrive = resolve;
  });
  const find: typeof findBuilders = async (config, log) => {
    arrive();
    await released;
    return findBuilders(config, log);
  };
  const toolchain = new Toolchain(settingsFor(nixCommands()), () => {}, silentLog, find);
  const earlier = toolchain.refresh();
  await arrived;
  toolchain.configure(settingsFor(path.join(folder, "missing")));
  assert.equal((await toolchain.refresh()).kind, "missing");
  release();
  await earlier;
  assert.equal(toolchain.state.kind, "missing");
});
