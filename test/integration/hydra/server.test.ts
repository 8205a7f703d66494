// The test's Hydra server evaluates and builds as a real one: restricted, from git, each derivation a step with a log.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startCache } from "../../support/cache.ts";
import { type JobsetFields, startHydra, type TestHydra } from "../../support/hydra/hydra.ts";
import { makeRepository, morphRepository, nixpkgsRepository, type Repository } from "../../support/hydra/repository.ts";
import { type Lab, startLab } from "../../support/lab.ts";
import { until } from "../../support/until.ts";

describe("the Hydra server of the tests", { concurrency: 1 }, () => {
  let lab: Lab;
  let hydra: TestHydra;
  let network: Repository;
  let [nixpkgs, morph] = ["", ""];

  before(async () => {
    lab = await startLab();
    hydra = await startHydra({ lab });
    nixpkgs = (await nixpkgsRepository(lab)).input;
    morph = (await morphRepository(lab)).input;
    network = await makeRepository(lab, path.join(lab.dir, "git/network"));
    await network.commit({
      "network.nix": '{ eiffel = { nixpkgs.hostPlatform = "x86_64-linux"; }; }',
      "hydra/default.nix": `{ machine }: { nixpkgs, ... }: {
        \${machine} = (import <morph/data/eval-machines.nix> { networkExpr = ../network.nix; })
          .nodes.\${machine}.config.system.build.toplevel; }`,
      "hydra/eiffel.nix": 'import ./default.nix { machine = "eiffel"; }',
      "slow.nix": `{ nixpkgs, ... }: with import nixpkgs { }; let slow = seconds: fail: deps: name:
        mkSlow { inherit name seconds fail deps; }; in rec {
          good = slow 0.1 false [ ] "good"; bad = slow 0.1 true [ ] "bad"; above = slow 0.1 false [ bad ] "above";
          timed = slow 60 false [ ] "timed" // { meta.timeout = 1; };
          deployable = slow 0.1 false [ ] "deployable" // { _hydraAggregate = true; constituents = [ "good" bad ]; }; }`,
      "endless.nix":
        '{ nixpkgs, ... }: with import nixpkgs { }; { endless = mkSlow { name = "endless"; seconds = 60; lines = 600; }; }',
      "errors.nix": `{ nixpkgs, ... }: with import nixpkgs { }; {
        fetched = import (fetchTarball "https://example.org/x.tar.gz"); imported = import (writeText "x.nix" "1");
        secret = builtins.readFile /etc/passwd; thrown = throw "no such option"; good = writeText "good" "good"; }`,
    });
    hydra.addProject("morph");
  });
  after(() => lab.stop());

  /** Creates a jobset for an expression of the network and evaluates it. */
  async function evaluate(name: string, nixexprpath: string, fields: JobsetFields = {}) {
    const inputs = { network: network.input, nixpkgs, morph, ...fields.inputs };
    const jobset = hydra.addJobset("morph", name, { nixexprinput: "network", nixexprpath, ...fields, inputs });
    hydra.trigger("morph", name);
    await hydra.idle();
    return jobset;
  }

  const buildsOf = (jobset: string) => hydra.database.builds.filter(each => each.jobset === jobset);
  const outcomes = (jobset: string) =>
    Object.fromEntries(buildsOf(jobset).map(({ job, buildstatus }) => [job, buildstatus]));
  const get = async (at: string) => (await fetch(hydra.url + at, { headers: { accept: "application/json" } })).json();

  test("a machine's toplevel has the derivation that Morph's evaluator gives", async () => {
    const release = hydra.hold("builds");
    await evaluate("eiffel", "hydra/eiffel.nix");
    const [build] = buildsOf("eiffel");
    assert.ok(build);
    const expression = `((import ${lab.dir}/git/morph/data/eval-machines.nix) { networkExpr = ${network.folder}/network.nix; })
      .nodes.eiffel.config.system.build.toplevel`;
    const ours = await lab.nix("nix-instantiate", ["--expr", expression]);
    assert.equal(ours.stdout.trim(), build.drvpath, ours.stderr);
    assert.equal(hydra.database.evals[0]?.inputs.network?.revision, await network.revision());
    Object.assign(build, { finished: true, buildstatus: 0 });
    release();
  });

  test("an unchanged jobset makes no evaluation, and one with the same derivations none that is listed", async () => {
    const count = hydra.database.evals.length;
    hydra.trigger("morph", "eiffel");
    await hydra.idle();
    assert.equal(hydra.database.evals.length, count);
    await network.commit({ "README.md": "Machines." });
    hydra.trigger("morph", "eiffel");
    await hydra.idle();
    assert.equal(hydra.database.evals.length, count + 1);
    const { evals } = await get("/jobset/morph/eiffel/evals");
    assert.deepEqual(
      evals.map(({ id }: { id: number }) => id),
      [1],
    );
    assert.equal(buildsOf("eiffel").length, 1);
  });

  test("builds fail, time out, and fail with what they need; an aggregate needs its constituents", async () => {
    await evaluate("slow", "slow.nix");
    assert.deepEqual(outcomes("slow"), { above: 2, bad: 1, deployable: 2, good: 0, timed: 7 });
    const above = buildsOf("slow").find(({ job }) => job === "above");
    assert.deepEqual(
      above?.steps.map(({ status }) => status),
      [1],
    );
    const log = await fetch(`${hydra.url}/log/${path.basename(above?.steps[0]?.drvpath ?? "")}`);
    assert.match(
      await log.text(),
      /^unpacking bad\n.*undefined reference.*\nerror: builder for .* failed with exit code 2/s,
    );
    const bad = buildsOf("slow").find(({ job }) => job === "bad");
    assert.deepEqual(
      bad?.steps.map(({ status, propagatedfrom }) => [status, propagatedfrom]),
      [[8, above?.id]],
    );
  });

  test("errors of jobs are listed, and the other jobs are built", async () => {
    const jobset = await evaluate("errors", "errors.nix");
    assert.deepEqual(outcomes("errors"), { good: 0 });
    for (const expected of [
      /^in job ‘fetched’:\nerror: access to URI 'https:\/\/example.org\/x.tar.gz' is forbidden in restricted mode/m,
      /^in job ‘imported’:\nerror: cannot build .* during evaluation because the option 'allow-import-from-derivation' is disabled/m,
      /^in job ‘secret’:\nerror: access to (?:absolute )?path '\/etc\/passwd' is forbidden in restricted mode/m,
      /^in job ‘thrown’:\nerror: no such option/m,
    ])
      assert.match(jobset.errormsg, expected);
  });

  test("an expression that does not exist is an error at top level, and an input that does not exist one of its own", async () => {
    const missing = await evaluate("missing", "hydra/nope.nix");
    assert.match(missing.errormsg, /^at top-level:\nerror: .*nope\.nix/);
    const unreachable = await evaluate("unreachable", "slow.nix", { inputs: { network: "file:///nowhere main" } });
    assert.match(
      unreachable.fetcherrormsg ?? "",
      /^error fetching latest change from git repo at `file:\/\/\/nowhere':\n.*does not/s,
    );
  });

  test("a running build has a partial log and can be cancelled", async () => {
    const inputs = { network: network.input, nixpkgs, morph };
    hydra.addJobset("morph", "endless", { nixexprinput: "network", nixexprpath: "endless.nix", inputs });
    hydra.trigger("morph", "endless");
    const [build, log] = await until("the build prints", async () => {
      const [running] = buildsOf("endless");
      if (running === undefined || running.steps.at(-1)?.drvpath !== running.drvpath) return undefined;
      const response = await fetch(`${hydra.url}/log/${path.basename(running.drvpath)}`);
      const text = await response.text();
      return text.includes("[3/600]") ? ([running, text] as const) : undefined;
    });
    assert.doesNotMatch(log, /\[600\/600\]/);
    assert.equal(build.steps.at(-1)?.busy, 30);
    assert.equal((await get("/status"))[0].id, build.id);
    const login = await fetch(`${hydra.url}/login`, {
      method: "POST",
      headers: { "content-type": "application/json", referer: hydra.url },
      body: JSON.stringify({ username: "alice", password: "foobar" }),
      redirect: "manual",
    });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    const cancel = await fetch(`${hydra.url}/build/${build.id}/cancel`, { headers: { cookie }, redirect: "manual" });
    assert.equal(cancel.status, 302);
    await hydra.idle();
    assert.deepEqual([build.buildstatus, build.steps.at(-1)?.status], [4, 4]);
  });

  test("what a server with a store of its own has built is only in its cache", async () => {
    const cache = await startCache(lab);
    const other = await startHydra({ lab, ownNix: {}, cache });
    await network.commit({
      "plain.nix": `{ ... }: { plain = derivation { name = "plain"; system = builtins.currentSystem;
        builder = "/bin/sh"; args = [ "-c" "echo plain > $out" ]; }; }`,
    });
    other.addProject("morph");
    const inputs = { network: network.input };
    const jobset = other.addJobset("morph", "plain", { nixexprinput: "network", nixexprpath: "plain.nix", inputs });
    other.trigger("morph", "plain");
    await other.idle();
    const [build] = other.database.builds;
    assert.equal(build?.buildstatus, 0, jobset.errormsg);
    const output = build.outputs.out ?? "";
    assert.ok(!existsSync(output));
    lab.setConf({ substituters: [cache.url], trustedPublicKeys: [cache.publicKey] });
    const fetched = await lab.nix("nix-store", ["--realise", output]);
    assert.equal(fetched.code, 0, fetched.stderr);
    assert.equal(readFileSync(output, "utf8"), "plain\n");
  });
});
