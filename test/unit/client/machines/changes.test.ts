import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareNetworks, findMachine } from "../../../../client/src/machines/changes.ts";
import { aMachine, aNetwork } from "../samples.ts";

describe("two readings of the workspace", () => {
  const home = aNetwork();
  const work = aNetwork({ uri: "file:///work/network.nix" });
  const changed = aNetwork({ machines: [aMachine("eiffel"), aMachine("web01")] });

  it("that are the same change nothing", () => {
    assert.deepEqual(compareNetworks([home, work], [aNetwork(), work]), { kind: "none" });
  });

  it("change the network that differs", () => {
    assert.deepEqual(compareNetworks([home, work], [changed, work]), { kind: "networks", uris: [home.uri] });
  });

  it("change the list when a network comes or goes", () => {
    assert.deepEqual(compareNetworks([home], [home, work]), { kind: "list" });
    assert.deepEqual(compareNetworks([home, work], [work]), { kind: "list" });
    assert.deepEqual(compareNetworks([home], [work]), { kind: "list" });
  });

  it("know a machine by file and name", () => {
    assert.equal(findMachine([home, changed], home.uri, "eiffel")?.name, "eiffel");
    assert.equal(findMachine([home], work.uri, "eiffel"), undefined);
  });
});
