import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Arrangement, arrange } from "../../../../client/src/builds/arrangement/arrangement.ts";
import { Arrangements } from "../../../../client/src/builds/arrangement/arrangements.ts";
import type { DerivationState } from "../../../../server/src/protocol.ts";
import { aDerivation, after } from "../samples.ts";

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

describe("the order of derivations", () => {
  it("is: running, failed, pending, done", () => {
    const { listed, groups } = arrange([
      aDerivation("fetched", { state: "fetched" }),
      aDerivation("other", { state: "built-by-another" }),
      aDerivation("early", { state: "built", stoppedAt: after(1) }),
      aDerivation("planned"),
      aDerivation("late", { state: "built", stoppedAt: after(2) }),
      aDerivation("waiting", { state: "waiting" }),
      aDerivation("failed", { state: "failed" }),
      aDerivation("second", { state: "building", startedAt: after(2) }),
      aDerivation("needs failed", { state: "dependency-failed" }),
      aDerivation("first", { state: "building", startedAt: after(1) }),
    ]);
    const order = [
      "first",
      "second",
      "failed",
      "needs failed",
      "waiting",
      "planned",
      "late",
      "early",
      "other",
      "fetched",
    ];
    assert.deepEqual(names(listed), order);
    assert.deepEqual(groups, []);
  });

  it("groups what is not running if there are many", () => {
    const planned = Array.from({ length: 40 }, (_, index) => aDerivation(`p${index}`));
    const built = Array.from({ length: 20 }, (_, index) => aDerivation(`b${index}`, { state: "built" }));
    const { listed, groups } = arrange([...planned, ...built, aDerivation("runs", { state: "building" })]);
    assert.deepEqual(names(listed), ["runs"]);
    assert.deepEqual(
      groups.map(({ name, derivations, size }) => [name, derivations.length, size]),
      [
        ["waiting", 40, 40],
        ["done", 20, 20],
      ],
    );
  });

  it("has no empty groups", () => {
    const built = Array.from({ length: 60 }, (_, index) => aDerivation(`b${index}`, { state: "built" }));
    assert.deepEqual(names(arrange(built).groups), ["done"]);
  });
});

describe("a running derivation", () => {
  const building = (name: string) => aDerivation(name, { state: "building", startedAt: after(0) });
  const done = (name: string, seconds: number) => aDerivation(name, { state: "built", stoppedAt: after(seconds) });
  const paths = (...list: readonly string[]) => list.map(name => aDerivation(name).drvPath);
  const at = (seconds: number) => Date.parse(after(seconds));
  const many = Array.from({ length: 60 }, (_, index) => aDerivation(`p${index}`));

  it("stays in its place when another one ends and the next starts", () => {
    const before = paths("a", "b", "c");
    const { listed, groups } = arrange(
      [building("c"), building("d"), building("a"), done("b", 1), ...many],
      before,
      at(9),
    );
    assert.deepEqual(names(listed), ["a", "d", "c"]);
    assert.deepEqual(
      groups.at(-1)?.derivations.map(({ name }) => name),
      ["b"],
    );
  });

  it("holds its place for a moment after its end if no other one starts", () => {
    const derivations = [building("a"), done("b", 1), building("c"), ...many];
    const before = paths("a", "b", "c");
    const soon = arrange(derivations, before, at(2));
    assert.deepEqual(names(soon.listed), ["a", "b", "c"]);
    assert.deepEqual(soon.groups.map(({ name, derivations: { length }, size }) => [name, length, size]).at(-1), [
      "done",
      0,
      1,
    ]);
    assert.equal(soon.until, at(4));
    assert.deepEqual(names(arrange(derivations, before, at(4)).listed), ["a", "c"]);
  });

  it("gives up its place immediately when nothing is running", () => {
    assert.deepEqual(names(arrange([done("b", 1), ...many], paths("a", "b"), at(1)).listed), []);
  });

  it("is arranged again when a place becomes free, without any change", () => {
    const arrangements = new Arrangements();
    const [running, later] = [
      [building("a"), building("b"), ...many],
      [building("a"), done("b", 1), ...many],
    ];
    arrangements.renew("b1", running, at(0));
    const soon = arrangements.renew("b1", later, at(1));
    assert.deepEqual(names(soon.listed), ["a", "b"]);
    assert.equal(arrangements.renew("b1", later, at(2)), soon);
    assert.deepEqual(names(arrangements.renew("b1", later, at(4)).listed), ["a"]);
  });
});

/** Names of a row's children, with theirs: `system(linux etc(hosts))`. */
function branch(list: readonly DerivationState[], { below }: Pick<Arrangement, "below">): string {
  const text = ({ name, drvPath }: DerivationState): string => {
    const inner = below.get(drvPath)?.derivations ?? [];
    return inner.length === 0 ? name : `${name}(${branch(inner, { below })})`;
  };
  return list.map(text).join(" ");
}

const states = [
  "planned",
  "waiting",
  "building",
  "built",
  "built-by-another",
  "fetched",
  "not-needed",
  "failed",
  "dependency-failed",
  "cancelled",
] as const;

describe("a pending derivation", () => {
  const system = [
    aDerivation("system", { dependencies: [1, 2, 3] }),
    aDerivation("etc", { dependencies: [4, 5] }),
    aDerivation("initrd", { dependencies: [3] }),
    aDerivation("linux", { dependencies: [6] }),
    aDerivation("hosts"),
    aDerivation("units", { dependencies: [6] }),
    aDerivation("bash"),
  ];
  const become = (changes: Readonly<Record<string, DerivationState["state"]>>) =>
    system.map(derivation => ({ ...derivation, state: changes[derivation.name] ?? derivation.state }));

  it("is below one that depends on it, and occurs once", () => {
    const arrangement = arrange(system);
    assert.equal(branch(arrangement.listed, arrangement), "system(etc(hosts units) initrd linux(bash))");
    assert.equal(arrangement.below.get(system[0]?.drvPath ?? "")?.size, 6);
  });

  it("leaves the tree when it starts, and nothing else moves", () => {
    const running = arrange(become({ bash: "building", hosts: "built" }));
    assert.equal(branch(running.listed, running), "bash system(etc(units) initrd linux) hosts");
    const later = arrange(become({ bash: "built", hosts: "built", linux: "building", units: "waiting" }));
    assert.equal(branch(later.listed, later), "linux system(etc(units) initrd) hosts bash");
  });

  it("comes before planned ones in each branch if it is waiting", () => {
    const arrangement = arrange(become({ linux: "waiting", initrd: "dependency-failed" }));
    assert.equal(branch(arrangement.listed, arrangement), "system(initrd linux(bash) etc(hosts units))");
  });

  it("is in a group if there are many, which counts all of them", () => {
    const built = Array.from({ length: 60 }, (_, index) => aDerivation(`b${index}`, { state: "built" }));
    const arrangement = arrange([...become({ bash: "failed" }), ...built]);
    const [waiting] = arrangement.groups;
    assert.deepEqual(names(arrangement.listed), ["bash"]);
    assert.equal(waiting?.size, 6);
    assert.equal(branch(waiting?.derivations ?? [], arrangement), "system(etc(hosts units) initrd linux)");
  });

  it("is listed exactly once, for any derivations", () => {
    const derivation = fc.record({
      state: fc.constantFrom(...states),
      dependencies: fc.option(fc.array(fc.integer({ min: -2, max: 70 }), { maxLength: 6 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(derivation, { maxLength: 70, size: "max" }), generated => {
        const derivations = generated.map((parts, index) => aDerivation(`d${index}`, parts));
        const before = derivations.flatMap(({ drvPath }, index) => (index % 3 === 0 ? drvPath : []));
        const { listed, groups, below } = arrange(derivations, before, -1);
        const queue = [...listed, ...groups.flatMap(group => group.derivations)];
        for (const { drvPath } of queue) {
          assert.ok(queue.length <= derivations.length);
          queue.push(...(below.get(drvPath)?.derivations ?? []));
        }
        assert.deepEqual(names(queue).toSorted(), names(derivations).toSorted());
        for (const { name, state } of derivations)
          if (state === "building" || state === "failed") assert.ok(names(listed).includes(name));
      }),
      { numRuns: 300 },
    );
  });
});

describe("an arrangement", () => {
  it("is created once for all rows of a build, and again when a derivation has changed", () => {
    const arrangements = new Arrangements();
    const list = [aDerivation("a")];
    const first = arrangements.renew("b1", list);
    assert.equal(arrangements.renew("b1", list), first);
    assert.equal(arrangements.shown("b1"), first);
    assert.notEqual(arrangements.renew("b1", [...list]), first);
  });

  it("is forgotten with its build", () => {
    const arrangements = new Arrangements();
    arrangements.renew("b1", [aDerivation("a")]);
    arrangements.keepOnly(new Set(["b1"]));
    assert.deepEqual(names(arrangements.shown("b1").listed), ["a"]);
    arrangements.keepOnly(new Set());
    assert.deepEqual(arrangements.shown("b1").listed, []);
  });
});
