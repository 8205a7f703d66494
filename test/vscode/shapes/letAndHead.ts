import { emulated, type Shape } from "./shape.ts";

/** A function of its nixpkgs with a `let`, whose names the machines use. */
export const letAndHead: Shape = {
  files: {
    "network.nix": `{ pkgs ? import <nixpkgs> { }, domain ? "example.org" }:
let
  arm = "aarch64-linux";
  base = {
    nixpkgs.hostPlatform = arm;
    deployment.tags = [ "home" ];
  };
in
{
  network.descripton = "A typo";

  git = { imports = [ base ]; };

  "www.\${domain}" = { nodes, ... }: {
    inherit (base) deployment;
    nixpkgs.system = "x86_64-linux";
    networking.extraHosts = nodes.git.config.networking.hostName;
  };

  same = base;

  bare = { };
}
`,
  },
  lenses: {
    git: "aarch64-linux · emulated here",
    "www.example.org": "x86_64-linux · here",
    same: "aarch64-linux · emulated here",
    bare: "system not set · here",
  },
  rows: { bare: "not set" },
  hovers: {
    "\n  g": ["System aarch64-linux, set on line 3.", "Can be built by:", ...emulated("aarch64-linux"), "Tags: home"],
    '\n  "www': ["System x86_64-linux, set on line 16.", "Can be built by:", "- this machine: native", "Tags: home"],
    "\n  bare": [
      "No system is set. Morph 1.7 and older use the evaluating machine's system, here x86_64-linux; Morph 1.8 refuses to evaluate it without network.pkgs.",
      "Can be built by:",
      "- this machine: native",
    ],
  },
  hints: {
    git: "aarch64-linux: Set in network.nix, line 3.",
    same: "aarch64-linux: Set in network.nix, line 3.",
  },
  completions: {
    "nixpkgs.hostPlatform = ": ["x86_64-linux", "aarch64-linux"],
    "deployment.t": ["tags", "targetHost"],
    "nodes.": ["git", "www.example.org", "same", "bare"],
  },
  renames: { "\n  g": ["forge", "network.nix: git → forge", "network.nix: git → forge"] },
  refusals: { "\n  ba": /Only machines can be renamed/, '\n  "www': /'www.example.org' is computed/ },
  diagnostics: [
    'network-is-function: { pkgs ? import <nixpkgs> { }, domain ? "example.org" }',
    "unknown-network-attribute: descripton",
    "no-system: bare",
  ],
};
