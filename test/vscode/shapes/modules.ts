import { emulated, type Shape } from "./shape.ts";

/** Machines whose systems are set in imported modules, or by arguments of a helper. */
export const modules: Shape = {
  files: {
    "network.nix": `let
  mkMachine = import ./mkMachine.nix;
in
{
  network.description = "Modules";

  git = ./hosts/git.nix;

  db = { imports = [ ./hosts/db ./hosts/gone.nix ]; };

  mail = mkMachine {
    system = "armv7l-linux";
    host = "10.0.0.5";
  };

  web = mkMachine { };
}
// import ./printers.nix
`,
    "mkMachine.nix": `{ system ? "x86_64-linux", host ? null }:
{ ... }:
{
  nixpkgs.system = system;
  deployment.targetHost = host;
}
`,
    "printers.nix": '{ printer = { nixpkgs.system = "i686-linux"; }; }\n',
    "hosts/git.nix": `{ nodes, ... }:
{
  imports = [ ./hardware.nix ];
  networking.extraHosts = nodes.mail.config.networking.hostName;
}
`,
    "hosts/hardware.nix": '{ lib, ... }: {\n  nixpkgs.hostPlatform = lib.mkDefault "aarch64-linux";\n}\n',
    "hosts/db/default.nix": '{ imports = [ ../hardware.nix ]; deployment.tags = [ "data" ]; }\n',
  },
  lenses: {
    git: "aarch64-linux · emulated here",
    db: "aarch64-linux · emulated here",
    mail: "armv7l-linux · emulated here",
    web: "x86_64-linux · here",
  },
  computed: { printer: "i686-linux" },
  hovers: {
    "\n  g": ["System aarch64-linux, set in hardware.nix, line 2.", "Can be built by:", ...emulated("aarch64-linux")],
    "\n  d": [
      "System aarch64-linux, set in hardware.nix, line 2.",
      "Can be built by:",
      ...emulated("aarch64-linux"),
      "Tags: data",
    ],
    "\n  mail": [
      "System armv7l-linux, set on line 12.",
      "Can be built by:",
      ...emulated("armv7l-linux"),
      "Target: 10.0.0.5",
    ],
    "\n  we": ["System x86_64-linux, set in mkMachine.nix, line 1.", "Can be built by:", "- this machine: native"],
  },
  hints: {
    git: "aarch64-linux: Set in hardware.nix, line 2.",
    db: "aarch64-linux: Set in hardware.nix, line 2.",
    web: "x86_64-linux: Set in mkMachine.nix, line 1.",
  },
  completions: { 'system = "': ["x86_64-linux", "armv7l-linux"] },
  renames: { "\n  ma": ["post", "network.nix: mail → post", "hosts/git.nix: mail → post"] },
  refusals: { "./hosts/gi": /Only machines can be renamed/ },
  // Without a host the helper returns null, which Morph rejects.
  diagnostics: ["missing-import: ./hosts/gone.nix", "ill-typed-option: web"],
};
