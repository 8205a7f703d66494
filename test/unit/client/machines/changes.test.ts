import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compareNetworks, findMachine } from "../../../../client/src/machines/changes.ts";
import { aMachine, aNetwork } from "../samples.ts";

describe("the comparison of two lists of networks", () => {
  const home = aNetwork();
  const work = aNetwork({ uri: "file:///work/network.nix" });
  const changed = aNetwork({ machines: [aMachine("eiffel"), aMachine("web01")] });

  it("finds no change between equal ones", () => {
    assert.deepEqual(compareNetworks([home, work], [aNetwork(), work]), { kind: "none" });
  });

  it("finds the network that differs", () => {
    assert.deepEqual(compareNetworks([home, work], [changed, work]), { kind: "networks", uris: [home.uri] });
  });

  it("finds that a network was added or removed", () => {
    assert.deepEqual(compareNetworks([home], [home, work]), { kind: "list" });
    assert.deepEqual(compareNetworks([home, work], [work]), { kind: "list" });
    assert.deepEqual(compareNetworks([home], [work]), { kind: "list" });
  });

  it("identifies a machine by file and name", () => {
    assert.equal(findMachine([home, changed], home.uri, "eiffel")?.name, "eiffel");
    assert.equal(findMachine([home], work.uri, "eiffel"), undefined);
  });
});
