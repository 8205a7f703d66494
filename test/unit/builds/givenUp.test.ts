import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Builds } from "../../../server/src/builds/builds.ts";
import { logTo } from "../../../server/src/logging/log.ts";
import type { BuildDelta } from "../../../server/src/protocol.ts";
import { idleWorld } from "../../support/idleWorld.ts";
import { deadProcess, someRequest } from "../../support/records.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

// Errors in the background of a build are logged and do not affect anything else.

const temp = tempFolder("given-up");
after(() => removeTree(temp));

/** A log of lines. */
function recorded() {
  const lines: string[] = [];
  return { lines, log: logTo((level, line) => lines.push(`${level} ${line}`)) };
}

function record(storage: string, id: string, fields: object = {}): void {
  const folder = path.join(storage, "builds", id);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "request.json"), JSON.stringify(someRequest({ id, ...fields })));
}

test("a build that cannot be followed is logged, and the others are followed", async () => {
  const storage = path.join(temp, "followed");
  const broken = "file:///broken/network.nix";
  record(storage, "0lvxa2c00-0000000a", { uri: broken, owner: deadProcess });
  record(storage, "0lvxa2c00-0000000b", { owner: deadProcess });
  const { lines, log } = recorded();
  const deltas: BuildDelta[] = [];
  const world = idleWorld({
    mayEvaluate: uri => {
      if (uri === broken) throw new TypeError("a mistake");
      return false;
    },
  });
  const builds = new Builds(storage, world, delta => deltas.push(delta), log);
  await builds.open();
  assert.match(lines[0] ?? "", /^warning Failed for now: polling 0lvxa2c00-0000000a: TypeError: a mistake/);
  assert.deepEqual(
    builds.list().map(({ id }) => id),
    ["0lvxa2c00-0000000b"],
  );
  assert.ok("value" in (await builds.cancel("0lvxa2c00-0000000b")));
  await until("the other is cancelled", () =>
    deltas.find(({ id, summary }) => id === "0lvxa2c00-0000000b" && summary.state === "cancelled"),
  );
  builds.close();
});
