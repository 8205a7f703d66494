import { emulated, type Shape } from "./shape.ts";

/** Machines that are created by functions of nixpkgs and of Nix. */
export const computed: Shape = {
  files: {
    "network.nix": `let
  lib = import <nixpkgs/lib>;

  racks = lib.genAttrs [ "rack1" "rack2" ] (name: {
    nixpkgs.system = "x86_64-linux";
    deployment.tags = [ name ];
  });

  sensors = builtins.listToAttrs (builtins.genList (i: {
    name = "sensor\${toString i}";
    value = { nixpkgs.system = "armv7l-linux"; };
  }) 2);
in
{
  hub = { nodes, ... }: {
    nixpkgs.hostPlatform = "x86_64-linux";
    networking.extraHosts = nodes.sensor0.config.networking.hostName + nodes.rack1.config.networking.hostName;
  };
}
// builtins.mapAttrs (name: system: { nixpkgs.hostPlatform = system; }) {
  pi = "aarch64-linux";
  cam = "aarch64-linx";
}
// racks
// sensors
`,
  },
  lenses: {
    hub: "x86_64-linux · here",
    pi: "aarch64-linux · emulated here",
    cam: "aarch64-linx · no builder",
    rack1: "x86_64-linux · here",
    rack2: "x86_64-linux · here",
    sensor0: "armv7l-linux · emulated here",
    sensor1: "armv7l-linux · emulated here",
  },
  hovers: {
    '"rack': ["System x86_64-linux, set on line 5.", "Can be built by:", "- this machine: native", "Tags: rack1"],
    "\n  p": ["System aarch64-linux, set on line 21.", "Can be built by:", ...emulated("aarch64-linux")],
    "\n  ca": [
      "System aarch64-linx, set on line 22.",
      "No builder can build it:",
      "- This machine builds x86_64-linux, aarch64-linux (emulated), armv7l-linux (emulated).",
    ],
  },
  hints: {
    'name = "sensor${toString i}"': "armv7l-linux: Set in network.nix, line 11.",
    'racks = lib.genAttrs [ "rack1"': "x86_64-linux: Set in network.nix, line 5.",
    'racks = lib.genAttrs [ "rack1" "rack2"': "x86_64-linux: Set in network.nix, line 5.",
  },
  completions: {
    "nodes.": ["hub", "pi", "cam", "rack1", "rack2", "sensor0", "sensor1"],
    'nixpkgs.system = "': ["x86_64-linux", "aarch64-linux"],
  },
  renames: {
    "\n  p": ["eye", "network.nix: pi → eye"],
    '"rack': ["shelf", 'network.nix: "rack1" → "shelf"', "network.nix: rack1 → shelf"],
    "nodes.rack": ["shelf", 'network.nix: "rack1" → "shelf"', "network.nix: rack1 → shelf"],
  },
  refusals: {
    "nodes.sensor": /The name of machine 'sensor0' is computed/,
    'name = "sens': /The name of machine 'sensor0' is computed/,
  },
  diagnostics: ['unknown-system: "aarch64-linx"'],
};
