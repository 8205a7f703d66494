import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoundHandler } from "../../../server/src/builders/binfmt.ts";
import { canBuild } from "../../../server/src/builders/capability.ts";
import { capabilityOf } from "../../../server/src/builders/capabilityText.ts";
import { thisMachine } from "../../../server/src/builders/thisMachine.ts";

const qemu = (system: string, fields: Partial<FoundHandler> = {}): FoundHandler => ({
  system,
  interpreter: `/run/binfmt/${system}`,
  isFixed: true,
  exists: true,
  ...fields,
});

interface Case {
  readonly own: string;
  readonly platforms: readonly string[];
  readonly handlers: readonly FoundHandler[];
  /** The systems besides its own, and how. */
  readonly systems: Readonly<Record<string, string>>;
}

const cases: Record<string, Case> = {
  alone: { own: "x86_64-linux", platforms: [], handlers: [], systems: {} },
  "a platform and its handler": {
    own: "x86_64-linux",
    platforms: ["aarch64-linux"],
    handlers: [qemu("aarch64-linux")],
    systems: { "aarch64-linux": "emulated" },
  },
  "a platform without a handler": {
    own: "x86_64-linux",
    platforms: ["aarch64-linux"],
    handlers: [qemu("riscv64-linux")],
    systems: { "aarch64-linux": "impossible" },
  },
  "a handler without a platform: Nix takes nothing for it": {
    own: "x86_64-linux",
    platforms: [],
    handlers: [qemu("aarch64-linux")],
    systems: {},
  },
  "what the processor does by itself": {
    own: "x86_64-linux",
    platforms: ["i686-linux", "x86_64-v1-linux", "x86_64-v2-linux", "x86_64-v3-linux", "x86_64-v4-linux"],
    handlers: [],
    systems: {
      "i686-linux": "compatible",
      "x86_64-v1-linux": "compatible",
      "x86_64-v2-linux": "compatible",
      "x86_64-v3-linux": "compatible",
      "x86_64-v4-linux": "compatible",
    },
  },
  "its own system named once more": {
    own: "x86_64-linux",
    platforms: ["x86_64-linux", "i686-linux"],
    handlers: [],
    systems: { "i686-linux": "compatible" },
  },
  "the right processor and another kernel": {
    own: "x86_64-linux",
    platforms: ["x86_64-darwin", "i686-darwin"],
    handlers: [],
    systems: { "x86_64-darwin": "impossible", "i686-darwin": "impossible" },
  },
  "a Mac with Rosetta": {
    own: "aarch64-darwin",
    platforms: ["x86_64-darwin"],
    handlers: [],
    systems: { "x86_64-darwin": "compatible" },
  },
  "an ARM of 64 bits": {
    own: "aarch64-linux",
    platforms: ["armv7l-linux", "armv6l-linux", "x86_64-linux"],
    handlers: [],
    systems: { "armv7l-linux": "compatible", "armv6l-linux": "compatible", "x86_64-linux": "impossible" },
  },
  "a processor of which we know nothing": {
    own: "riscv64-linux",
    platforms: ["riscv32-linux"],
    handlers: [],
    systems: { "riscv32-linux": "impossible" },
  },
  "older processors of a handler's kind": {
    own: "aarch64-linux",
    platforms: ["i386-linux", "i486-linux", "i586-linux", "i686-linux"],
    handlers: [qemu("i686-linux")],
    systems: { "i386-linux": "emulated", "i486-linux": "emulated", "i586-linux": "emulated", "i686-linux": "emulated" },
  },
  "processors that ELF does not tell apart": {
    own: "x86_64-linux",
    platforms: ["armv7l-linux", "armv6l-linux", "armv5tel-linux", "aarch64-linux"],
    handlers: [qemu("armv7l-linux")],
    systems: {
      "armv7l-linux": "emulated",
      "armv6l-linux": "emulated",
      "armv5tel-linux": "emulated",
      "aarch64-linux": "impossible",
    },
  },
};

for (const [name, { own, platforms, handlers, systems }] of Object.entries(cases)) {
  test(`this machine: ${name}`, () => {
    const machine = thisMachine(
      {
        system: own,
        extraPlatforms: platforms,
        maxJobs: 3,
        systemFeatures: ["kvm"],
        isSandboxed: false,
        sandboxPaths: [],
        externalBuilders: [],
      },
      handlers,
    );
    const [first, ...others] = machine.offers[0]?.systems ?? [];
    assert.deepEqual(first, { system: own, mode: "native", known: "settings" });
    assert.deepEqual(Object.fromEntries(others.map(({ system, mode }) => [system, mode])), systems);
    assert.equal(others.length, Object.keys(systems).length);
  });
}

test("this machine says who it is, what it offers and what emulates", () => {
  const nix = {
    system: "x86_64-linux",
    extraPlatforms: ["aarch64-linux"],
    maxJobs: 3,
    systemFeatures: ["kvm"],
    isSandboxed: false,
    sandboxPaths: [],
    externalBuilders: [],
  };
  const { id, kind, offers } = thisMachine(nix, [qemu("aarch64-linux")]);
  const [offer, ...others] = offers;
  assert.deepEqual(
    [id, kind, others.length, offer?.maxJobs, offer?.supportedFeatures, offer?.active],
    ["local", "local", 0, 3, ["kvm"], true],
  );
  assert.equal(offer?.systems[1]?.emulator, "/run/binfmt/aarch64-linux");
});

test("this machine builds what an external builder offers, whatever its features, also without jobs of its own", () => {
  const machine = thisMachine(
    {
      system: "aarch64-darwin",
      extraPlatforms: [],
      maxJobs: 0,
      systemFeatures: [],
      isSandboxed: false,
      sandboxPaths: [],
      externalBuilders: [{ systems: ["aarch64-linux", "x86_64-linux"], program: "/opt/linux-builder" }],
    },
    [],
  );
  const need = { system: "x86_64-linux", features: ["kvm", "big-parallel"] };
  const verdict = canBuild(machine, need);
  assert.equal(verdict.can, true);
  assert.deepEqual(capabilityOf(machine, { need, verdict }), {
    can: true,
    mode: "unknown",
    known: "settings",
    label: "external builder",
    why: "This machine builds x86_64-linux with the external builder /opt/linux-builder.",
  });
  assert.equal(canBuild(machine, { system: "riscv64-linux", features: [] }).can, false);
  assert.equal(canBuild(machine, { system: "aarch64-darwin", features: [] }).can, false);
});

/** What the handler and the sandbox are like -> whether this machine emulates aarch64, and if not, a part of the reason. */
const emulators: Record<string, [handler: Partial<FoundHandler>, sandbox: readonly string[] | undefined, why: RegExp]> =
  {
    "opened by the kernel": [{ isFixed: true }, [], /emulates aarch64-linux with/],
    "opened by the kernel, and removed since": [{ isFixed: true, exists: false }, [], /emulates aarch64-linux with/],
    "without a sandbox": [{ isFixed: false }, undefined, /emulates aarch64-linux with/],
    "in a folder of the sandbox": [{ isFixed: false }, ["/bin/sh", "/run/binfmt"], /emulates aarch64-linux with/],
    "in the sandbox itself": [{ isFixed: false }, ["/run/binfmt/aarch64-linux"], /emulates aarch64-linux with/],
    "outside the sandbox": [
      { isFixed: false },
      ["/bin/sh", "/run/bin"],
      /which Nix's sandbox does not contain.*F flag/,
    ],
    "that does not exist": [{ isFixed: false, exists: false }, undefined, /which does not exist/],
  };

for (const [name, [handler, sandbox, why]] of Object.entries(emulators))
  test(`an emulator ${name}`, () => {
    const nix = {
      system: "x86_64-linux",
      extraPlatforms: ["aarch64-linux"],
      maxJobs: 1,
      systemFeatures: [],
      isSandboxed: sandbox !== undefined,
      sandboxPaths: sandbox ?? [],
      externalBuilders: [],
    };
    const machine = thisMachine(nix, [qemu("aarch64-linux", handler)]);
    const need = { system: "aarch64-linux", features: [] };
    assert.match(capabilityOf(machine, { need, verdict: canBuild(machine, need) }).why, why);
  });
