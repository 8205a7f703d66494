import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { BuilderChecks } from "../../../../server/src/builders/check/checks.ts";
import type { CheckedBuilder, CheckTools } from "../../../../server/src/builders/check/context.ts";
import { BuilderResults } from "../../../../server/src/builders/proofs/results.ts";
import { silentLog } from "../../../../server/src/logging/log.ts";
import { builder } from "../../../support/builders.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("checks");
after(() => removeTree(temp));

const builders = Array.from({ length: 100 }, (_, index) => builder(`ssh-ng://pi${index}`, {}));
const tools = {} as CheckTools;

test("a hundred builders are all checked, at most 32 of them in parallel", async () => {
  let [running, most] = [0, 0];
  const checked: string[] = [];
  const results = new BuilderResults(temp, silentLog);
  const checks = new BuilderChecks(
    results,
    silentLog,
    () => undefined,
    async (_, each) => {
      most = Math.max(most, ++running);
      await nextTurn();
      running--;
      checked.push(each.builder.id);
      return { check: { at: "2024-05-01T12:00:00.000Z", through: "user", reachable: true }, proofs: [] };
    },
  );
  await checks.check(
    tools,
    builders.map(each => ({ builder: each }) as CheckedBuilder),
  );
  assert.deepEqual(checked.toSorted(), builders.map(({ id }) => id).toSorted());
  assert.equal(most, 32);
  assert.ok(checks.addTo(builders).every(({ check, isChecking }) => check?.reachable === true && isChecking !== true));
});
