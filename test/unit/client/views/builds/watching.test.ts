import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Watching } from "../../../../../client/src/views/builds/watching.ts";

function setup(running = new Set(["a", "b"])) {
  const sent: string[] = [];
  const watching = new Watching(
    id => running.has(id),
    (id, on) => sent.push(`${id} ${on ? "on" : "off"}`),
  );
  const take = () => sent.splice(0);
  return { watching, running, take };
}

describe("a build is watched", () => {
  it("while its row is expanded in a visible view", () => {
    const { watching, take } = setup();
    watching.setOpen("a", true);
    assert.deepEqual(take(), []);
    watching.setVisible(true);
    assert.deepEqual(take(), ["a on"]);
    watching.setOpen("a", true);
    assert.deepEqual(take(), []);
    watching.setOpen("a", false);
    assert.deepEqual(take(), ["a off"]);
  });

  it("not while the view is hidden", () => {
    const { watching, take } = setup();
    watching.setVisible(true);
    watching.setOpen("a", true);
    watching.setVisible(false);
    watching.setVisible(true);
    assert.deepEqual(take(), ["a on", "a off", "a on"]);
  });

  it("until it has ended", () => {
    const { watching, running, take } = setup();
    watching.setVisible(true);
    watching.setOpen("a", true);
    running.delete("a");
    watching.update();
    assert.deepEqual(take(), ["a on", "a off"]);
  });

  it("again when a new server starts", () => {
    const { watching, take } = setup();
    watching.setVisible(true);
    watching.setOpen("a", true);
    watching.forget();
    assert.deepEqual(take(), ["a on", "a on"]);
  });
});
