import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { commandIds } from "../../../../../client/src/manifest.ts";
import { type BuildersRow, isBuildersRow, kindOf } from "../../../../../client/src/views/builders/rows/kinds.ts";
import type { RowContext } from "../../../../../client/src/views/builders/rows/row.ts";
import { topRows } from "../../../../../client/src/views/builders/topRows.ts";
import type { RowItem } from "../../../../../client/src/views/rowItem.ts";
import { longestSpoken } from "../../../../../client/src/views/spoken.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { Builder, BuildSummary, NixAccess, Problem } from "../../../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../../../support/builders.ts";
import { projectDir } from "../../../../support/fixtures.ts";
import { pseudoLocaliser, untranslated } from "../../../../support/pseudo.ts";
import { aBuild, after, english, noon } from "../../samples.ts";

const long = `builder${"-very".repeat(38)}-long01`;
const words = "word ".repeat(60).trim();
const problem: Problem = {
  code: "host-key",
  severity: "error",
  message: "Foreign.",
  detail: "Host key verification failed.",
  fixes: [{ title: "T", command: "x" }],
};
const check = {
  at: after(-300),
  through: "user",
  reachable: true,
  nixVersion: "2.26.3",
  trusted: true,
  processor: "x86_64",
  emulates: ["riscv64-linux"],
  freeBytes: 52 * 1024 ** 3,
} as const;

const own = { source: "this machine" } as const;
const here = builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" }, { maxJobs: 4, origin: own });
const machines = { source: "machines file", file: "/etc/nix/machines", line: 3 } as const;
const module = { source: "nixos module", file: "/home/pi.nix", line: 7 } as const;

/** A remote builder with everything that can be known of one. */
function full(name: string, message: string): Builder {
  const said = { ...problem, message };
  const proof = { known: "proven", provenAt: after(-300) } as const;
  return {
    ...builderOf(`ssh-ng://root@${name}`, [
      offer(
        {},
        {
          systems: [
            { system: "x86_64-linux", mode: "native", ...proof },
            { system: "aarch64-linux", mode: "impossible", ...proof, refusal: said },
            { system: "riscv64-linux", mode: "unknown", known: "claimed" },
          ],
          maxJobs: 4,
          speedFactor: 2,
          supportedFeatures: ["kvm"],
          mandatoryFeatures: ["benchmark"],
          refusedFeatures: [{ feature: "nixos-test", provenAt: after(-300), refusal: said }],
          line: `ssh-ng://root@${name} x86_64-linux`,
          origin: machines,
        },
      ),
      offer({ "armv7l-linux": "unknown" }, { origin: module, active: false }),
    ]),
    check: { ...check, problem: { ...said, severity: "warning" } },
  };
}

const pi = full("pi", problem.message);
const declared = builder("ssh-ng://attic", { "x86_64-linux": "unknown" }, { active: false, origin: module });
const build = aBuild({ runningOn: [{ builder: pi.id, running: 2 }] });

interface World {
  readonly builders?: readonly Builder[];
  readonly access?: NixAccess;
  readonly builds?: readonly BuildSummary[];
  readonly l10n?: Localiser;
  readonly isPartial?: boolean;
  /** Undefined: it has not answered. */
  readonly nix?: { readonly version: string; readonly system: string } | undefined;
}

function contextOf(world: World): RowContext {
  const { builders = [here], access, builds = [], l10n = english, isPartial = false } = world;
  const nix = "nix" in world ? world.nix : { version: "2.26.3", system: "x86_64-linux" };
  return {
    store: {
      report: nix && { nix, builders, access },
      builders,
      builder: id => builders.find(each => each.id === id),
      isPartial,
    },
    isTrusted: () => false,
    builds: { unfinished: builds },
    l10n,
    pathOf: file => file.replace("/home/", ""),
    uriOf: file => `file://${file}`,
    now: () => noon,
  };
}

interface Shown {
  readonly row: BuildersRow;
  readonly item: RowItem;
  readonly tooltip: string;
}

function everyRow(context: RowContext, rows = topRows(context)): Shown[] {
  return rows.flatMap(row => {
    const kind = kindOf(row);
    const item = kind.item(row, context);
    assert.ok(item, row.key);
    const early = typeof item.tooltip === "object" ? item.tooltip.markdown : item.tooltip;
    const tooltip = kind.tooltip?.(row, context) ?? early ?? "";
    return [{ row, item, tooltip }, ...everyRow(context, kind.children?.(row, context) ?? [])];
  });
}

const textOf = ({ item: { label, description = "" } }: Shown) => `${label}: ${description}`;

const texts = (world: World) => everyRow(contextOf(world)).map(textOf);

/** What the rows are made from in the tests of all rows. */
const worlds: readonly World[] = [
  { access: { daemon: true, trusted: false }, builders: [here, pi, declared], builds: [build] },
  { access: { daemon: true }, builders: [here] },
  { access: { daemon: true, trusted: true }, builders: [{ ...here, check: { ...check, through: "daemon" } }] },
  { access: { daemon: false, trusted: true }, builders: [{ ...here, isChecking: true }] },
  {
    builders: [here, full(long, words), { ...full(`${long}2`, words), check: { ...check, reachable: false } }],
    builds: [aBuild({ machine: long, runningOn: [{ builder: `ssh-ng://root@${long}`, running: 1 }] })],
  },
  { nix: undefined, builders: [declared], isPartial: true },
  { builders: [builder("local", { "x86_64-linux": "native" }, { maxJobs: 0 })] },
];

describe("the rows of builders", () => {
  it("are this machine, then the remote ones, and those that are only declared last, in a group", () => {
    const tops = topRows(contextOf({ builders: [declared, here, pi] }));
    assert.deepEqual(
      tops.map(({ kind, builder: id }) => [kind, id]),
      [
        ["builder", "local"],
        ["builder", pi.id],
        ["declared", undefined],
      ],
    );
  });

  it("say how to get a remote builder if there is none", () => {
    const shown = everyRow(contextOf({})).at(-1);
    assert.equal(shown && textOf(shown), "No remote builder: set one up...");
    assert.deepEqual(shown?.item.click, {
      kind: "selection",
      title: "Set Up a Build Machine...",
      id: commandIds.setUpBuildMachine,
    });
  });

  it("begin with what limits all of them: that Nix's daemon does not trust us, or that this is unknown", () => {
    const [first] = everyRow(contextOf({ access: { daemon: true, trusted: false } }));
    assert.equal(first && textOf(first), "Not trusted by Nix's daemon: only its own builders work");
    assert.match(first?.tooltip ?? "", /'trusted-users'/);
    assert.equal(texts({ access: { daemon: true } })[0], "Nix's daemon: may not trust you · connects as root");
    const free = texts({ access: { daemon: false, trusted: true } });
    assert.match(free[0] ?? "", /^This machine/);
    assert.ok(free.includes("Connections: opened as your user"));
  });

  it("are none before Nix has answered, or without Nix", () => {
    assert.deepEqual(texts({ nix: undefined, builders: [] }), []);
  });

  it("that are declared are there although Nix is not asked", () => {
    assert.deepEqual(texts({ nix: undefined, builders: [declared], isPartial: true }).slice(0, 3), [
      "Nix is not asked: the workspace is not trusted",
      "Declared: not in effect here · 1 builder · not all files were read",
      "attic: not in effect here · x86_64-linux",
    ]);
  });

  it("have all that is known below", () => {
    assert.deepEqual(texts({ builders: [here, pi], builds: [build] }), [
      "This machine: x86_64-linux, aarch64-linux (emulated)",
      "x86_64-linux: native",
      "aarch64-linux: emulated",
      "Slots: up to 4 parallel jobs",
      "root@pi: 2 of 4 slots in use · x86_64-linux, riscv64-linux",
      "Foreign.: ",
      "x86_64-linux: native · proven 5 min ago",
      "aarch64-linux: refused · 5 min ago",
      "Foreign.: ",
      "riscv64-linux: declared, not verified",
      "Slots: 2 of 4 in use · speed factor 2",
      "eiffel: 2 derivations",
      "Foreign.: ",
      "Features: only with benchmark · kvm",
      "Nix: 2.26.3 · trusts its user",
      "Free space: 52.0 GiB",
      "Last check: 5 min ago · as your user",
      "Defined in: /etc/nix/machines:3",
      "Declared in: not in effect here · pi.nix:7",
    ]);
  });

  it("go to the line that defines a builder", () => {
    const shown = everyRow(contextOf({ builders: [here, pi] })).find(({ row }) => row.kind === "origin");
    const start = { line: 2, character: 0 };
    assert.deepEqual(shown?.item.click, {
      kind: "location",
      location: { uri: "file:///etc/nix/machines", range: { start, end: start } },
    });
  });

  it("offer only what works: no check of a declared one, no line where there is none, no fixes without any", () => {
    const wordsOf = (of: Builder) =>
      everyRow(contextOf({ builders: [of] })).find(({ row }) => row.kind === "builder")?.item.words;
    assert.deepEqual(wordsOf(here), ["builder", "check"]);
    assert.deepEqual(wordsOf(pi), ["builder", "check", "line", "definition", "fixes"]);
    assert.deepEqual(wordsOf(declared), ["builder", "definition"]);
  });

  it("have a key of their own each", () => {
    for (const world of worlds) {
      const keys = everyRow(contextOf(world)).map(({ row }) => row.key);
      assert.equal(new Set(keys).size, keys.length);
    }
  });

  it("shorten long names, of which the tooltip has the whole", () => {
    const [, first] = everyRow(contextOf({ builders: [full(long, "x"), full(`${long}2`, "x")] })).filter(
      ({ row }) => row.kind === "builder",
    );
    assert.ok(first && first.item.label.length <= 22, first?.item.label);
    assert.ok(first.tooltip.replaceAll("\\", "").startsWith(`**root@${long}2**`), first.tooltip);
  });
});

describe("the spoken name of a row of builders", () => {
  const all = worlds.flatMap(world => everyRow(contextOf(world)));
  const nameOf = ({ item: { spoken, label } }: Shown) => spoken ?? label;

  it("is tested for every kind of row", () => {
    const files = readdirSync(path.join(projectDir, "client/src/views/builders/rows")).map(
      file => path.parse(file).name,
    );
    const kinds = files.filter(kind => isBuildersRow({ kind, key: "", top: "" }));
    assert.deepEqual([...new Set(all.map(({ row }) => row.kind))].toSorted(), kinds.toSorted());
  });

  it("is not empty, has fewer than 200 characters, and nothing that is only for the eye", () => {
    for (const shown of all) {
      const name = nameOf(shown);
      assert.ok(name.trim() !== "" && name.length < longestSpoken, name);
      assert.doesNotMatch(name, /[✓✗●○⊘⚠·$]/u);
    }
  });

  it("says the state of a builder, a system or a build first", () => {
    const spoken = (world: World) => everyRow(contextOf(world)).map(nameOf);
    const names = spoken({ builders: [here, pi], builds: [build] });
    for (const expected of [
      "not checked, This machine, x86_64-linux, aarch64-linux (emulated)",
      "2 of 4 slots in use, root@pi, x86_64-linux, riscv64-linux",
      "native, x86_64-linux, proven 5 min ago",
      "refused, aarch64-linux, 5 min ago",
      "declared, not verified, riscv64-linux",
      "building, eiffel, 2 derivations",
      "Warning: Foreign.",
    ])
      assert.ok(names.includes(expected), `${expected}: ${names.join("\n")}`);
    assert.ok(spoken({ builders: [{ ...here, isChecking: true }] })[0]?.startsWith("checking, This machine"));
  });

  it("differs, or else the visible text does, where only the icon or its colour would", () => {
    const seen = new Map<string, RowItem>();
    for (const { item, row } of all) {
      const text = JSON.stringify([row.kind, item.spoken ?? item.label, item.label, item.description]);
      const same = seen.get(text);
      assert.deepEqual(same?.icon ?? item.icon, item.icon, text);
      seen.set(text, item);
    }
  });
});

it("all texts of the rows of builders are translated", () => {
  const names = /root|attic|kvm|benchmark|Foreign|eiffel|nixos|riscv|linux|Host key verification failed/g;
  const word = /(?<![\w.\-/:@`*])[A-Za-z]{3,}(?![\w.\-/:@`*])/;
  for (const world of worlds.slice(0, 4))
    for (const { item, tooltip } of everyRow(contextOf({ ...world, l10n: pseudoLocaliser })))
      for (const text of [item.label, item.description ?? "", item.spoken ?? "", tooltip])
        assert.doesNotMatch(untranslated(text).replaceAll(names, ""), word, text);
});
