// The laboratory itself: what the other integration tests stand on is real and leaves nothing behind.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Cache, startCache } from "../support/cache.ts";
import { machineArgs } from "../support/expressions.ts";
import { network } from "../support/fixtures.ts";
import { type Lab, leftovers, startLab } from "../support/lab.ts";
import { ownNix } from "../support/ownNix.ts";
import { isAlive, processesIn } from "../support/processes.ts";
import { until } from "../support/until.ts";

const web01 = [...machineArgs(network("home"), "web01"), "--no-out-link"];
const eiffel = [...machineArgs(network("home"), "eiffel"), "--no-out-link"];

/** Runs nix-build and gives the path that it built. */
async function build(lab: Lab, args: readonly string[]): Promise<string> {
  const result = await lab.nix("nix-build", args);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout.trim();
}

/** The closure's paths with their NAR hashes. */
async function closure(lab: Lab, output: string): Promise<Map<string, string>> {
  const paths = (await lab.nix("nix-store", ["--query", "--requisites", output])).stdout.trim().split("\n");
  const hashes = (await lab.nix("nix-store", ["--query", "--hash", ...paths])).stdout.trim().split("\n");
  return new Map(paths.map((each, index) => [each, hashes[index] ?? ""]));
}

function isBuild({ cmdline }: { cmdline: string }): boolean {
  return cmdline.includes("builder.sh");
}

/** The tests of a suite share its laboratory. */
const inOrder = { concurrency: 1 };

// Each suite has a laboratory of its own, and builds here mostly sleep.
describe("the laboratory", { concurrency: true }, () => {
  describe("a laboratory", inOrder, () => {
    let lab: Lab;
    before(async () => {
      lab = await startLab({ extraPlatforms: ["aarch64-linux", "armv7l-linux"] });
    });
    after(() => lab.stop());

    it("starts with experimental features off and its store in its folder", async () => {
      const result = await lab.nix("nix", ["eval", "--expr", "1"]);
      assert.match(result.stderr, /experimental Nix feature 'nix-command' is disabled/);
      const { stdout } = await lab.nix("nix-instantiate", [
        "--eval",
        "--strict",
        "--expr",
        "[ builtins.storeDir (toString <nixpkgs>) ]",
      ]);
      assert.equal(stdout.trim(), `[ "${lab.storeDir}" "${lab.dir}/nixpkgs" ]`);
    });

    it("leaves the machine's own Nix as it is", async () => {
      const before = ownNix();
      await build(lab, web01);
      assert.equal((await lab.nix("nix-collect-garbage", [])).code, 0);
      assert.deepEqual(ownNix(), before);
    });

    it("builds web01 here, twice alike", async () => {
      const output = await build(lab, web01);
      const first = await closure(lab, output);
      assert.equal(first.size, 10);
      assert.equal((await lab.nix("nix-collect-garbage", [])).code, 0);
      assert.equal(fs.existsSync(output), false);
      await build(lab, web01);
      assert.deepEqual(await closure(lab, output), first);
    });

    it("builds eiffel under emulation", async () => {
      const output = await build(lab, eiffel);
      assert.equal(fs.readFileSync(path.join(output, "system"), "utf8"), "aarch64-linux\n");
      assert.equal(
        fs.readFileSync(path.join(output, "kernel/name"), "utf8"),
        "linux-6.6.44 for aarch64-linux, built on aarch64\n",
      );
    });

    it("evaluates a machine that nobody can build", async () => {
      const args = machineArgs(network("faults"), "nobody");
      const evaluated = await lab.nix("nix-instantiate", args);
      assert.match(evaluated.stdout, /-nixos-system-nobody-.*\.drv\n$/);
      const built = await lab.nix("nix-build", [...args, "--no-out-link"]);
      assert.notEqual(built.code, 0);
      assert.match(built.stderr, /a 'riscv64-linux' with features \{\} is required|Required system: 'riscv64-linux'/);
    });

    it("builds machines whose names have to be quoted", async () => {
      for (const machine of ['web 1".example.com', "10.0.0.2"]) {
        const { code, stdout, stderr } = await lab.nix("nix-instantiate", machineArgs(network("odd names"), machine));
        assert.equal(code, 0, stderr);
        assert.match(stdout, /-nixos-system-(web-1|node-2)-/);
      }
    });
  });

  describe("a laboratory's binary cache", inOrder, () => {
    let lab: Lab;
    let cache: Cache;
    let output: string;
    before(async () => {
      lab = await startLab();
      cache = await startCache(lab);
      output = await build(lab, [...machineArgs(network("faults"), "good"), "--no-out-link"]);
      await cache.push([output]);
    });
    after(() => lab.stop());
    afterEach(() => lab.setConf({}));

    /** Forgets what was built, and the narinfos that Nix remembers. */
    async function forget(): Promise<void> {
      assert.equal((await lab.nix("nix-collect-garbage", [])).code, 0);
      fs.rmSync(lab.env.XDG_CACHE_HOME, { recursive: true, force: true });
      assert.equal(fs.existsSync(output), false);
    }

    it("gives back what was pushed to whoever trusts its key", async () => {
      await forget();
      lab.setConf({ substituters: [cache.url], trustedPublicKeys: [cache.publicKey], maxJobs: 0 });
      const result = await lab.nix("nix-store", ["--realise", output]);
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stderr, /copying path/);
      assert.equal(fs.existsSync(path.join(output, "system")), true);
      assert.equal(
        cache.requests().some(line => line.endsWith(".narinfo 200")),
        true,
      );
    });

    it("is of no use to whoever trusts another key", async () => {
      await forget();
      const other = await cache.newKey("other-1");
      lab.setConf({ substituters: [cache.url], trustedPublicKeys: [other.publicKey] });
      const result = await lab.nix("nix-store", ["--realise", output]);
      assert.equal(result.code, 1);
      assert.match(result.stderr, /not signed by any of the keys in 'trusted-public-keys'/);
    });

    it("can be signed by a second key afterwards", async () => {
      await forget();
      const second = await cache.newKey("second-1");
      const narinfo = path.join(cache.folder, `${path.basename(output).slice(0, 32)}.narinfo`);
      await cache.sign([output], second);
      assert.match(fs.readFileSync(narinfo, "utf8"), /^Sig: cache\.lab-1:.*\nSig: second-1:/m);
    });
  });

  describe("a laboratory's remote builder", inOrder, () => {
    let lab: Lab;
    let builder: Builder;
    before(async () => {
      lab = await startLab();
      builder = await startBuilder(lab, { name: "builder-arm", systems: ["aarch64-linux"] });
      lab.setConf({ builders: [builder.machinesLine], maxJobs: 0 });
    });
    after(() => lab.stop());

    it("builds eiffel and sends it back", async () => {
      const result = await lab.nix("nix-build", eiffel);
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stderr, /building '.*-linux-6\.6\.44\.drv' on 'ssh-ng:\/\/builder-arm'/);
      const output = result.stdout.trim();
      assert.equal(fs.readFileSync(path.join(output, "system"), "utf8"), "aarch64-linux\n");
      assert.equal(fs.existsSync(path.join(builder.storeFolder, path.basename(output))), true);
    });

    it("says no to a machine with another host key", async () => {
      const other = await startBuilder(lab, { name: "other", systems: ["aarch64-linux"] });
      await other.stop();
      const fields = builder.machinesLine.replace("aarch64", "x86_64").split(" ");
      const wrong = [...fields.slice(0, 7), other.machinesLine.split(" ")[7]].join(" ");
      lab.setConf({ builders: [wrong], maxJobs: 0 });
      const result = await lab.nix("nix-build", [...machineArgs(network("story"), "eiffel"), "--no-out-link"]);
      assert.notEqual(result.code, 0);
      assert.match(result.stderr, /REMOTE HOST IDENTIFICATION HAS CHANGED/);
    });

    it("takes a running build with it when it vanishes", async () => {
      lab.setConf({ builders: [builder.machinesLine.replace("aarch64", "x86_64")], maxJobs: 0 });
      const running = lab.nix("nix-build", [...machineArgs(network("long"), "forge"), "--no-out-link"]);
      await until("the builder builds", () => processesIn(path.join(lab.dir, "builders")).find(isBuild));
      await builder.kill();
      const result = await running;
      assert.notEqual(result.code, 0);
      // Nix 2.34 tries to connect again.
      const lost =
        /unexpected end-of-file|Nix daemon disconnected unexpectedly|cannot build on 'ssh-ng:\/\/builder-arm'/;
      assert.match(result.stderr, lost);
    });
  });

  describe("a laboratory's builder with a network of its own", inOrder, () => {
    let lab: Lab;
    let builder: Builder;
    before(async () => {
      lab = await startLab();
      builder = await startBuilder(lab, { name: "builder-far", systems: ["x86_64-linux"], network: "own" });
    });
    after(() => lab.stop());

    const onBuilder = (script: string, ...options: readonly string[]) =>
      lab.nix("ssh", ["-F", builder.sshConfig, "-o", "ConnectTimeout=3", ...options, builder.name, script]);

    it("has its own host name and address", async () => {
      const { stdout } = await onBuilder("hostname; echo $SSH_CONNECTION");
      const [name, connection = ""] = stdout.trim().split("\n");
      assert.equal(name, "builder-far");
      assert.deepEqual(connection.split(" ").slice(2), [builder.address, "22"]);
    });

    it("hears nothing more of us when the link is cut, and everything once it is restored", async () => {
      const alive = ["-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=2"];
      const file = path.join(lab.dir, "builders", builder.name, "home/started");
      const running = onBuilder("echo > started; sleep 60", ...alive);
      await until("the command runs", () => fs.existsSync(file) || undefined);
      await builder.cutLink();
      assert.match((await running).stderr, /not responding/);
      assert.match((await onBuilder("true")).stderr, /unreachable|timed out/);
      await builder.restoreLink();
      assert.equal((await onBuilder("true")).code, 0);
    });
  });

  describe("stopping a laboratory", inOrder, () => {
    it("leaves neither a process nor a file", async () => {
      const lab = await startLab();
      const cache = await startCache(lab);
      const builder = await startBuilder(lab, { name: "b", systems: ["x86_64-linux"] });
      const far = await startBuilder(lab, { name: "far", systems: ["x86_64-linux"], network: "own" });
      const interfaces = () =>
        Object.values(os.networkInterfaces()).flatMap(each => each?.map(({ address }) => address));
      // The other end of the link.
      const near = far.address.replace(/\d+$/, last => String(Number(last) - 1));
      assert.equal(interfaces().includes(near), true);
      assert.equal(leftovers(lab).length > 0, true);
      await lab.stop();
      assert.equal(interfaces().includes(near), false);
      for (const { pid } of [builder, far]) assert.equal(isAlive(pid), false);
      await assert.rejects(fetch(cache.url));
      assert.equal(fs.existsSync(lab.dir), false);
      assert.deepEqual(leftovers(lab), []);
    });

    it("tells of a build that nobody ended", async () => {
      const lab = await startLab();
      const running = lab.nix("nix-build", [...machineArgs(network("long"), "forge"), "--no-out-link"]);
      const { pid } = await until("a build runs", () => leftovers(lab).find(isBuild));
      await assert.rejects(lab.stop(), /Still alive in the laboratory:\n.*builder\.sh/s);
      assert.equal(isAlive(pid), false);
      assert.equal(fs.existsSync(lab.dir), false);
      await running;
    });
  });
});
