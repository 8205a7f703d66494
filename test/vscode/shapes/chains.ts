import { emulated, type Shape } from "./shape.ts";

/** Merged sets, with defaults that a machine overrides. */
export const chain: Shape = {
  files: {
    "network.nix": `{
  network.description = "Merged";
  defaults = { lib, ... }: {
    nixpkgs.system = lib.mkDefault "armv7l-linux";
    deployment.tags = [ "all" ];
  };
  a = { };
  b = { nixpkgs.system = "x86_64-linux"; };
}
// {
  a = { nixpkgs.system = "aarch64-linux"; };
  c = { deployment.targetPort = "22"; };
}
// { "d.example" = { nodes, ... }: { networking.extraHosts = nodes.c.config.networking.hostName; }; }
`,
  },
  lenses: {
    a: "aarch64-linux · emulated here",
    b: "x86_64-linux · here",
    c: "armv7l-linux · emulated here",
    "d.example": "armv7l-linux · emulated here",
  },
  hovers: {
    "// {\n  a": [
      "System aarch64-linux, set on line 11.",
      "Can be built by:",
      ...emulated("aarch64-linux"),
      "Tags: all",
    ],
    '{ "d.ex': [
      "System armv7l-linux, from the network's defaults, on line 4.",
      "Can be built by:",
      ...emulated("armv7l-linux"),
      "Tags: all",
    ],
  },
  hints: {
    c: "armv7l-linux: Set in network.nix, line 4.",
    '// { "d.example"': "armv7l-linux: Set in network.nix, line 4.",
  },
  completions: { "nodes.": ["a", "b", "c", "d.example"], "deployment.targetP": ["targetPort"] },
  renames: {
    "\n  c": ["cache", "network.nix: c → cache", "network.nix: c → cache"],
    "\n  a": ["both", "network.nix: a → both", "network.nix: a → both"],
  },
  refusals: { "\n  defau": /Only machines can be renamed/ },
  diagnostics: ['ill-typed-option: "22"'],
};

/** A `network.pkgs`, which decides regardless of other options. */
export const networkPkgs: Shape = {
  files: {
    "network.nix": `let
  pkgs = import <nixpkgs> { system = "aarch64-linux"; };
in
{
  network = {
    inherit pkgs;
    description = "Finished nixpkgs";
  };
  plain = { };
  written = { nixpkgs.system = "x86_64-linux"; };
  own = { nixpkgs.pkgs = import <nixpkgs> { system = "armv7l-linux"; }; };
}
`,
  },
  lenses: {
    plain: "aarch64-linux · emulated here",
    written: "aarch64-linux · emulated here",
    own: "armv7l-linux · emulated here",
  },
  rows: { written: "aarch64-linux · overridden" },
  hovers: {
    "\n  pl": [
      "System aarch64-linux, from network.pkgs, on line 2.",
      "Can be built by:",
      ...emulated("aarch64-linux", "network.pkgs"),
    ],
    "\n  wr": [
      "System aarch64-linux, from network.pkgs, on line 2.",
      "⚠ The system set on line 10, x86_64-linux, has no effect: network.pkgs determines the system.",
      "Can be built by:",
      ...emulated("aarch64-linux", "network.pkgs"),
    ],
    "\n  o": [
      "System armv7l-linux, from nixpkgs.pkgs, on line 11.",
      "Can be built by:",
      ...emulated("armv7l-linux", "nixpkgs.pkgs"),
    ],
  },
  hints: {
    plain: "aarch64-linux: Set in network.nix, line 2.",
    written: "aarch64-linux: Set in network.nix, line 2.",
  },
  completions: { 'written = { nixpkgs.system = "': ["aarch64-linux"] },
  renames: { "\n  ow": ["mine", "network.nix: own → mine"] },
  diagnostics: ['ineffective-system: "x86_64-linux"'],
};
