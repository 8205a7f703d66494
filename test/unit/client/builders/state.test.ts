import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { builderIcon, systemIcon } from "../../../../client/src/builders/icons.ts";
import { machineLinesOf, openableOrigins, originText } from "../../../../client/src/builders/originText.ts";
import { problemAbout, problemSubjectOf } from "../../../../client/src/builders/problems.ts";
import { featuresOf, slotsOf, stateOf, systemsOf, usesOf } from "../../../../client/src/builders/state.ts";
import { stateText, stateTime, systemsText } from "../../../../client/src/builders/stateText.ts";
import { systemBadge, systemTooltip } from "../../../../client/src/builders/systemText.ts";
import type { Builder, BuilderSystem, Problem } from "../../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../../support/builders.ts";
import { aBuild, after, english, noon } from "../samples.ts";

const problem: Problem = { code: "x", severity: "error", message: "It broke." };
const pi = builder("ssh-ng://root@pi", { "aarch64-linux": "unknown" }, { maxJobs: 4 });
const check = { at: after(-300), through: "user", reachable: true } as const;
const refused: Builder = builderOf("ssh-ng://root@pi", [
  offer(
    {},
    {
      systems: ["aarch64-linux", "armv7l-linux"].map(system => ({
        system,
        mode: "impossible" as const,
        known: "proven" as const,
        provenAt: after(-300),
        refusal: problem,
      })),
    },
  ),
]);
const here = builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" });
const declared = builder("ssh-ng://attic", { "x86_64-linux": "unknown" }, { active: false });

/** How a builder is shown: state, time, icon and its colour. */
const states: Readonly<Record<string, readonly [Builder, running: number, ...shown: readonly (string | undefined)[]]>> =
  {
    "a builder that was never checked": [pi, 0, "not checked", undefined, "server", undefined],
    "this machine": [here, 0, "not checked", undefined, "device-desktop", undefined],
    "one that is being checked": [{ ...pi, isChecking: true }, 2, "checking", undefined, "loading~spin", undefined],
    "one that builds": [{ ...pi, check }, 2, "2 of 4 slots in use", undefined, "server", "charts.blue"],
    "one that builds, although the last check did not reach it": [
      { ...pi, check: { ...check, reachable: false } },
      1,
      "1 of 4 slots in use",
      undefined,
      "server",
      "charts.blue",
    ],
    "one that a check did not reach": [
      { ...pi, check: { ...check, reachable: false, problem } },
      0,
      "unreachable",
      "5 min ago",
      "error",
      "testing.iconFailed",
    ],
    "one that was just reached": [{ ...pi, check }, 0, "reachable", "5 min ago", "server", "testing.iconPassed"],
    "one that was reached days ago, which is not green": [
      { ...pi, check: { ...check, at: after(-3 * 86_400) } },
      0,
      "reachable",
      "3 days ago",
      "server",
      undefined,
    ],
    "one that is reachable with a problem": [
      { ...pi, check: { ...check, problem } },
      0,
      "has a problem",
      "5 min ago",
      "warning",
      "list.warningForeground",
    ],
    "one that had no free slot for the check, which is no fault": [
      { ...pi, check: { ...check, problem: { ...problem, severity: "info" } } },
      0,
      "reachable",
      "5 min ago",
      "server",
      "testing.iconPassed",
    ],
    "one that refuses its systems": [
      { ...refused, check },
      0,
      "refuses aarch64-linux and 1 more",
      undefined,
      "warning",
      "list.warningForeground",
    ],
    "one without slots": [
      builder("ssh-ng://pi", { "aarch64-linux": "unknown" }, { maxJobs: 0 }),
      0,
      "no slots",
      undefined,
      "warning",
      "list.warningForeground",
    ],
    "this machine without local builds": [
      builder("local", { "x86_64-linux": "native" }, { maxJobs: 0 }),
      0,
      "local builds are off",
      undefined,
      "device-desktop",
      undefined,
    ],
    "this machine after a check": [
      { ...here, check },
      0,
      "checked",
      "5 min ago",
      "device-desktop",
      "testing.iconPassed",
    ],
    "one that is only declared": [declared, 0, "not in effect here", undefined, "server", "disabledForeground"],
  };

describe("the state of a builder", () => {
  for (const [name, [of, running, ...expected]] of Object.entries(states))
    it(`is that of ${name}`, () => {
      const state = stateOf(of, running);
      const { id, colour } = builderIcon(of, state, noon);
      assert.deepEqual([stateText(state, of, english), stateTime(state, noon, english), id, colour], expected);
    });
});

const provenAt = after(-300);
const of = (fields: Partial<BuilderSystem>): BuilderSystem => ({
  system: "aarch64-linux",
  mode: "native",
  known: "settings",
  ...fields,
});

/** How a system is shown: its badge, icon and colour. */
const systems: readonly (readonly [BuilderSystem, badge: string, icon: string, colour?: string])[] = [
  [of({}), "native", "chip"],
  [of({ mode: "compatible" }), "compatible", "chip"],
  [of({ mode: "emulated", emulator: "/qemu" }), "emulated", "layers"],
  [of({ mode: "unknown", known: "claimed" }), "declared, not verified", "question"],
  [of({ known: "proven", provenAt }), "native · proven 5 min ago", "chip", "testing.iconPassed"],
  [of({ mode: "emulated", known: "proven", provenAt }), "emulated · proven 5 min ago", "layers", "testing.iconPassed"],
  [
    of({ mode: "unknown", known: "proven", provenAt }),
    "native or emulated · proven 5 min ago",
    "pass",
    "testing.iconPassed",
  ],
  [of({ mode: "impossible" }), "cannot build", "circle-slash", "disabledForeground"],
  [
    of({ mode: "impossible", emulatorMissing: "in sandbox" }),
    "emulator not in the sandbox",
    "circle-slash",
    "disabledForeground",
  ],
  [of({ mode: "impossible", emulatorMissing: "everywhere" }), "emulator missing", "circle-slash", "disabledForeground"],
  [
    of({ mode: "impossible", known: "proven", provenAt, refusal: problem }),
    "refused · 5 min ago",
    "error",
    "testing.iconFailed",
  ],
];

describe("a system of a builder", () => {
  for (const [system, badge, icon, colour] of systems)
    it(`is shown as ${badge}`, () => {
      const { id, colour: shown } = systemIcon(system);
      assert.deepEqual([systemBadge({ system, offer: offer({}) }, noon, english), id, shown], [badge, icon, colour]);
    });

  it("says in its tooltip how we know it, with what, and what it means", () => {
    const text = (system: BuilderSystem) => systemTooltip({ system, offer: offer({}) }, english).replaceAll("\\", "");
    assert.match(text(of({ mode: "emulated", emulator: "/bin/qemu" })), /Emulator: `\/bin\/qemu`/);
    assert.match(text(of({ mode: "emulated" })), /several times slower, and tests may fail/);
    assert.match(text(of({ mode: "unknown", known: "claimed" })), /Known from: its machine line, not verified/);
    assert.match(text(of({ known: "proven", provenAt })), /Known from: a build on it *\n.*When: /s);
    assert.match(text(of({ mode: "impossible", refusal: problem })), /Mode: refused.*Problem: It broke\./s);
    assert.match(text(of({ mode: "impossible", emulatorMissing: "in sandbox" })), /Note: .*'extra-sandbox-paths'/);
  });

  it("of an external builder is shown as that", () => {
    const external = { system: of({ mode: "unknown" }), offer: offer({}, { program: "/bin/vm" }) };
    assert.equal(systemBadge(external, noon, english), "external builder");
    assert.match(systemTooltip(external, english), /Program: `\/bin\/vm`/);
  });
});

describe("what several lines of a builder offer", () => {
  const several = builderOf("ssh-ng://pi", [
    offer({ "aarch64-linux": "impossible" }, { maxJobs: 8, active: false, supportedFeatures: ["gone"] }),
    offer({ "x86_64-linux": "impossible" }, { maxJobs: 1, supportedFeatures: ["kvm", "benchmark"] }),
    offer(
      { "x86_64-linux": "native", "x86_64-v3-linux": "native", "i686-linux": "compatible" },
      {
        maxJobs: 2,
        supportedFeatures: ["kvm", "big"],
        mandatoryFeatures: ["big"],
        refusedFeatures: [{ feature: "nixos-test", provenAt, refusal: problem }],
      },
    ),
  ]);

  it("counts where it is in effect, each system once, from the line that can build it, without levels of a processor", () => {
    assert.deepEqual(
      systemsOf(several).map(({ system: { system, mode } }) => `${system} ${mode}`),
      ["x86_64-linux native", "i686-linux compatible"],
    );
    assert.equal(systemsText(several, english), "x86_64-linux, i686-linux");
    assert.equal(systemsText(here, english), "x86_64-linux, aarch64-linux (emulated)");
  });

  it("has the slots of the line with the most, and the features of all", () => {
    assert.equal(slotsOf(several), 2);
    assert.deepEqual(featuresOf(several), {
      supported: ["kvm", "benchmark"],
      mandatory: ["big"],
      refused: ["nixos-test"],
    });
    assert.equal(problemAbout(several, { feature: "nixos-test" }), problem);
  });

  it("of one that is only declared is what is declared", () => {
    assert.equal(systemsText(declared, english), "x86_64-linux");
    assert.equal(slotsOf(declared), 1);
  });
});

describe("what a builder does for our builds", () => {
  it("is found by its address, without the parameters that only its line has", () => {
    const own = aBuild({ runningOn: [{ builder: "ssh-ng://root@pi", running: 2 }] });
    const other = aBuild({ id: "b2", runningOn: [{ builder: "ssh-ng://root@attic", running: 1 }] });
    const uses = usesOf("ssh-ng://root@pi?ssh-key=/k", [own, other, aBuild({ id: "b3" })]);
    assert.deepEqual(
      uses.map(({ build, running }) => [build.id, running]),
      [["b1", 2]],
    );
  });
});

describe("where a builder is defined", () => {
  const pathOf = (file: string) => file.replace("/home/ada/", "");

  it("is said for every source", () => {
    const text = (origin: Parameters<typeof originText>[0]) => originText(origin, pathOf, english);
    assert.equal(text({ source: "this machine" }), "the settings of this machine's Nix");
    assert.equal(text({ source: "nix.conf" }), "Nix's settings");
    assert.equal(text({ source: "setting" }), "the setting morph.builders");
    assert.equal(text({ source: "machines file", file: "/etc/nix/machines", line: 3 }), "/etc/nix/machines:3");
    assert.equal(text({ source: "nixos module", file: "/home/ada/net/pi.nix", line: 7 }), "net/pi.nix:7");
    assert.equal(text({ source: "network", file: "/home/ada/network.nix" }), "nixConfig in network.nix");
    assert.equal(text({ source: "network" }), "nixConfig of a network");
  });

  it("can be opened if it is a file or a setting, each place once", () => {
    const file = { source: "machines file", file: "/etc/nix/machines", line: 3 } as const;
    const lines = [file, file, { source: "setting" }, { source: "nix.conf" }] as const;
    const several = builderOf(
      "ssh-ng://pi",
      lines.map(origin => offer({}, { origin })),
    );
    assert.deepEqual(openableOrigins(several), [file, { source: "setting" }]);
  });

  it("its lines are copied each once", () => {
    const lines = ["ssh-ng://pi aarch64-linux", "ssh-ng://pi aarch64-linux", undefined];
    assert.equal(
      machineLinesOf(
        builderOf(
          "ssh-ng://pi",
          lines.map(line => offer({}, { line })),
        ),
      ),
      lines[0],
    );
    assert.equal(machineLinesOf(here), undefined);
  });
});

describe("a problem of a builder", () => {
  it("is that of its check, or of the system or feature that a row names", () => {
    const broken = { ...refused, check: { ...check, problem: { ...problem, code: "y" } } };
    const about = (row: object) => {
      const subject = problemSubjectOf(row);
      return subject && problemAbout(broken, subject)?.code;
    };
    assert.equal(about({ builder: pi.id }), "y");
    assert.equal(about({ builder: pi.id, system: "armv7l-linux" }), "x");
    assert.equal(about({ builder: pi.id, system: "riscv64-linux" }), undefined);
    assert.equal(about({ id: "b1" }), undefined);
  });
});
