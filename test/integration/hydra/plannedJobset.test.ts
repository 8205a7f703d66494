import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { HydraJobset, HydraJobsetPlan } from "../../../server/src/protocol.ts";
import { git, publishRepository } from "../../support/git.ts";
import { alice, bob, startHydra, type TestHydra } from "../../support/hydra/hydra.ts";
import { makeRepository, morphRepository, nixpkgsRepository } from "../../support/hydra/repository.ts";
import { type Lab, startLab } from "../../support/lab.ts";
import type { LspClient } from "../../support/lspClient.ts";
import { refusal } from "../../support/refusal.ts";
import { copyNetwork, trustedClient, type Workspace } from "../../support/workspace.ts";

// A jobset from the editor to the server, which evaluates what was written and pushed: with real Nix and git.

describe("a jobset that was planned in the editor", { concurrency: 1 }, () => {
  let lab: Lab;
  let home: Workspace;
  let nixpkgs: string;
  let morph: string;

  before(async () => {
    lab = await startLab();
    nixpkgs = (await nixpkgsRepository(lab)).input;
    morph = (await morphRepository(lab)).input;
    home = copyNetwork(lab, "home");
    await makeRepository(lab, home.folder);
    await publishRepository(lab, home.folder);
  });
  after(() => lab.stop());

  /** A client whose settings name the server, logged in as a user. */
  async function clientOf({ url }: TestHydra, { name, password }: typeof alice): Promise<LspClient> {
    const client = await trustedClient(lab, home, { settings: { hydra: { url, project: "morph" } } });
    await client.request("morph/hydraConnect", { url, project: "morph", login: { user: name, password } });
    return client;
  }

  /** The jobset of a plan with inputs that can be fetched here. */
  function fetchable({ jobset }: HydraJobsetPlan): HydraJobset {
    const input = (value: string) => ({ type: "git", value });
    return { ...jobset, inputs: { ...jobset.inputs, nixpkgs: input(nixpkgs), morph: input(morph) } };
  }

  for (const flavour of ["2026", "2023"] as const) {
    test(`is created, evaluated to the same derivation, and updated without losing anything, on a server of ${flavour}`, async () => {
      const hydra = await startHydra({ lab, flavour });
      const client = await clientOf(hydra, alice);
      const params = { uri: home.uri, machines: ["eiffel"] };
      const plan = () => client.request("morph/hydraJobset", params);
      const planned = await plan();
      assert.deepEqual(
        [planned.url, planned.project, planned.projectExists, planned.drift, planned.problem],
        [hydra.url, "morph", false, undefined, undefined],
      );
      assert.equal(planned.page, `${hydra.url}/jobset/morph/eiffel`);

      for (const { uri, text } of planned.files) {
        fs.mkdirSync(path.join(home.folder, "hydra"), { recursive: true });
        fs.writeFileSync(new URL(uri), text);
      }
      await git(lab, home.folder, "add", "--all");
      await git(lab, home.folder, "commit", "--quiet", "--allow-empty", "--message", "Hydra");
      await git(lab, home.folder, "push", "--quiet");

      const release = hydra.hold("builds");
      const created = { url: hydra.url, project: "morph", jobset: fetchable(planned) };
      await client.request("morph/createHydraJobset", created);
      hydra.trigger("morph", "eiffel");
      await hydra.idle();
      const jobset = hydra.database.projects.get("morph")?.jobsets.get("eiffel");
      assert.ok(jobset);
      assert.deepEqual([jobset.errormsg, jobset.fetcherrormsg ?? ""], ["", ""]);
      const { jobs } = await client.request("morph/hydraEvaluate", params);
      assert.deepEqual(
        hydra.database.builds.map(({ job, drvpath }) => [job, drvpath]),
        jobs.map(({ job, drvPath }) => [job, drvPath]),
      );
      assert.equal(jobs[0]?.isSame, true);

      // What we have no opinion of stays.
      Object.assign(jobset, { checkinterval: 300, enableemail: true, emailoverride: "a@example.org", keepnr: 7 });
      const fields = (await plan()).drift?.map(({ field }) => field);
      assert.deepEqual(fields, ["Check interval", "Number of evaluations to keep", "inputs.nixpkgs", "inputs.morph"]);
      await client.request("morph/createHydraJobset", created);
      const { checkinterval, enableemail, emailoverride, keepnr } = jobset;
      assert.deepEqual([checkinterval, enableemail, emailoverride, keepnr], [3600, true, "a@example.org", 3]);
      const left = (await plan()).drift?.map(({ field }) => field);
      assert.deepEqual(left, ["inputs.nixpkgs", "inputs.morph"]);
      release();
      await client.stop();
      await hydra.stop();
    });
  }

  test("is not created by a user without the role, and the plan says why the server cannot be asked", async () => {
    const hydra = await startHydra({ lab, isPrivate: true });
    const client = await clientOf(hydra, bob);
    const params = { uri: home.uri, machines: ["eiffel"] };
    const { jobset, project, url } = await client.request("morph/hydraJobset", params);
    const refused = await refusal(client.request("morph/createHydraJobset", { jobset, project, url }));
    assert.equal(refused.code, "hydra-role");
    await hydra.stop();
    const plan = await client.request("morph/hydraJobset", params);
    assert.equal(plan.problem?.code, "hydra-unreachable");
    assert.equal(plan.jobset.expressionPath, "hydra/eiffel.nix");
    await client.stop();
  });
});
