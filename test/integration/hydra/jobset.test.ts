// From the files that we write to builds: a jobset that our client creates is evaluated and built by the server of each version.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { openHydra } from "../../../server/src/hydra/client/open.ts";
import { defaultFile, jobsetFile } from "../../../server/src/hydra/expression/files.ts";
import { plannedJobset, specOf } from "../../../server/src/hydra/jobset/plannedJobset.ts";
import { Connections } from "../../../server/src/net/connections.ts";
import { alice, startHydra } from "../../support/hydra/hydra.ts";
import { makeRepository, morphRepository, nixpkgsRepository } from "../../support/hydra/repository.ts";
import { type Lab, startLab } from "../../support/lab.ts";
import { resultOf } from "../../support/scriptedHydra.ts";

describe("a jobset for two machines", { concurrency: 1 }, () => {
  const connections = new Connections();
  let lab: Lab;
  let inputs: { network: string; nixpkgs: string; morph: string };

  before(async () => {
    lab = await startLab();
    const network = await makeRepository(lab, path.join(lab.dir, "git/network"));
    // A machine is a small derivation, so that it is built quickly.
    await network.commit({
      "network.nix": `let machine = name: fails: { pkgs, lib, ... }: {
          nixpkgs.hostPlatform = "x86_64-linux";
          system.build.toplevel = lib.mkForce (pkgs.mkSlow { inherit name; seconds = 0.1; fail = fails; }); };
        in { eiffel = machine "eiffel" false; "web.01" = machine "web" true; }`,
      "hydra/default.nix": defaultFile({ network: "../network.nix" }),
      "hydra/all.nix": jobsetFile(["eiffel", "web.01"]),
    });
    inputs = {
      network: network.input,
      nixpkgs: (await nixpkgsRepository(lab)).input,
      morph: (await morphRepository(lab)).input,
    };
  });
  after(async () => {
    connections.close();
    await lab.stop();
  });

  const planned = () =>
    plannedJobset({ name: "all", machines: ["eiffel", "web.01"], expressionPath: "hydra/all.nix", inputs });

  for (const flavour of ["2026", "2023"] as const)
    test(`is created, evaluated and built in ${flavour}`, async () => {
      const hydra = await startHydra({ lab, flavour });
      const client = openHydra(hydra.url, {
        connections: () => Promise.resolve(connections),
        login: () => Promise.resolve({ user: alice.name, password: alice.password }),
      });
      resultOf(await client.createProject("morph", "Morph"));
      resultOf(await client.putJobset("morph", planned()));
      resultOf(await client.trigger("morph", "all"));
      await hydra.idle();
      assert.equal(resultOf(await client.evaluationErrors("morph", "all")), "");
      const [evaluation] = resultOf(await client.evaluations("morph", "all"));
      const rows = [];
      for (const id of evaluation?.builds ?? []) rows.push(resultOf(await client.build(id)));
      // The second version finds what the first has built in the same store.
      assert.deepEqual(Object.fromEntries(rows.map(row => [row?.job, row?.status])), {
        deployable: "dependency-failed",
        eiffel: "succeeded",
        "web-01": "failed",
      });
      const failed = rows.find(row => row?.job === "web-01");
      const [step] = resultOf(await client.steps(failed?.id ?? 0)).slice(-1);
      assert.equal(step?.state, "failed");
      const log = resultOf(
        await client.log({ build: failed?.id ?? 0, step: step?.nr ?? 0, drvPath: failed?.drvPath }, 0),
      );
      assert.match(log?.text ?? "", /undefined reference/);
    });

  test("is the same if a declarative project makes it from the specification that we export", async () => {
    const hydra = await startHydra({ lab });
    const client = openHydra(hydra.url, {
      connections: () => Promise.resolve(connections),
      login: () => Promise.resolve({ user: alice.name, password: alice.password }),
    });
    hydra.hold("builds");
    const repository = await makeRepository(lab, path.join(lab.dir, "git/declared"));
    await repository.commit({ "spec.json": specOf(planned()) });
    hydra.addProject("declared");
    hydra.addJobset("declared", ".jobsets");
    const declarative = { file: "spec.json", type: "git", value: repository.input };
    Object.assign(hydra.database.projects.get("declared") ?? {}, { declarative });
    hydra.trigger("declared", ".jobsets");
    await hydra.idle();
    assert.equal(hydra.database.jobset("declared", ".jobsets")?.errormsg, "");
    hydra.addProject("morph");
    resultOf(await client.putJobset("morph", planned()));
    const [made, put] = ["declared", "morph"].map(project => hydra.database.jobset(project, "all"));
    assert.ok(made && put);
    const times = { triggertime: null, starttime: null, lastcheckedtime: null, errortime: null, errormsg: "" };
    assert.deepEqual({ ...made, ...times }, { ...put, ...times, project: "declared" });
  });
});
