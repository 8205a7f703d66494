// The laboratory's caches, which the tests of signatures depend on: Nix takes what is right, and refuses what is wrong in one byte.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { readNixConfig } from "../../server/src/nix/config.ts";
import { createNix } from "../../server/src/nix/nix.ts";
import { checkClosure } from "../../server/src/signing/check/check.ts";
import { type Cache, generateKey, startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { oneByte, removeNar, tamper } from "../support/narinfoFiles.ts";
import type { NixSettings } from "../support/nixConf.ts";
import { startNixServe } from "../support/nixServe.ts";
import { type OtherStore, otherStore } from "../support/otherStore.ts";
import { newAuthority } from "../support/privateCa.ts";
import { type RunResult, run } from "../support/run.ts";
import { until } from "../support/until.ts";

describe("the caches of a laboratory", { concurrency: 1 }, () => {
  let lab: Lab;
  let other: OtherStore;
  let output: string;

  before(async () => {
    lab = await startLab();
    other = otherStore(lab, "other");
    const shell = (name: string, script: string) =>
      `derivation { name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "${script}" ]; }`;
    const expression = shell("greeting", `echo see \${${shell("hello", "echo hello > $out")}} > $out`);
    const built = await lab.nix("nix-build", ["--no-out-link", "--expr", expression]);
    assert.equal(built.code, 0, built.stderr);
    output = built.stdout.trim();
  });
  after(() => lab.stop());

  /** Copies the output from a cache to a machine that has nothing yet. */
  async function copyFrom(url: string, settings: NixSettings, variables: NodeJS.ProcessEnv = {}): Promise<RunResult> {
    const lines = ["narinfo-cache-positive-ttl = 0", "narinfo-cache-negative-ttl = 0", "download-attempts = 1"];
    lab.setConf({ ...settings, lines: [...lines, ...(settings.lines ?? [])] });
    await other.empty();
    const args = ["copy", "--from", url, "--to", other.uri, output];
    const env = { ...lab.env, ...variables };
    return run("nix", ["--extra-experimental-features", "nix-command", ...args], { env, cwd: lab.dir });
  }

  /** What we find out about the output with the settings that Nix has. */
  async function check(settings: NixSettings, variables: NodeJS.ProcessEnv = {}) {
    lab.setConf(settings);
    const nix = createNix({ ...lab.env, ...variables }, "");
    const config = await readNixConfig(nix);
    assert.ok("value" in config);
    const report = await checkClosure(nix, output, config.value);
    assert.ok("value" in report);
    return { ...report.value, cache: report.value.caches[0], text: JSON.stringify(report) };
  }

  describe("a folder", { concurrency: 1 }, () => {
    let cache: Cache;
    const copy = () => copyFrom(cache.url, { trustedPublicKeys: [cache.publicKey] });
    before(async () => {
      cache = await startCache(lab);
      await cache.push([output]);
    });

    it("serves what Nix takes", async () => {
      const { code, stderr } = await copy();
      assert.equal(code, 0, stderr);
    });

    for (const [field, change] of Object.entries(oneByte))
      it(`with one byte of a ${field} changed is refused`, async () => {
        const undo = tamper(cache, output, change);
        const { code, stderr } = await copy();
        undo();
        assert.equal(code, 1);
        assert.match(stderr, /lacks a valid signature|lacks a signature by a trusted key|is not valid/);
      });

    it("without an archive is refused when it is copied", async () => {
      const undo = removeNar(cache, output);
      const { code, stderr } = await copy();
      undo();
      assert.equal(code, 1);
      assert.match(stderr, /does not exist in binary cache/);
    });
  });

  describe("a private cache", { concurrency: 1 }, () => {
    const login = { user: "morph", password: "s3cret" };
    let cache: Cache;
    let variables: NodeJS.ProcessEnv;
    let netrc: string;
    before(async () => {
      const tls = newAuthority(path.join(lab.dir, "authority"));
      cache = await startCache(lab, { name: "private-1", tls, login });
      await cache.push([output]);
      // Nix 2.8 has no setting for it.
      variables = { NIX_SSL_CERT_FILE: tls.certFile };
      const file = path.join(lab.dir, "netrc");
      writeFileSync(file, `machine localhost login ${login.user} password ${login.password}\n`);
      netrc = `netrc-file = ${file}`;
    });
    const copy = (lines: readonly string[], env?: NodeJS.ProcessEnv) =>
      copyFrom(cache.url, { trustedPublicKeys: [cache.publicKey], lines }, env);

    it("serves Nix with its authority and a login", async () => {
      const { code, stderr } = await copy([netrc], variables);
      assert.equal(code, 0, stderr);
    });

    it("is queried with what Nix is configured with, which is shown nowhere", async () => {
      const settings = { substituters: [cache.url], trustedPublicKeys: [cache.publicKey], lines: [netrc] };
      const { trusted, total, text } = await check(settings, variables);
      assert.deepEqual([trusted, total], [2, 2]);
      const named = { ...settings, substituters: [cache.url.replace("//", "//morph:s3cret@")], lines: [] };
      const inAddress = await check(named, variables);
      assert.equal(inAddress.trusted, 2);
      assert.doesNotMatch(text + inAddress.text, /s3cret/);
      const closed = await check({ ...settings, lines: [] }, variables);
      assert.equal(closed.cache?.problem?.code, "cache-login");
      const unknown = await check(settings);
      assert.equal(unknown.cache?.problem?.code, "cache-unreachable");
      assert.match(unknown.cache?.problem?.detail ?? "", /certificate/);
      assert.deepEqual([closed.unreachable, unknown.unreachable], [2, 2]);
    });

    it("is not known without its authority", async () => {
      const { code, stderr } = await copy([netrc]);
      assert.equal(code, 1);
      assert.match(stderr, /certificate/);
    });

    it("is closed without a login", async () => {
      assert.notEqual((await copy([], variables)).code, 0);
      const isRefused = () => cache.requests().some(request => request.endsWith(" 401")) || undefined;
      await until("the request is in the log", isRefused);
    });
  });

  it("a store of another kind is queried through Nix", async () => {
    await other.empty();
    const settings = { substituters: [other.uri], trustedPublicKeys: [] };
    const empty = await check(settings);
    assert.deepEqual([empty.cache?.kind, empty.cache?.reachable, empty.cache?.counts?.missing], ["nix", true, 2]);
    const args = ["--extra-experimental-features", "nix-command", "copy", "--no-check-sigs", "--to", other.uri];
    assert.equal((await lab.nix("nix", [...args, output])).code, 0);
    const { cache } = await check(settings);
    assert.deepEqual([cache?.reachable, cache?.counts?.unsigned, cache?.problem], [true, 2, undefined]);
    const gone = await check({ ...settings, substituters: ["ssh-ng://nowhere.invalid"] });
    assert.deepEqual([gone.cache?.reachable, gone.unreachable], [false, 2]);
    assert.match(gone.cache?.problem?.message ?? "", /Nix could not query ssh-ng:\/\/nowhere.invalid/);
  });

  it("nix-serve without a key serves what Nix refuses", async () => {
    const key = await generateKey(lab, lab.dir, "live-1");
    const { url } = await startNixServe(lab);
    const { code, stderr } = await copyFrom(url, { trustedPublicKeys: [key.publicKey] });
    assert.equal(code, 1);
    assert.match(stderr, /lacks a/);
  });

  it("nix-serve with a key signs as Nix does, byte for byte", async () => {
    const key = await generateKey(lab, lab.dir, "live-2");
    const { url, requests } = await startNixServe(lab, { key });
    const { code, stderr } = await copyFrom(url, { trustedPublicKeys: [key.publicKey] });
    assert.equal(code, 0, stderr);
    const name = `${path.basename(output).slice(0, 32)}.narinfo`;
    assert.ok(requests.includes(`GET /${name} 200`));
    const narinfo = await (await fetch(`${url}/${name}`)).text();
    const nix = (...args: string[]) => lab.nix("nix", ["--extra-experimental-features", "nix-command", ...args]);
    assert.equal((await nix("store", "sign", "--key-file", key.secretFile, output)).code, 0);
    const { stdout } = await nix("path-info", "--sigs", output);
    const [signature] = /live-2:\S+/.exec(stdout) ?? [];
    assert.deepEqual(
      narinfo.split("\n").filter(line => line.startsWith("Sig: ")),
      [`Sig: ${signature}`],
    );
  });
});
