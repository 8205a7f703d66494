import assert from "node:assert/strict";
import { after, test } from "node:test";
import { EvaluatedNetworks } from "../../../../server/src/evaluation/cache/networks.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const folder = tempFolder("evaluated");
after(() => removeTree(folder));

test("each time that what was evaluated becomes outdated, or is so no longer, that is published", async () => {
  let stamp = "first";
  const published: (boolean | undefined)[] = [];
  const uri = "file:///net/network.nix";
  const networks: EvaluatedNetworks = new EvaluatedNetworks(
    folder,
    () => stamp,
    () => published.push(networks.names(uri)?.stale),
  );
  const becomes = async (next: string) => {
    stamp = next;
    await networks.refresh(uri);
    return published.splice(0);
  };
  networks.rememberNames(uri, ["a"], "first");
  assert.deepEqual(await becomes("second"), [true]);
  assert.deepEqual(await becomes("third"), [], "it was outdated before");
  assert.deepEqual(await becomes("first"), [false]);
  assert.deepEqual(await becomes("second"), [true]);
  networks.rememberNames(uri, ["a"], "second");
  assert.deepEqual(await becomes("first"), [true], "evaluated meanwhile");
});
