import { emulated, type Shape } from "./shape.ts";

/** A text with a missing `;`: the machines around the error are still listed. */
export const broken: Shape = {
  files: {
    "network.nix": `{
  network.description = "Half written";

  "web.example.org" = { nodes, ... }: {
    nixpkgs.system = "x86_64-linux";
    networking.extraHosts = nodes.mail.config.networking.hostName;
  };

  db = {
    nixpkgs.system = "aarch64-linux";
    deployment.tags = [ "data" ]
    deployment.targetHost = "10.0.0.2";
  };

  mail = { nixpkgs.system = "armv7l-linux"; };
}
`,
  },
  lenses: {
    "web.example.org": "x86_64-linux · here",
    db: "aarch64-linux · emulated here",
    mail: "armv7l-linux · emulated here",
  },
  hovers: {
    '  "web': ["System x86_64-linux, set on line 5.", "Can be built by:", "- this machine: native"],
    "\n  mail": ["System armv7l-linux, set on line 15.", "Can be built by:", ...emulated("armv7l-linux")],
  },
  hints: {},
  completions: { "nodes.": ["web.example.org", "db", "mail"], "deployment.ta": ["tags", "targetHost"] },
  renames: { '  "web': ["web", 'network.nix: "web.example.org" → web'] },
  diagnostics: ["syntax-error: ="],
};

/** A text that ends where it is being typed. */
export const unfinished: Shape = {
  files: {
    "network.nix": `{
  network.description = "Being written";

  web = { nodes, ... }: { nixpkgs.system = "x86_64-linux"; };

  db = { nixpkgs.hostPlatform = "aarch64-linux"; };

  mail = { nodes, ... }: {
    deployment.tags = [ "mail" ];
    nixpkgs.system = "armv7l-linux";
    networking.extraHosts = nodes.db.config + nodes.
`,
  },
  lenses: {
    web: "x86_64-linux · here",
    db: "aarch64-linux · emulated here",
    mail: "armv7l-linux · emulated here",
  },
  hovers: {
    "\n  web": ["System x86_64-linux, set on line 4.", "Can be built by:", "- this machine: native"],
    "\n  mail": ["System armv7l-linux, set on line 10.", "Can be built by:", ...emulated("armv7l-linux"), "Tags: mail"],
  },
  hints: {},
  completions: { "+ nodes.": ["web", "db", "mail"] },
  renames: {},
  refusals: {
    "deployment.ta": /Only machines can be renamed/,
    "\n  we": /has a syntax error/,
    "nodes.d": /has a syntax error/,
  },
  diagnostics: ["syntax-error: "],
};
