import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { type BuildFolder, shortOfSpace } from "../../../../server/src/builds/checks/shortOfSpace.ts";
import { BuildRecords } from "../../../../server/src/builds/record/record.ts";
import { foldersOf } from "../../../../server/src/builds/start/earlierSpace.ts";
import { freeSpace } from "../../../../server/src/storage/freeSpace.ts";
import { SpaceMeter } from "../../../../server/src/supervise/spaceMeter.ts";
import { someRequest } from "../../../support/records.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("space");
after(() => removeTree(temp));

const GiB = 1024 ** 3;
const store = (free: number, ...taken: number[]): BuildFolder => ({ use: "store", path: "/nix/store", free, taken });
const build = (free: number, ...taken: number[]): BuildFolder => ({ use: "build", path: "/tmp", free, taken });

/** What is to be fetched, and the folders -> what is said. */
const cases: Record<string, [unpackedBytes: number | undefined, BuildFolder[], string | undefined]> = {
  "there is room": [GiB, [store(20 * GiB, 12 * GiB), build(9 * GiB, 8 * GiB)], undefined],
  "nothing is known": [undefined, [store(GiB), build(GiB)], undefined],
  "nothing can be measured": [GiB, [], undefined],
  "what is fetched does not fit": [
    5 * GiB,
    [store(1.4 * GiB, GiB), build(1.4 * GiB)],
    "/nix/store has 1.4 GiB free; the downloads need 5.0 GiB. Free disk space (nix-collect-garbage) if Nix does not do so automatically.",
  ],
  "earlier builds took more": [
    GiB,
    [store(2 * GiB, GiB, 12 * GiB, 3 * GiB), build(500 * 1024 ** 2, 3 * GiB)],
    "/nix/store has 2.0 GiB free; earlier builds of this machine used up to 12.0 GiB. /tmp has 500 MiB free; earlier builds of this machine used up to 3.0 GiB. Free disk space (nix-collect-garbage) if Nix does not do so automatically.",
  ],
};

for (const [name, [unpackedBytes, folders, message]] of Object.entries(cases))
  test(`before a build, the room on the disk: ${name}`, () => {
    const problem = shortOfSpace({ build: [], fetch: [], unpackedBytes }, folders);
    assert.equal(problem?.message, message);
  });

test("what is free is known of a folder that is there, and of one that is yet to come", () => {
  assert.ok((freeSpace(temp) ?? 0) > 0);
  assert.ok((freeSpace(path.join(temp, "not/yet/there")) ?? 0) > 0);
  const meter = new SpaceMeter([{ use: "store", path: temp }]);
  meter.measure();
  const { store: measured, build: none } = meter.measured;
  assert.ok(measured !== undefined && measured.least <= measured.before);
  assert.equal(none, undefined);
});

test("the usage of earlier builds of the same output is used, and no other", async () => {
  const records = new BuildRecords(temp);
  const request = someRequest();
  const record = async (fields: Partial<typeof request>, space: object | undefined) => {
    const { id } = await records.create({ ...request, ...fields });
    await records.write(id, "result", { at: "2026-01-01T00:00:00.000Z", code: 0, signal: null, space });
  };
  await record({}, { store: { before: 10, least: 7 }, build: { before: 4, least: 4 } });
  await record({}, undefined);
  await record({ machine: "other" }, { store: { before: 100, least: 0 } });
  await record({ attribute: "system.build.vm" }, { store: { before: 100, least: 0 } });
  await record({}, { store: { before: 10, least: "many" } });
  await record({}, { store: { before: 20, least: 18 } });
  const last = await records.create(request);
  const [folder] = await foldersOf(records, last, [{ use: "store", path: temp }]);
  assert.deepEqual(folder?.taken.toSorted(), [2, 3]);
});
