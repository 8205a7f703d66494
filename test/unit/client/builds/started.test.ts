import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StartedBuilds } from "../../../../client/src/builds/started.ts";

describe("the builds that a window started", () => {
  it("are remembered until they have ended", async () => {
    const values = new Map<string, unknown>();
    const memory = {
      keys: () => [...values.keys()],
      get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
      update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
    };
    const started = new StartedBuilds(memory as ConstructorParameters<typeof StartedBuilds>[0]);
    await started.add(["a"]);
    await started.add(["a", "b"]);
    await started.add(["c"]);
    assert.deepEqual(started.ids, ["a", "b", "c"]);
    assert.equal(started.take(["a", "c", "x"]), true);
    assert.equal(started.take(["a", "c", "x"]), false);
    assert.deepEqual(started.ids, ["b"]);
  });
});
