import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commandIds } from "../../../../client/src/manifest.ts";
import { statusMenu } from "../../../../client/src/views/status/statusMenu.ts";
import { aBuild, aStatus, english } from "../samples.ts";

describe("the menu of the status bar item", () => {
  const commands = (differences: Parameters<typeof aStatus>[0]) =>
    statusMenu(aStatus(differences), english).flatMap(group => group.map(({ command }) => command));

  it("offers to build while nothing runs", () => {
    assert.equal(commands({})[0], commandIds.pickAndBuild);
    assert.ok(commands({}).includes(commandIds.copyDiagnostics));
  });

  it("offers the running builds first, and to cancel them", () => {
    const one = statusMenu(aStatus({ builds: [aBuild()] }), english).flat();
    assert.deepEqual(
      one.slice(0, 2).map(({ command }) => command),
      [commandIds.showBuilds, commandIds.cancelBuild],
    );
    assert.deepEqual(one[1]?.arguments, [{ id: "b1" }]);
    const many = commands({ builds: [aBuild(), aBuild({ id: "b2" })] });
    assert.equal(many[1], commandIds.cancelAllBuilds);
    assert.equal(many.filter(command => command === commandIds.showBuilds).length, 1);
  });

  it("offers the fix of an error first, and nothing that it prevents", () => {
    const fixes = [{ title: "Mend It", command: "mend" }];
    const error = commands({ health: { state: "error", code: "x", message: "Broken.", fixes }, builds: [aBuild()] });
    assert.equal(error[0], "mend");
    assert.ok(!error.includes(commandIds.pickAndBuild));
    const noNix = commands({ health: { state: "error", code: "no-nix", message: "No Nix." } });
    assert.deepEqual(noNix.slice(0, 2), ["workbench.action.openSettings", commandIds.restartServer]);
  });

  it("offers nothing twice", () => {
    const states = [
      {},
      { builds: [aBuild()] },
      { health: { state: "error", code: "no-nix", message: "No Nix." } as const },
    ];
    for (const state of states) assert.equal(new Set(commands(state)).size, commands(state).length);
  });

  it("offers to start a server that is not running, once", () => {
    const stopped = commands({ session: "stopped", health: undefined });
    assert.equal(stopped[0], commandIds.restartServer);
    assert.equal(stopped.filter(command => command === commandIds.restartServer).length, 1);
  });

  it("offers to trust the workspace, and to build nothing before", () => {
    const restricted = commands({ isTrusted: false });
    assert.equal(restricted[0], "workbench.trust.manage");
    assert.ok(!restricted.includes(commandIds.buildAllMachines));
  });
});
