// scripts/with-binfmt.mjs: programs of other architectures run, and nothing outside notices.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { tools } from "../../scripts/setup/tools.mjs";
import { projectDir } from "../support/fixtures.ts";
import { descendants, isAlive, waitForExit } from "../support/processes.ts";
import { type RunResult, run } from "../support/run.ts";
import { until } from "../support/until.ts";

const script = path.join(projectDir, "scripts/with-binfmt.mjs");

function withBinfmt(architectures: string, command: readonly string[]): Promise<RunResult> {
  const options = { cwd: projectDir, env: process.env };
  return run(process.execPath, [script, architectures, "--", ...command], options);
}

describe("with-binfmt", () => {
  it("runs programs of the architectures that it was given", async () => {
    for (const [arch, system, machine] of [
      ["aarch64", "aarch64-linux", "aarch64"],
      ["arm", "armv7l-linux", "armv7l"],
    ] as const) {
      const { stdout } = await withBinfmt(arch, [tools.busybox[system], "uname", "-m"]);
      assert.equal(stdout, `${machine}\n`);
    }
  });

  it("runs no others, even where the machine does", async () => {
    const { code } = await withBinfmt("", [tools.busybox["aarch64-linux"], "true"]);
    assert.notEqual(code, 0);
  });

  it("leaves the handlers of whoever starts it alone", async () => {
    const list = () => fs.readdirSync("/proc/sys/fs/binfmt_misc");
    const before = list();
    await withBinfmt("aarch64", ["true"]);
    assert.deepEqual(list(), before);
  });

  it("has a network of its own, in which hosts can be added, or that of the machine", async () => {
    const addLink = ["sh", "-c", "ip link add link0 type veth peer name link1 && cat /proc/net/dev"];
    const { stdout } = await withBinfmt("", addLink);
    assert.deepEqual([...stdout.matchAll(/^ *(\w+):/gm)].map(([, name]) => name).toSorted(), [
      "link0",
      "link1",
      "lo",
      "up0",
      "up1",
    ]);
    const network = () => fs.readlinkSync("/proc/self/ns/net");
    const shared = [script, "--host-network", "", "--", "readlink", "/proc/self/ns/net"];
    const host = await run(process.execPath, shared, { cwd: projectDir, env: process.env });
    assert.equal(host.stdout.trim(), network());
  });

  it("passes the exit code on, and whatever quotes and spaces are in the arguments", async () => {
    const result = await withBinfmt("arm", ["sh", "-c", 'printf "%s|" "$@"; exit 7', "sh", "a b", "'\"$HOME", ""]);
    assert.deepEqual([result.code, result.stdout], [7, "a b|'\"$HOME||"]);
  });

  it("says which emulators there are", async () => {
    const { code, stderr } = await withBinfmt("sparc", ["true"]);
    assert.equal(code, 125);
    assert.match(stderr, /no emulator for "sparc"; there are: aarch64, arm/);
  });

  it("hands SIGTERM on", async () => {
    const { child, command } = await sleeping();
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [null, "SIGTERM"]);
    assert.equal(isAlive(command), false);
  });

  it("takes its command with it when it is killed", async () => {
    const { child, command } = await sleeping();
    child.kill("SIGKILL");
    await waitForExit(command);
  });
});

async function sleeping(): Promise<{ child: ChildProcess; command: number }> {
  const child = spawn(process.execPath, [script, "arm", "--", "sleep", "60"], { stdio: "ignore" });
  const { pid } = await until("the command runs", () =>
    descendants(child.pid ?? 0).find(({ cmdline }) => cmdline === "sleep 60"),
  );
  return { child, command: pid };
}
