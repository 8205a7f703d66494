// "Is that what I would deploy?": builds of a Hydra server are compared with evaluations here, with real Nix and real git.
import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { HydraComparison, HydraDifference } from "../../../server/src/protocol.ts";
import { startHydra, type TestHydra } from "../../support/hydra/hydra.ts";
import { makeRepository, morphRepository, nixpkgsRepository, type Repository } from "../../support/hydra/repository.ts";
import { type Lab, startLab } from "../../support/lab.ts";
import type { LspClient } from "../../support/lspClient.ts";
import { refusal } from "../../support/refusal.ts";
import { trustedClient, type Workspace, writeNetwork } from "../../support/workspace.ts";

const network = (hosts: string) => `{
  network = { };
  eiffel = {
    nixpkgs.system = "x86_64-linux";
    networking.extraHosts = "${hosts}";
  };
}
`;

describe("a build by Hydra is compared with an evaluation here", { concurrency: 1 }, () => {
  let lab: Lab;
  let hydra: TestHydra;
  let home: Workspace;
  let client: LspClient;
  let repository: Repository;

  const compare = (withInputs?: true) =>
    client.request("morph/compareHydraBuild", { uri: home.uri, machine: "eiffel", withInputs });
  const kinds = (reasons: readonly HydraDifference[]) => reasons.map(({ kind }) => kind);
  const names = ({ causes }: HydraComparison) => causes.map(({ name }) => name);

  async function evaluateOnHydra(): Promise<void> {
    hydra.trigger("morph", "eiffel");
    await hydra.idle();
  }

  before(async () => {
    lab = await startLab();
    hydra = await startHydra({ lab });
    home = writeNetwork(lab, "compared", network("127.0.0.1 a"));
    client = await trustedClient(lab, home, { settings: { hydra: { url: hydra.url, project: "morph" } } });
    repository = await makeRepository(lab, home.folder);
    const { files } = await client.request("morph/hydraEvaluate", { uri: home.uri, machines: ["eiffel"] });
    await repository.commit(Object.fromEntries(files.map(({ path: file, text }) => [file, text])));
    const [nixpkgs, morph] = [await nixpkgsRepository(lab), await morphRepository(lab)];
    hydra.addProject("morph");
    hydra.addJobset("morph", "eiffel", {
      nixexprinput: "network",
      nixexprpath: "hydra/eiffel.nix",
      inputs: { network: repository.input, nixpkgs: nixpkgs.input, morph: morph.input },
    });
  });

  after(async () => {
    await client.stop();
    await lab.stop();
  });

  test("without a build there is nothing to compare", async () => {
    assert.equal((await refusal(compare())).code, "hydra-no-build");
  });

  test("the same text and the same inputs are the same derivations", async () => {
    await evaluateOnHydra();
    const compared = await compare();
    assert.equal(compared.theirs, compared.ours);
    assert.equal(compared.build.state, "succeeded");
    assert.ok(compared.closure !== undefined && compared.closure.total > 3);
    assert.equal(compared.closure.same, compared.closure.total);
    assert.deepEqual([compared.causes, compared.reasons], [[], []]);
  });

  test("the status of the machine is that of its build", async () => {
    const { machines, problem } = await client.request("morph/hydraStatus", { refresh: true });
    assert.equal(problem, undefined);
    const [eiffel] = machines[home.uri] ?? [];
    assert.equal(eiffel?.jobset, "eiffel");
    assert.equal(eiffel.build?.state, "succeeded");
    assert.equal(eiffel.problem, undefined);
  });

  test("a change that is not committed is named, with what differs by itself", async () => {
    writeFileSync(home.file, network("127.0.0.1 b"));
    const compared = await compare();
    assert.notEqual(compared.theirs, compared.ours);
    assert.ok(compared.closure);
    assert.ok(compared.closure.same < compared.closure.total);
    assert.deepEqual(kinds(compared.reasons), ["dirty"]);
    assert.equal(compared.reasons[0]?.ours, "network.nix");
    assert.deepEqual(names(compared), ["etc"]);
  });

  test("a commit that Hydra has not seen is named with both revisions", async () => {
    const earlier = await repository.revision();
    const now = await repository.commit({});
    const { reasons } = await compare();
    assert.deepEqual(reasons, [{ kind: "network", theirs: earlier, ours: now }]);
  });

  test("a derivation that is not here is made again from Hydra's inputs, without a change in the repository", async () => {
    const { theirs, ours } = await compare();
    await lab.nix("nix-store", ["--delete", "--ignore-liveness", theirs]);
    assert.ok(!existsSync(theirs));
    const unread = await compare();
    assert.equal(unread.unread?.code, "hydra-no-derivation");
    assert.deepEqual([unread.closure, unread.causes], [undefined, []]);
    assert.deepEqual(kinds(unread.reasons), ["network"]);

    const state = async () => [await repository.git("status", "--porcelain"), readdirSync(home.folder)];
    const earlier = await state();
    const replayed = await compare(true);
    assert.deepEqual(replayed.replayed, { drvPath: theirs });
    assert.equal(replayed.ours, ours);
    assert.deepEqual(names(replayed), ["etc"]);
    assert.deepEqual(await state(), earlier);
  });

  test("a revision that cannot be fetched any longer is a problem, and no address runs a command", async () => {
    await evaluateOnHydra();
    const compared = await compare();
    assert.equal(compared.theirs, compared.ours);
    const input = hydra.database.evals.toSorted((a, b) => b.id - a.id)[0]?.inputs.nixpkgs;
    assert.ok(input);
    const problemOf = async (change: object) => {
      Object.assign(input, change);
      const { replayed } = await compare(true);
      return replayed !== undefined && "problem" in replayed ? replayed.problem.code : undefined;
    };
    assert.equal(await problemOf({ revision: "0".repeat(40) }), "no-checkout");
    const file = path.join(lab.dir, "owned");
    assert.equal(await problemOf({ uri: `ext::sh -c touch% ${file}` }), "no-checkout");
    assert.ok(!existsSync(file));
  });
});
