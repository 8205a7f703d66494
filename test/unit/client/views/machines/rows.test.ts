import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Grouping } from "../../../../../client/src/machines/groups.ts";
import { kindOf, type MachinesRow } from "../../../../../client/src/views/machines/rows/kinds.ts";
import { networkRow } from "../../../../../client/src/views/machines/rows/network.ts";
import type { RowContext } from "../../../../../client/src/views/machines/rows/row.ts";
import type { BuildSummary, Machine } from "../../../../../server/src/protocol.ts";
import { aBuild, after, aMachine, aNetwork, english, noon, someSignatures } from "../../samples.ts";

function contextOf(machines: readonly Machine[], build?: BuildSummary, grouping: Grouping = "network"): RowContext {
  const network = aNetwork({ machines });
  return {
    store: { networks: [network], machine: (_, name) => machines.find(each => each.name === name) },
    builds: { newest: (_, name) => (name === build?.machine ? build : undefined) },
    hydra: { status: { machines: {} }, machine: () => undefined },
    grouping,
    l10n: english,
    pathOf: () => "network.nix",
    now: () => noon,
  };
}

function below(row: MachinesRow, context: RowContext): readonly MachinesRow[] {
  return kindOf(row).children?.(row, context) ?? [];
}

const top = networkRow(aNetwork().uri);
const ended = { stoppedAt: after(-150), drvPath: "/nix/store/x.drv" };

describe("the row of a machine shows its last build", () => {
  const [green, yellow] = ["testing.iconPassed", "problemsWarningIcon.foreground"];
  const warning = { code: "not-deployable", severity: "warning", message: "Morph would refuse it." } as const;
  const cases: readonly (readonly [Partial<BuildSummary>, description: string, icon: string, colour?: string])[] = [
    [
      { ...ended, state: "succeeded", signatures: someSignatures() },
      "built 2 min ago · signed 14/14 · aarch64-linux",
      "pass",
      green,
    ],
    [
      { ...ended, state: "succeeded", signatures: someSignatures({ trusted: 13, unsigned: 1 }) },
      "built 2 min ago · signed 13/14 · aarch64-linux",
      "pass",
      yellow,
    ],
    [
      { ...ended, state: "succeeded", signatures: someSignatures(), warnings: [warning] },
      "built 2 min ago · signed 14/14 · aarch64-linux",
      "pass",
      yellow,
    ],
    [{ ...ended, state: "succeeded" }, "built 2 min ago · signatures not checked · aarch64-linux", "pass", yellow],
    [
      { ...ended, state: "succeeded", signatures: someSignatures(), outdated: true },
      "text changed since · built 2 min ago · aarch64-linux",
      "circle-outline",
    ],
    [
      { ...ended, state: "failed", failure: { ...warning, subject: "openssl" } },
      "failed: openssl · 2 min ago · aarch64-linux",
      "error",
      "testing.iconFailed",
    ],
    [
      { estimate: { remaining: 170_000, basis: 2 } },
      "building 7/10 · about 3 min left · aarch64-linux",
      "sync~spin",
      "charts.blue",
    ],
  ];
  for (const [fields, description, icon, colour] of cases) {
    it(`${description}, ${icon} ${colour ?? ""}`, () => {
      const context = contextOf([aMachine("eiffel")], aBuild(fields));
      const [row = top] = below(top, context);
      const item = kindOf(row).item(row, context);
      assert.deepEqual(
        [item?.label, item?.description, item?.icon.id, item?.icon.colour],
        ["eiffel", description, icon, colour],
      );
      const [state = "", ...details] = description.split(" · ");
      assert.equal(item?.spoken, [state, "eiffel", ...details].join(", "));
    });
  }

  it("in its tooltip, too, with when it ended and why it failed", () => {
    const context = contextOf([aMachine("eiffel")], aBuild({ ...ended, state: "failed", failure: warning }));
    const [row = top] = below(top, context);
    const text = kindOf(row).tooltip?.(row, context) ?? "";
    assert.match(text, /^Last build: failed · 2 min ago *$/m);
    assert.match(text, /^Ended: .+/m);
    assert.match(text, /^Problem: Morph would refuse it\\?\. *$/m);
  });

  it("and says so if there is none", () => {
    const context = contextOf([aMachine("eiffel")]);
    const [row = top] = below(top, context);
    const item = kindOf(row).item(row, context);
    assert.deepEqual([item?.description, item?.spoken], ["aarch64-linux", "not built, eiffel, aarch64-linux"]);
    assert.match(kindOf(row).tooltip?.(row, context) ?? "", /^Last build: none *$/m);
  });
});

it("long names are shortened among their siblings; tooltip and spoken name have the whole ones", () => {
  const names = ["frontend-production-berlin-01", "frontend-production-berlin-02"];
  const context = contextOf(names.map(name => aMachine(name)));
  const rows = below(top, context);
  const items = rows.map(row => kindOf(row).item(row, context));
  assert.deepEqual(
    items.map(item => item?.label),
    ["frontend-production…01", "frontend-production…02"],
  );
  assert.deepEqual(
    items.map(item => item?.spoken),
    names.map(name => `not built, ${name}, aarch64-linux`),
  );
  assert.deepEqual(
    rows.map(row => /^\*\*(.*)\*\*/.exec((kindOf(row).tooltip?.(row, context) ?? "").replaceAll("\\", ""))?.[1]),
    names,
  );
});

it("grouped machines are below a row for each tag, with a key of their own in each", () => {
  const machines = [aMachine("a", { tags: ["web", "db"] }), aMachine("b")];
  const context = contextOf(machines, undefined, "tag");
  const groups = below(top, context);
  const labels = groups.map(row => kindOf(row).item(row, context)).map(item => [item?.label, item?.description]);
  assert.deepEqual(labels, [
    ["db", "1 machine"],
    ["web", "1 machine"],
    ["no tag", "1 machine"],
  ]);
  const rows = groups.flatMap(row => below(row, context));
  assert.deepEqual(
    rows.map(row => (row.kind === "machine" ? row.machine : row.kind)),
    ["a", "a", "b"],
  );
  assert.equal(new Set([...groups, ...rows].map(({ key }) => key)).size, 6);
});

it("two machines of the same name have different keys", () => {
  const context = contextOf([aMachine("a"), aMachine("a")]);
  assert.equal(new Set(below(top, context).map(({ key }) => key)).size, 2);
});
