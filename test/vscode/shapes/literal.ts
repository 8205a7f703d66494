import { emulated, type Shape } from "./shape.ts";

/** Names in quotes, without, with dots, and as the first segment of a path. */
export const literal: Shape = {
  files: {
    "network.nix": `{
  network.description = "Literal names";
  network.ordering.tags = [ "web" "mial" ];

  "web01.example.org" = { nodes, ... }: {
    deployment.targetHost = "10.0.0.1";
    deployment.tags = [ "web" ];
    nixpkgs.system = "x86_64-linux";
    networking.extraHosts = nodes.db.config.networking.hostName;
  };

  db = {
    nixpkgs.system = "aarch64-linux";
    deployment.tags = [ "data" ];
  };

  mail.example.org = { nixpkgs.system = "armv7l-linux"; };

  pi.nixpkgs.hostPlatform = "riscv64-linux";
}
`,
  },
  lenses: {
    "web01.example.org": "x86_64-linux · here",
    db: "aarch64-linux · emulated here",
    mail: "system not set · here",
    pi: "riscv64-linux · no builder",
  },
  rows: { mail: "not set" },
  hovers: {
    '  "web01.exam': [
      "System x86_64-linux, set on line 8.",
      "Can be built by:",
      "- this machine: native",
      "Target: 10.0.0.1",
      "Tags: web",
    ],
    "\n  d": ["System aarch64-linux, set on line 13.", "Can be built by:", ...emulated("aarch64-linux"), "Tags: data"],
    "\n  p": [
      "System riscv64-linux, set on line 19.",
      "No builder can build it:",
      "- This machine builds x86_64-linux, aarch64-linux (emulated), armv7l-linux (emulated).",
    ],
  },
  hints: {},
  completions: {
    "deployment.tar": ["targetHost", "targetUser", "targetPort"],
    'nixpkgs.system = "': ["x86_64-linux", "aarch64-linux"],
    "nodes.": ["web01.example.org", "db", "mail", "pi"],
    'ordering.tags = [ "': ["data", "web"],
  },
  renames: {
    "\n  d": ["db.example.org", 'network.nix: db → "db.example.org"', 'network.nix: db → "db.example.org"'],
    "nodes.d": ["store", "network.nix: db → store", "network.nix: db → store"],
    '  "web01': ["web", 'network.nix: "web01.example.org" → web'],
  },
  refusals: { "networking.ex": /Only machines can be renamed/, 'deployment.tags = [ "w': /Tags cannot be renamed/ },
  diagnostics: ['unknown-tag: "mial"', "unquoted-dotted-name: mail.example.org", "unbuildable-system: pi"],
};
