import assert from "node:assert/strict";
import { test } from "node:test";
import { LensClicks } from "../../../../client/src/session/lensClicks.ts";

function clicks() {
  const registered = new Map<string, () => unknown>();
  const ran: unknown[] = [];
  const lenses = new LensClicks({
    register: (id, run) => {
      assert.ok(!registered.has(id));
      registered.set(id, run);
      return { dispose: () => registered.delete(id) };
    },
    run: (id, args) => ran.push([id, ...args]),
  });
  return { lenses, registered, ran };
}

const build = (machine: string) => ({
  title: "Build",
  command: "morph.build",
  arguments: [{ uri: "file:///n", machine }],
});

test("a lens runs its command with its arguments, without having any itself", () => {
  const { lenses, registered, ran } = clicks();
  const { command, ...rest } = lenses.withoutArguments({ ...build("eiffel"), tooltip: "emulated" });
  assert.deepEqual(rest, { title: "Build", tooltip: "emulated" });
  registered.get(command)?.();
  assert.deepEqual(ran, [["morph.build", { uri: "file:///n", machine: "eiffel" }]]);
});

test("the same command and arguments are one command, whatever the title says", () => {
  const { lenses, registered } = clicks();
  const first = lenses.withoutArguments(build("eiffel"));
  const later = lenses.withoutArguments({ ...build("eiffel"), title: "eiffel · 7/10" });
  assert.equal(later.command, first.command);
  assert.equal(later.title, "eiffel · 7/10");
  assert.notEqual(lenses.withoutArguments(build("louvre")).command, first.command);
  assert.equal(registered.size, 2);
});

test("a command without arguments stays as it is", () => {
  const { lenses, registered } = clicks();
  const command = { title: "Checking…", command: "" };
  assert.equal(lenses.withoutArguments(command), command);
  assert.equal(registered.size, 0);
});

test("the commands of lenses that were shown last stay registered, and the oldest are dropped", () => {
  const { lenses, registered } = clicks();
  const first = lenses.withoutArguments(build("first"));
  for (let number = 0; number < 499; number++) lenses.withoutArguments(build(String(number)));
  lenses.withoutArguments(build("first"));
  for (let number = 0; number < 499; number++) lenses.withoutArguments(build(`other${number}`));
  assert.equal(registered.size, 500);
  assert.ok(registered.has(first.command));
  lenses.dispose();
  assert.equal(registered.size, 0);
});
