// Builds on Hydra through the language server: real evaluation and builds, and the pages and traps of both versions of Hydra.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { finalStates } from "../../../server/src/protocol.ts";
import { startHydra, type TestHydra } from "../../support/hydra/hydra.ts";
import { makeRepository, morphRepository, nixpkgsRepository, type Repository } from "../../support/hydra/repository.ts";
import { type Lab, startLab } from "../../support/lab.ts";
import type { LspClient } from "../../support/lspClient.ts";
import { trustedClient, type Workspace, writeNetwork } from "../../support/workspace.ts";

const network = '{ eiffel = { nixpkgs.hostPlatform = "x86_64-linux"; }; }\n';
const good = `{ nixpkgs, ... }: with import nixpkgs { }; {
  eiffel = mkSlow { name = "eiffel"; seconds = 0.1; deps = [ (mkSlow { name = "below"; seconds = 0.1; }) ]; };
}\n`;

for (const flavour of ["2026", "2023"] as const)
  describe(`a build on Hydra of ${flavour}`, { concurrency: 1 }, () => {
    let lab: Lab;
    let hydra: TestHydra;
    let home: Workspace;
    let repository: Repository;
    let client: LspClient;
    const place = { kind: "hydra", project: "morph", jobset: "eiffel" } as const;

    before(async () => {
      lab = await startLab();
      hydra = await startHydra({ lab, flavour });
      home = writeNetwork(lab, "home", network);
      repository = await makeRepository(lab, home.folder);
      await repository.commit({ "hydra/eiffel.nix": good });
      const inputs = {
        network: repository.input,
        nixpkgs: (await nixpkgsRepository(lab)).input,
        morph: (await morphRepository(lab)).input,
      };
      hydra.addProject("morph");
      hydra.addJobset("morph", "eiffel", { nixexprinput: "network", nixexprpath: "hydra/eiffel.nix", inputs });
      client = await connected();
    });

    after(async () => {
      await client.stop();
      await lab.stop();
    });

    async function connected(): Promise<LspClient> {
      const settings = { hydra: { url: hydra.url } };
      const started = await trustedClient(lab, home, { settings });
      const login = { user: "alice", password: "foobar" };
      await started.request("morph/hydraConnect", { url: hydra.url, project: "morph", login });
      return started;
    }

    const start = async () => (await client.request("morph/build", { uri: home.uri, machine: "eiffel", place })).id;

    /** The summary of a build once it has ended, or is as wanted. */
    async function ended(
      id: string,
      wanted = ({ state }: BuildSummary) => finalStates.has(state),
    ): Promise<BuildSummary> {
      const known = (await client.request("morph/builds", {})).find(build => build.id === id);
      if (known !== undefined && wanted(known)) return known;
      return (await client.next("morph/buildDidChange", delta => delta.id === id && wanted(delta.summary))).summary;
    }

    async function logOf(id: string, derivation: string | undefined): Promise<string> {
      let text = "";
      for (let offset = 0, done = false; !done; ) {
        const page = await client.request("morph/buildLog", { id, derivation, offset });
        text += page.text;
        ({ nextOffset: offset, done } = page);
      }
      return text;
    }

    test("is evaluated and built there, with its steps and their logs, and the next one is the same", async () => {
      const id = await start();
      const build = await ended(id);
      assert.equal(build.state, "succeeded", JSON.stringify(build.failure));
      assert.deepEqual([build.stored?.store, build.hydra?.job, build.system], [hydra.url, "eiffel", "x86_64-linux"]);
      assert.deepEqual(build.progress, { done: 2, running: 0, failed: 0, expected: 2 });
      const { derivations } = await client.request("morph/buildDetails", { id });
      assert.deepEqual(
        derivations.map(({ name, state, builder }) => [name, state, builder]),
        [
          ["below", "built", new URL(hydra.url).host],
          ["eiffel", "built", new URL(hydra.url).host],
        ],
      );
      assert.equal(derivations[1]?.drvPath, build.drvPath);
      for (const { name, drvPath } of derivations)
        assert.match(await logOf(id, drvPath), new RegExp(`^unpacking ${name}\\n`));
      assert.match(await logOf(id, undefined), /\/build\/\d+\nbuilding .*below.*\nbuilding .*eiffel.*\n$/);
      const again = await ended(await start());
      assert.deepEqual([again.state, again.hydra?.build], ["succeeded", build.hydra?.build]);
    });

    test("whose expression is wrong fails with the error at its place in the file", async () => {
      const release = hydra.hold("evaluations");
      await repository.commit({ "hydra/eiffel.nix": "{ nixpkgs, ... }:\n{ eiffel = undefinedName; }\n" });
      const id = await start();
      const waiting = await ended(id, ({ hydra: there }) => there?.phase === "pending");
      assert.equal(waiting.state, "evaluating");
      release();
      const { state, failure } = await ended(id);
      assert.deepEqual([state, failure?.code], ["failed", "hydra-evaluation"]);
      assert.match(failure?.message ?? "", /undefined variable 'undefinedName'/);
      assert.equal(failure?.location?.uri, `file://${path.join(home.folder, "hydra/eiffel.nix")}`);
      const line = readFileSync(path.join(home.folder, "hydra/eiffel.nix"), "utf8").split("\n")[
        failure.location.range.start.line
      ];
      assert.match(line ?? "", /undefinedName/);
      await client.diagnosticsOf(failure.location.uri, found =>
        found.some(({ message }) => JSON.stringify(message).includes("undefinedName")),
      );
    });

    test("continues while the server is killed, fails with the end of its log, and can be restarted", async () => {
      const bad = good.replace('name = "below";', 'name = "below"; fail = true;');
      await repository.commit({ "hydra/eiffel.nix": bad });
      const release = hydra.hold("builds");
      const id = await start();
      const queued = await ended(id, ({ state }) => state === "queued");
      await client.kill();
      release();
      await hydra.idle();
      client = await connected();
      const failed = await ended(id);
      assert.deepEqual([failed.state, failed.hydra?.build], ["failed", queued.hydra?.build]);
      assert.deepEqual([failed.failure?.code, failed.failure?.subject], ["hydra-build-failed", "below"]);
      assert.ok(
        failed.failure?.quote?.lines.some(each => /undefined reference/.test(each)),
        JSON.stringify(failed.failure),
      );
      assert.deepEqual(
        failed.failure?.fixes?.map(({ command }) => command),
        ["morph.restartOnHydra"],
      );
      const restarted = await client.request("morph/restartHydraBuild", { id });
      assert.equal((await ended(restarted.id)).state, "failed");
    });

    test("is reconnecting while Hydra does not answer, and can be cancelled", async () => {
      await repository.commit({ "hydra/eiffel.nix": good.replace("seconds = 0.1; deps", "seconds = 60; deps") });
      const id = await start();
      await ended(id, ({ progress }) => progress.running > 0);
      const restore = hydra.interfere({ requests: /\/build\//, answer: "hang up" });
      const lost = await ended(id, ({ state }) => state === "reconnecting");
      assert.equal(lost.failure?.code, "hydra-unreachable");
      restore();
      await ended(id, ({ state }) => state === "building");
      await client.request("morph/cancel", { id });
      assert.equal((await ended(id)).state, "cancelled");
    });
  });
