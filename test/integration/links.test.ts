import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import {
  type BuildParams,
  type BuildSummary,
  type DerivationState,
  finalStates,
  type Problem,
} from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { startNixDaemon } from "../support/nixDaemon.ts";
import { processesIn } from "../support/processes.ts";
import { refusal } from "../support/refusal.ts";
import { until } from "../support/until.ts";
import { buildToEnd, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// A remote builder in a network of its own, whose link is cut while it builds.

/** A laboratory with such a builder, and a machine of which one derivation runs until the test says so. */
interface Far {
  readonly lab: Lab;
  readonly builder: Builder;
  readonly home: Workspace;
  /** Only the builder may build. */
  readonly params: BuildParams;
  /** Waits until the derivation runs. */
  began(): Promise<unknown>;
  /** Lets it end. */
  end(): void;
}

async function startFar(): Promise<Far> {
  const lab = await startLab();
  const builder = await startBuilder(lab, {
    name: "builder-far",
    systems: ["x86_64-linux"],
    network: "own",
    maxJobs: 1,
  });
  lab.setConf({ builders: [builder.machinesLine] });
  const [began, end] = [path.join(lab.dir, "began"), path.join(lab.dir, "end")];
  const wait = `echo waiting; echo > ${began}; while [ ! -e ${end} ]; do /bin/sleep 0.1; done; echo > $out`;
  const home = writeNetwork(
    lab,
    "far",
    `{
  patient = { ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      (derivation { name = "patience"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" ${JSON.stringify(wait)} ]; })
    ];
  };
}
`,
  );
  return {
    lab,
    builder,
    home,
    params: { uri: home.uri, machine: "patient", place: { kind: "only", builder: builder.storeUri } },
    began: () => until("the derivation runs", () => existsSync(began) || undefined),
    end: () => writeFileSync(end, ""),
  };
}

function hasEnded({ state }: BuildSummary): boolean {
  return finalStates.has(state);
}

/** A lost link may take half a minute to be noticed. */
const noticed = 30_000;

function fixesOf(problem: Problem | undefined): unknown {
  return problem?.fixes?.map(({ title, command, arguments: given }) => [title, command, given]);
}

/** What is offered when a builder is out of reach. */
function offered({ uri, machine, place }: BuildParams): readonly unknown[] {
  const target = { uri, machine };
  return [
    ["Retry", "morph.retryBuild", [{ ...target, place }]],
    ["Build on...", "morph.buildMachineOn", [target]],
  ];
}

/** What is offered besides when a builder was lost. */
function offeredOnLoss({ uri, machine }: BuildParams, builder: Builder, id: string): readonly unknown[] {
  const place = { kind: "store", store: builder.storeUri };
  return [
    ["Build Detached on builder-far", "morph.retryBuild", [{ uri, machine, place, detached: true }]],
    ["Look What Is Left on builder-far", "morph.lookForLeftovers", [{ id }]],
  ];
}

async function lostDerivation(client: LspClient, id: string): Promise<DerivationState> {
  const { derivations } = await client.request("morph/buildDetails", { id });
  return derivations.find(({ name }) => name === "patience") ?? assert.fail("it is not among the derivations");
}

async function startAndWait({ params, began }: Far, client: LspClient): Promise<string> {
  const { id } = await client.request("morph/build", params);
  await began();
  return id;
}

// Each waits for half a minute, and has a laboratory of its own.
describe("a builder whose link is cut, or whose only slot is taken", { concurrency: true }, () => {
  describe("under a build that our own Nix has sent away", () => {
    let far: Far;
    before(async () => {
      far = await startFar();
    });
    after(() => far.lab.stop());

    it("ends it within 30 s with a failure that says what to do, and building again succeeds once it is back", async () => {
      const { lab, builder, home, params } = far;
      const client = await trustedClient(lab, home);
      const id = await startAndWait(far, client);
      const running = await client.build(id, ({ runningOn }) => runningOn !== undefined);
      assert.deepEqual(running.runningOn, [{ builder: builder.storeUri, running: 1 }]);

      const cutAt = Date.now();
      await builder.cutLink();
      const lost = await client.build(id, hasEnded);
      assert.ok(Date.now() - cutAt < noticed, `it took ${Date.now() - cutAt} ms`);
      assert.deepEqual([lost.state, lost.failure?.code, lost.failure?.subject], ["failed", "builder-lost", "patience"]);
      assert.match(lost.failure?.message ?? "", /^Lost connection to builder-far while building patience\. /);
      assert.deepEqual(fixesOf(lost.failure), [...offered(params), ...offeredOnLoss(params, builder, id)]);
      assert.equal(lost.failure?.quote, undefined, "the exit code is not that of a build");
      assert.deepEqual([lost.runningOn, lost.silence], [undefined, undefined]);
      const nix = () =>
        processesIn(lab.dir).filter(({ cmdline }) => /nix-store --realise|__build-remote|^ssh /.test(cmdline));
      assert.deepEqual(nix(), [], "nothing is left here");

      // While the link is down, a retry says so as quickly.
      const retriedAt = Date.now();
      const refused = await buildToEnd(client, home, "patient", params);
      assert.ok(Date.now() - retriedAt < noticed, `it took ${Date.now() - retriedAt} ms`);
      assert.equal(refused.failure?.code, "builder-unreachable");
      assert.deepEqual(fixesOf(refused.failure), offered(params));

      assert.equal((await refusal(client.request("morph/leftovers", { id }))).code, "builder-unreachable");

      await builder.restoreLink();
      const { drvPath } = await lostDerivation(client, id);
      const left = async () => (await client.request("morph/leftovers", { id }))[0];
      const before = await left();
      assert.equal(before?.builder, builder.storeUri);
      // The other side may have noticed by now.
      for (const each of before?.derivations ?? []) assert.deepEqual(each, { drvPath, state: "building" });
      await until("nothing is left there", async () => (await left())?.derivations.length === 0 || undefined, 60_000);

      far.end();
      const again = await buildToEnd(client, home, "patient", params);
      assert.equal(again.state, "succeeded", JSON.stringify(again.failure));
      assert.deepEqual((await left())?.derivations, [{ drvPath, state: "built" }]);
      const { derivations } = await client.request("morph/buildDetails", { id: again.id });
      assert.equal(derivations.find(({ name }) => name === "patience")?.builder, builder.storeUri);
      await client.stop();
    });
  });

  describe("under a build that Nix's daemon has sent away", () => {
    let far: Far;
    before(async () => {
      far = await startFar();
    });
    after(() => far.lab.stop());

    it("shows as a builder from which nothing was heard for 30 s, and the build can be cancelled and built again", async () => {
      const { lab, builder, home, params } = far;
      const daemon = await startNixDaemon(lab, { sshOptions: `-F ${builder.sshConfig}` });
      const client = await trustedClient(lab, home, { env: daemon.env });
      const id = await startAndWait(far, client);
      const cutAt = Date.now();
      await builder.cutLink();
      const silent = await client.build(id, ({ silence, state }) => silence !== undefined || finalStates.has(state));
      const { silence, state } = silent;
      assert.deepEqual(
        [state, silence?.builder, silence?.reason, silence?.connected],
        ["building", builder.storeUri, "building", undefined],
      );
      const since = Date.parse(silence?.since ?? "");
      // The last line of the log may have been in transit.
      assert.ok(
        since < cutAt + 5_000 && Date.now() - since >= 30_000,
        `${silence?.since}, cut at ${new Date(cutAt).toISOString()}`,
      );

      await client.request("morph/cancel", { id });
      assert.equal((await client.build(id, hasEnded)).state, "cancelled");
      await builder.restoreLink();
      far.end();
      const again = await buildToEnd(client, home, "patient", params);
      assert.equal(again.state, "succeeded", JSON.stringify(again.failure));
      await client.stop();
      await daemon.stop();
    });
  });

  it("a detached build goes on while its link is cut, even if the server ends, and its result comes here", async () => {
    const far = await startFar();
    const { lab, builder, home, params } = far;
    const there = {
      ...params,
      place: { kind: "store", store: builder.storeUri },
      detached: true,
      fetch: true,
    } as const;
    const first = await trustedClient(lab, home);
    const { id } = await first.request("morph/build", there);
    await far.began();
    await builder.cutLink();
    const { failure } = await first.build(id, ({ state }) => state === "reconnecting");
    assert.equal(failure?.code, "unreachable-host");
    await first.kill();
    far.end();
    const second = await trustedClient(lab, home);
    assert.equal((await second.build(id, () => true)).state, "reconnecting");
    await builder.restoreLink();
    const ended = await second.build(id, hasEnded);
    assert.equal(ended.state, "succeeded", JSON.stringify(ended.failure));
    assert.ok(existsSync(ended.outPath ?? ""));
    await second.request("morph/remove", { id });
    await second.stop();
    await lab.stop();
  });

  it("a build that runs here because the builder is out of reach says so", async () => {
    const far = await startFar();
    const { lab, builder, home } = far;
    const client = await trustedClient(lab, home);
    await builder.cutLink();
    far.end();
    const { state, warnings, id } = await buildToEnd(client, home, "patient");
    assert.deepEqual([state, warnings?.map(({ code }) => code)], ["succeeded", ["built-elsewhere"]]);
    assert.match(
      warnings?.[0]?.message ?? "",
      /^\d+ derivations were built on this machine instead of builder-far, which could not be reached\.$/,
    );
    const { derivations } = await client.request("morph/buildDetails", { id });
    const moved = derivations.find(({ name }) => name === "patience");
    assert.deepEqual([moved?.builder, moved?.expectedOn], [undefined, builder.storeUri]);
    await client.stop();
    await lab.stop();
  });

  it("a build that waits for a builder's only slot says so after 30 s", async () => {
    const far = await startFar();
    const { lab, builder, home, params } = far;
    const other = `derivation { name = "other"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > ${lab.dir}/taken; while [ ! -e ${lab.dir}/end ]; do /bin/sleep 0.1; done; echo > $out" ]; }`;
    const taking = lab.nix("nix-build", ["--max-jobs", "0", "--no-out-link", "--expr", other]);
    await until("the slot is taken", () => existsSync(path.join(lab.dir, "taken")) || undefined);
    const client = await trustedClient(lab, home);
    const { id } = await client.request("morph/build", params);
    const { silence, runningOn } = await client.build(id, build => build.silence !== undefined || hasEnded(build));
    assert.deepEqual([silence?.builder, silence?.reason, runningOn], [builder.storeUri, "waiting", undefined]);
    far.end();
    assert.equal((await client.build(id, hasEnded)).state, "succeeded");
    assert.equal((await taking).code, 0);
    await client.stop();
    await lab.stop();
  });
});
