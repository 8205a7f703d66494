import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { BuildRecords } from "../../../server/src/builds/record/record.ts";
import { type EventState, emptyState } from "../../../server/src/builds/stream/eventState.ts";
import { retryInputs } from "../../../server/src/builds/stream/retryInputs.ts";
import type { PlannedDerivation } from "../../../server/src/nix/derivations/graph.ts";
import { PartialRoots } from "../../../server/src/retention/roots.ts";
import { someRequest } from "../../support/records.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("roots");
after(() => removeTree(temp));
const records = new BuildRecords(temp);

/** Each needs the one before. */
const graph: PlannedDerivation[] = ["/a.drv", "/b.drv", "/c.drv"].map((drvPath, index) => ({
  drvPath,
  system: "x86_64-linux",
  requiredFeatures: [],
  dependencies: index === 0 ? [] : [index - 1],
}));

/** The first `count` of them are built. */
function built(count: number): EventState {
  const state = emptyState(graph.map(({ drvPath }) => drvPath));
  for (const derivation of [...state.derivations.values()].slice(0, count)) derivation.state = "built";
  return state;
}

/** What a retry needs of a build that has come so far. */
const needed = ({ derivations }: EventState) => retryInputs(graph, derivations);

/** Roots that are made by a Nix of ours. @param works whether it can. */
async function roots(works: () => boolean | Promise<boolean> = () => true) {
  const { id } = await records.create(someRequest());
  const folder = path.join(temp, "builds", id, "built");
  const kept: (readonly string[])[] = [];
  const keepOutputs = async (drvPaths: readonly string[], root: string) => {
    if (!(await works())) return false;
    kept.push(drvPaths);
    // As Nix does.
    fs.mkdirSync(path.dirname(root), { recursive: true });
    for (const drvPath of drvPaths) fs.symlinkSync(drvPath, `${root}-${path.basename(drvPath)}`);
    return true;
  };
  const links = () => (fs.existsSync(folder) ? fs.readdirSync(folder) : undefined);
  return { id, kept, links, roots: new PartialRoots({ log: records.log, folderOf: () => folder, keepOutputs }) };
}

test("what a retry needs is kept, and what only that needed no more", async () => {
  const { id, links, roots: all } = await roots();
  await all.keep(id, needed(built(1)), 1);
  assert.deepEqual(links(), ["1-a.drv"]);
  await all.keep(id, needed(built(2)), 2);
  assert.deepEqual(links(), ["2-b.drv"]);
});

test("the roots of a running build are updated periodically, and Nix is called only for new ones", async () => {
  const { id, kept, roots: all } = await roots();
  await all.update(id, () => needed(built(0)), 100_000);
  await all.update(id, () => needed(built(1)), 109_000);
  assert.deepEqual(kept, []);
  await all.update(id, () => needed(built(1)), 110_000);
  await all.update(id, () => needed(built(1)), 120_000);
  await all.keep(id, needed(built(1)), 121_000);
  assert.deepEqual(kept, [["/a.drv"]]);
});

test("where it cannot be kept, older roots stay, and it is tried again", async () => {
  let works = true;
  const { id, links, roots: all } = await roots(() => works);
  await all.keep(id, needed(built(1)), 1);
  works = false;
  await all.keep(id, needed(built(2)), 2);
  assert.deepEqual(links(), ["1-a.drv"]);
  works = true;
  await all.keep(id, needed(built(2)), 3);
  assert.deepEqual(links(), ["3-b.drv"]);
});

test("a slower call does not recreate dropped roots, and a removed record is not recreated", async () => {
  const { id, links, roots: all } = await roots();
  const keeping = all.keep(id, needed(built(1)), 1);
  await Promise.all([keeping, all.drop(id)]);
  assert.equal(links(), undefined);
  await records.remove(id);
  await all.keep(id, needed(built(2)), 2);
  assert.equal(fs.existsSync(records.folderOf(id)), false);
});

test("a record that is removed while Nix makes the links is not made again", async () => {
  const made = await roots(() => records.remove(made.id).then(() => true));
  await made.roots.keep(made.id, needed(built(1)), 1);
  assert.deepEqual(made.kept, [["/a.drv"]]);
  assert.equal(fs.existsSync(records.folderOf(made.id)), false);
});
