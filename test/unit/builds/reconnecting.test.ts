import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { Builds } from "../../../server/src/builds/builds.ts";
import type { StoreHost } from "../../../server/src/builds/hosts/hosts.ts";
import { BuildRecords } from "../../../server/src/builds/record/record.ts";
import { silentLog } from "../../../server/src/logging/log.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import type { Liveness } from "../../../server/src/records/processes/liveness.ts";
import { idleWorld } from "../../support/idleWorld.ts";
import { deadProcess, someEvaluation, someRequest } from "../../support/records.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

// A build whose supervisor runs on a host that can be made unreachable.

const temp = tempFolder("reconnecting");
after(() => removeTree(temp));

const at = "2024-05-01T12:00:00.000Z";

/** A build that was launched on the host "attic" long ago, by a server that is gone. */
async function buildOnAttic(storage: string): Promise<{ records: BuildRecords; id: string }> {
  const records = new BuildRecords(storage);
  const command = { file: "nix-store", args: [], cwd: "/", lock: "x", launchedAt: 0 };
  const { id: _, ...request } = someRequest({ owner: deadProcess, host: "attic", command });
  const { id } = await records.create(request);
  await records.write(id, "evaluation", { at, evaluation: someEvaluation() });
  await records.write(id, "process", { supervisor: deadProcess, command: deadProcess });
  return { records, id };
}

test("a build on a host that cannot be reached is reconnecting, and continues when the host responds again", async t => {
  const storage = path.join(temp, "reached");
  const { records, id } = await buildOnAttic(storage);
  let isReached = true;
  let process: Liveness = "alive";
  let synced = 0;
  const attic: StoreHost = {
    launch: () => assert.fail("launched"),
    liveness: async () =>
      isReached ? { supervisor: process, command: process } : { supervisor: "unknown", command: "unknown" },
    isInUse: async () => true,
    requestCancel: each => records.requestCancel(each),
    sync: async () => void synced++,
    release: async () => undefined,
    close: () => undefined,
    keep: () => assert.fail("keeps a result"),
  };
  const shown: BuildSummary[] = [];
  const publish = ({ summary }: { readonly summary: BuildSummary }) => void shown.push(summary);
  const builds = new Builds(
    storage,
    idleWorld(),
    publish,
    silentLog,
    () => name => (name === "attic" ? attic : undefined),
  );
  t.after(() => builds.close());
  await builds.open();
  const becomes = (state: string) =>
    until(`the build is ${state}`, () => (builds.list()[0]?.state === state ? true : undefined));

  await becomes("building");
  isReached = false;
  await becomes("reconnecting");
  assert.deepEqual(
    [builds.list()[0]?.failure?.code, builds.list()[0]?.failure?.severity],
    ["unreachable-host", "warning"],
  );
  assert.match(builds.list()[0]?.failure?.message ?? "", /^attic cannot be reached/);
  // What is asked for meanwhile is noted, and a build of which nothing is known is not removed.
  assert.ok("problem" in (await builds.remove(id)));
  assert.deepEqual(await builds.cancel(id), { value: null });
  assert.equal(builds.list()[0]?.state, "reconnecting");

  isReached = true;
  await becomes("building");
  assert.equal(builds.list()[0]?.failure, undefined);
  await records.write(id, "result", { code: null, signal: "SIGINT", at });
  process = "dead";
  await becomes("cancelled");
  assert.ok(synced > 0);
  assert.deepEqual(
    shown.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]),
    ["building", "reconnecting", "building", "cancelled"],
  );
});

test("a build on a host that is not known here is reconnecting, not lost", async t => {
  const storage = path.join(temp, "unknown");
  const { id } = await buildOnAttic(storage);
  const builds = new Builds(storage, idleWorld(), () => undefined);
  t.after(() => builds.close());
  await builds.open();
  assert.deepEqual([builds.list()[0]?.id, builds.list()[0]?.state], [id, "reconnecting"]);
});

test("a cancelled build whose host cannot be reached can be removed, and its host is told when it can be reached", async t => {
  const storage = path.join(temp, "given-up");
  const { records, id } = await buildOnAttic(storage);
  await records.write(id, "request", {
    ...someRequest(await records.read(id, "request")),
    host: "attic",
    store: "attic",
  });
  const released: string[] = [];
  const attic: StoreHost = {
    launch: () => assert.fail("launched"),
    liveness: async () => ({ supervisor: "unknown", command: "unknown" }),
    isInUse: async () => true,
    requestCancel: each => records.requestCancel(each),
    sync: async () => undefined,
    release: async each => void released.push(each),
    close: () => undefined,
    keep: () => assert.fail("keeps a result"),
  };
  const builds = new Builds(
    storage,
    idleWorld(),
    () => undefined,
    silentLog,
    () => () => attic,
  );
  t.after(() => builds.close());
  await builds.open();
  assert.ok("problem" in (await builds.remove(id)));
  assert.deepEqual(await builds.cancel(id), { value: null });
  assert.deepEqual(await builds.remove(id), { value: null });
  assert.deepEqual([builds.list(), await records.ids(), released], [[], [], [id]]);
});
