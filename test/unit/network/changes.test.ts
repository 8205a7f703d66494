import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { withChange } from "../../../client/src/machines/changes.ts";
import { networkDelta } from "../../../server/src/network/changes.ts";
import type { Machine, Network, Problem } from "../../../server/src/protocol.ts";
import { PublishedNetworks } from "../../../server/src/session/publishedNetworks.ts";

const uri = "file:///net/network.nix";

function at(line: number) {
  return { start: { line, character: 0 }, end: { line, character: 1 } };
}

function machine(name: string, line = 0, fields: Partial<Machine> = {}): Machine {
  const system = { origin: "stated", value: "x86_64-linux", location: { uri, range: at(line) } } as const;
  return { name, range: at(line), selectionRange: at(line), system, ...fields };
}

function network(machines: readonly Machine[], fields: Partial<Network> = {}): Network {
  return { uri, machines, complete: true, problems: [], ...fields };
}

const problem: Problem = { code: "not-a-machine", severity: "error", message: "no", location: { uri, range: at(1) } };

test("moved positions are not a change", () => {
  const before = network([machine("a"), machine("b", 1)], { problems: [problem] });
  const moved = { ...problem, location: { uri, range: at(8) } };
  assert.equal(networkDelta(before, network([machine("a", 7), machine("b", 8)], { problems: [moved] })), undefined);
});

test("a change contains exactly what has changed", () => {
  const [a, b, c] = [machine("a"), machine("b", 1), machine("c", 2)];
  const tagged = machine("b", 1, { tags: ["x"] });
  const aarch64 = machine("c", 2, { system: { origin: "stated", value: "aarch64-linux" } });
  const before = network([a, b, c]);
  assert.deepEqual(networkDelta(before, network([a, tagged, aarch64])), { changed: [tagged, aarch64] });
  assert.deepEqual(networkDelta(before, network([a, c])), { removed: ["b"] });
  assert.deepEqual(networkDelta(network([a, c]), before), { added: [{ index: 1, machine: b }] });
  const facts = { description: "home", orderingTags: undefined, complete: true, problems: [problem] };
  assert.deepEqual(networkDelta(before, { ...before, ...facts }), { facts });
});

const machines = fc.uniqueArray(
  fc.record({ name: fc.constantFrom(..."abcdefgh"), tags: fc.constantFrom([], ["x"], ["x", "y"]), line: fc.nat(9) }),
  { selector: ({ name }) => name },
);
const readings = fc.record({ machines, description: fc.constantFrom(undefined, "home"), complete: fc.boolean() });

test("a client that applies the published changes has the same network as one that requests it", () => {
  fc.assert(
    fc.property(fc.array(readings, { minLength: 1, maxLength: 6 }), all => {
      const told = new PublishedNetworks();
      let known: readonly Network[] = [];
      for (const { machines: read, ...fields } of all) {
        const now = network(
          read.map(({ name, tags, line }) => machine(name, line, { tags })),
          fields,
        );
        const change = told.update(uri, now);
        if (change !== undefined) known = withChange(known, change) ?? [{ ...now, revision: told.revision(uri) }];
        assert.deepEqual(withoutPlaces(known), withoutPlaces([now]));
        assert.equal(known[0]?.revision, told.revision(uri));
      }
    }),
  );
});

function withoutPlaces(networks: readonly Network[]) {
  return networks.map(({ machines: all, description, complete }) => ({
    description,
    complete,
    machines: all.map(({ name, tags }) => ({ name, tags })),
  }));
}

test("a change without the revision before it is not applied", () => {
  const known = [network([machine("a")], { revision: 3 })];
  assert.equal(withChange(known, { uri, revision: 5, removed: ["a"] }), undefined);
  assert.equal(withChange(known, { uri }), undefined);
  assert.equal(withChange(known, { uri: "file:///other", revision: 4 }), undefined);
});

test("a network that comes back is a new one", () => {
  const told = new PublishedNetworks();
  assert.deepEqual(told.update(uri, undefined), undefined);
  assert.deepEqual(told.update(uri, network([])), { uri });
  assert.deepEqual(told.update(uri, undefined), { uri });
  assert.equal(told.revision(uri), undefined);
  assert.deepEqual(told.update(uri, network([])), { uri });
  assert.equal(told.revision(uri), 2);
});
