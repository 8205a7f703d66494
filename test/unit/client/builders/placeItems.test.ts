import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PickContext, PickItem } from "../../../../client/src/builders/placeItem.ts";
import { placeItems } from "../../../../client/src/builders/placeItems.ts";
import { errorProblem } from "../../../../server/src/outcome.ts";
import type { Builder, BuilderChoice, Capability, PlaceChoices } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import { english } from "../samples.ts";

const arm = "aarch64-linux";
const now = Date.parse("2026-11-30T12:00:00.000Z");
const pi = "ssh-ng://pi";

const context = (places: PickContext["places"] = {}): PickContext => ({
  machine: "eiffel",
  places,
  now,
  l10n: english,
});

function able(mode: Capability["mode"], why: string): Capability {
  return { can: true, mode, known: "claimed", label: mode, why };
}

const here: BuilderChoice = {
  builder: builder("local", { [arm]: "emulated" }, { maxJobs: 2 }),
  capability: able("emulated", "This machine emulates aarch64-linux."),
  expected: { ms: 3 * 3_600_000, basis: 2 },
};
const remote: BuilderChoice = {
  builder: builder(pi, { [arm]: "native" }, { maxJobs: 4 }),
  capability: able("native", "pi builds aarch64-linux natively."),
};
const cannot: BuilderChoice = {
  builder: builder("ssh-ng://x86", { "x86_64-linux": "native" }),
  capability: {
    can: false,
    mode: "impossible",
    known: "claimed",
    label: `cannot build ${arm}`,
    why: "x86 builds x86_64-linux.",
  },
};

function choices(builders: readonly BuilderChoice[], fields: Partial<PlaceChoices> = {}): PlaceChoices {
  return { builders, system: arm, caveats: [], leaveOut: [], ...fields };
}

function texts(items: readonly PickItem[]): string[] {
  return items.map(item => (item.kind === "separator" ? `-- ${item.label}` : `${item.label} | ${item.description}`));
}

function item(items: readonly PickItem[], label: string) {
  const found = items.find(each => each.kind === "place" && each.label === label && each.where.place?.kind !== "store");
  return found?.kind === "place" ? found : assert.fail(label);
}

function checked(check: Partial<NonNullable<Builder["check"]>>): BuilderChoice {
  const at = "2026-11-30T11:55:00.000Z";
  return { ...remote, builder: { ...remote.builder, check: { at, through: "user", reachable: true, ...check } } };
}

describe("the places of a machine", () => {
  it("are those where Nix chooses, the builders that can build it, and the others at the end", () => {
    assert.deepEqual(texts(placeItems(choices([remote, here, cannot]), context())), [
      "Any builder | chosen by Nix",
      "-- Builders",
      "pi | native · up to 4 parallel jobs",
      "This machine | emulated · up to 2 parallel jobs · about 3 h",
      "-- In the Builder's Store",
      "pi | result stays there",
      "pi | detached, result stays there",
      "pi | detached, result is copied here",
      "-- Cannot Build eiffel",
      `x86 | cannot build ${arm}`,
    ]);
  });

  it("say that emulation is slow", () => {
    const { detail } = item(placeItems(choices([here]), context()), "This machine");
    assert.equal(detail, "Several times slower; tests may fail. This machine emulates aarch64-linux.");
  });

  it("have the reason why a builder cannot build it, which may be wrong", () => {
    const { obstacle, detail, buttons } = item(placeItems(choices([cannot]), context()), "x86");
    assert.deepEqual(obstacle, {
      message: "x86 cannot be used to build eiffel. x86 builds x86_64-linux.",
      mayTry: true,
    });
    assert.equal(detail, "x86 builds x86_64-linux.");
    assert.deepEqual(buttons, []);
  });

  it("have the reason why a builder may not be chosen, which holds", () => {
    const refusal = errorProblem("untrusted-user", "You are not trusted.");
    const { obstacle } = item(placeItems(choices([{ ...remote, refusal }]), context()), "pi");
    assert.deepEqual(obstacle, { message: "pi cannot be used to build eiffel. You are not trusted.", mayTry: false });
  });

  it("have what is worth knowing if Nix chooses", () => {
    const { detail } = item(placeItems(choices([remote], { caveats: ["One.", "Two."] }), context()), "Any builder");
    assert.equal(detail, "One. Two.");
  });

  it("include all builders but those that Nix would ask in vain", () => {
    const silent = checked({ reachable: false, problem: errorProblem("unreachable", "Connection refused.") });
    const items = placeItems(choices([silent, here], { leaveOut: [pi] }), context());
    const { where, detail, description } = item(items, "Any builder except pi");
    assert.deepEqual(where.place, { kind: "schedule", without: [pi] });
    assert.equal(description, "chosen by Nix");
    assert.equal(detail, "Did not respond 5 min ago: Connection refused.");
  });

  /** check -> the end of the detail. */
  const checks: readonly (readonly [Partial<NonNullable<Builder["check"]>>, string])[] = [
    [{ nixVersion: "2.34.0" }, "natively. Checked 5 min ago: Nix 2.34.0."],
    [{}, "natively. Checked 5 min ago: reachable."],
    [{ problem: errorProblem("x", "Its disk is full.") }, "natively. Checked 5 min ago: Its disk is full."],
    [{ reachable: false }, "natively. Did not respond 5 min ago: not reachable."],
  ];

  for (const [check, end] of checks)
    it(`have the last known state: ${end}`, () => {
      const { detail = "" } = item(placeItems(choices([checked(check)]), context()), "pi");
      assert.ok(detail.endsWith(end), detail);
    });

  /** setting -> the item of the default, and the marks. */
  const defaults: readonly (readonly [PickContext["places"], string, string[]])[] = [
    [{}, "Any builder", []],
    [{ eiffel: pi }, "pi", ["pi: default for eiffel"]],
    [{ [arm]: "local" }, "This machine", ["This machine: default for aarch64-linux"]],
    [
      { eiffel: "schedule", [arm]: pi },
      "Any builder",
      ["Any builder: default for eiffel", "pi: default for aarch64-linux"],
    ],
    [{ eiffel: pi, [arm]: pi }, "pi", ["pi: default for eiffel · default for aarch64-linux"]],
    [{ other: pi }, "Any builder", []],
  ];

  for (const [places, expected, marks] of defaults)
    it(`mark the default of ${JSON.stringify(places)}`, () => {
      const items = placeItems(choices([remote, here]), context(places)).flatMap(each =>
        each.kind === "place" && each.where.place?.kind !== "store" ? [each] : [],
      );
      assert.deepEqual(
        items.filter(({ isDefault }) => isDefault).map(({ label }) => label),
        [expected],
      );
      const found = items.flatMap(({ label, description }) => {
        const mark = /default for .*/.exec(description);
        return mark === null ? [] : [`${label}: ${mark[0]}`];
      });
      assert.deepEqual(found, marks);
    });

  it("can be made the default for the machine or its system, or no longer", () => {
    const { buttons } = item(placeItems(choices([remote]), context({ eiffel: pi })), "pi");
    assert.deepEqual(
      buttons.map(({ key, value, icon, tooltip }) => [key, value, icon, tooltip]),
      [
        ["eiffel", undefined, "pinned", "Stop Building eiffel Here by Default"],
        [arm, pi, "layers", "Build aarch64-linux Here by Default"],
      ],
    );
  });
});

describe("Hydra", () => {
  const url = "https://hydra.example.org";
  const eiffel = { kind: "hydra", project: "morph", jobset: "eiffel" } as const;
  const shown = (hydra: PlaceChoices["hydra"], places = {}) =>
    placeItems(choices([here], { hydra }), context(places)).slice(-2);

  it("is a section of its own with the jobset of the machine, which can be the default", () => {
    const items = shown({ url, place: eiffel });
    assert.deepEqual(texts(items), ["-- Hydra", "hydra.example.org | jobset morph:eiffel"]);
    const found = item(items, "hydra.example.org");
    assert.deepEqual([found.where, found.obstacle], [{ place: eiffel }, undefined]);
    assert.deepEqual(
      found.buttons.map(({ key, value }) => [key, value]),
      [
        ["eiffel", "hydra:morph:eiffel"],
        [arm, "hydra:morph:eiffel"],
      ],
    );
    const chosen = item(shown({ url, place: eiffel }, { eiffel: "hydra:morph:eiffel" }), "hydra.example.org");
    assert.equal(chosen.isDefault, true);
  });

  it("says why it cannot be chosen", () => {
    const none = item(shown({ url }), "hydra.example.org");
    assert.match(none.obstacle?.message ?? "", /no jobset for eiffel/);
    const problem = errorProblem("hydra-unreachable", "It cannot be reached.");
    assert.equal(item(shown({ url, problem }), "hydra.example.org").obstacle?.message, "It cannot be reached.");
  });

  it("is not offered if no server is set", () => {
    assert.ok(!texts(placeItems(choices([here]), context())).includes("-- Hydra"));
  });
});
