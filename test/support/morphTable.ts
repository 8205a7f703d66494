/** A network, the verdict of the real Morph, and ours. */
export interface JudgedNetwork {
  /** File -> text. */
  readonly files: Readonly<Record<string, string>>;
  /** The network's file; `network.nix` unless it is named. */
  readonly file?: string;
  /** `evaluation`: Morph refuses it for every command. `build`: Morph lists its machines but cannot build them. */
  readonly refused?: "evaluation" | "build";
  /** The core of its message. */
  readonly says?: string;
  /** The system of machine `a` as Morph evaluates it. */
  readonly system?: string;
  /** The codes of our diagnostics that say that Morph fails. */
  readonly codes: readonly string[];
}

/** Codes that say that Morph fails. */
export const refusals: ReadonlySet<string> = new Set([
  ...[
    "ill-typed-option",
    "duplicate-machine",
    "unquoted-dotted-name",
    "missing-option",
    "network-is-function",
    "nix-config-not-string",
    "not-a-machine",
  ],
  ...["unknown-deployment-option", "unusable-name", "unusable-path", "conflicting-systems"],
]);

const pkgs = 'network.pkgs = import <nixpkgs> { system = "x86_64-linux"; };';

const network = (text: string) => ({ "network.nix": text });
const machine = (body: string) => network(`{ ${pkgs} a = { pkgs, lib, ... }: { ${body} }; }`);
const settings = (body: string) => network(`{ ${pkgs} ${body} a = { }; }`);
const named = (name: string) =>
  network(`{ ${pkgs} ${name} = { deployment.targetHost = "x"; networking.hostName = "x"; }; }`);
const at = (file: string) => ({ files: { [file]: `{ ${pkgs} a = { }; }` }, file });

const takes = (files: JudgedNetwork["files"], system?: string): JudgedNetwork => ({
  files,
  codes: [],
  ...(system === undefined ? {} : { system }),
});
const refuses = (files: JudgedNetwork["files"], code: string, says: string): JudgedNetwork => ({
  files,
  codes: [code],
  says,
  refused: "evaluation",
});
const cannotBuild = (files: JudgedNetwork["files"], code: string, says: string): JudgedNetwork => ({
  ...refuses(files, code, says),
  refused: "build",
});
const unreadable = (file: string, says: string): JudgedNetwork => ({
  ...at(file),
  codes: ["unusable-path"],
  says,
  refused: "evaluation",
});

const used = "used but not defined";
const typed = "is not of type";
const set = "while a set was expected";

/** Verdicts that Morph 1.7.0, 1.8.0 and HEAD of 2025-07-23 share, with Nix 2.8 and the miniature nixpkgs. */
export const judgedNetworks: Readonly<Record<string, JudgedNetwork>> = {
  "a machine": takes(machine(""), "x86_64-linux"),
  "a function": refuses(
    network('{ x ? 1 }: { a = { nixpkgs.system = "x86_64-linux"; }; }'),
    "network-is-function",
    "value is a function",
  ),
  "a function behind a let": refuses(
    network('let s = "x86_64-linux"; in { }: { a.nixpkgs.system = s; }'),
    "network-is-function",
    "value is a function",
  ),

  // Systems.
  "an empty network.pkgs": takes(
    network('{ network.pkgs = { }; a.nixpkgs.system = "aarch64-linux"; }'),
    "aarch64-linux",
  ),
  "a network.pkgs that decides": takes(machine('nixpkgs.system = "aarch64-linux";'), "x86_64-linux"),
  "a nixpkgs.pkgs that decides": takes(
    machine('nixpkgs.pkgs = import <nixpkgs> { localSystem = { system = "aarch64-linux"; }; };'),
    "aarch64-linux",
  ),
  "a custom evalConfig": takes(
    {
      "network.nix": "{ network.evalConfig = ./eval-config.nix; a = { }; }",
      "eval-config.nix": 'args: import <nixpkgs/nixos/lib/eval-config.nix> (args // { system = "aarch64-linux"; })',
    },
    "aarch64-linux",
  ),
  "a custom evalConfig with a module": takes(
    {
      "network.nix": "{ network.evalConfig = ./eval-config.nix; a = { }; }",
      "eval-config.nix":
        'args: import <nixpkgs/nixos/lib/eval-config.nix> (args // { modules = args.modules ++ [ { nixpkgs.system = "aarch64-linux"; } ]; })',
    },
    "aarch64-linux",
  ),

  "two systems beside a network.pkgs": takes(
    machine('imports = [ { nixpkgs.system = "x86_64-linux"; } ]; nixpkgs.system = "aarch64-linux";'),
    "x86_64-linux",
  ),
  "a machine with two systems": {
    ...takes(
      network('{ a = { imports = [ { nixpkgs.system = "x86_64-linux"; } ]; nixpkgs.system = "aarch64-linux"; }; }'),
    ),
    codes: ["conflicting-systems"],
    refused: "build",
    says: "has conflicting definition values",
  },

  // What a secret or a check needs.
  "a secret": takes(machine('deployment.secrets.k = { source = "x"; destination = "/x"; };')),
  "a secret without a destination": refuses(machine('deployment.secrets.k.source = "x";'), "missing-option", used),
  "a secret without a source": refuses(machine('deployment.secrets.k.destination = "/x";'), "missing-option", used),
  "a secret of two modules": takes(
    machine('imports = [ { deployment.secrets.k.source = "x"; } ]; deployment.secrets.k.destination = "/x";'),
  ),
  "a secret of a helper without a destination": refuses(
    network(`let secret = source: { inherit source; }; in { ${pkgs} a = { deployment.secrets.k = secret "x"; }; }`),
    "missing-option",
    used,
  ),
  "secrets of mapAttrs": refuses(
    machine('deployment.secrets = lib.mapAttrs (name: source: { inherit source; }) { k = "x"; };'),
    "missing-option",
    used,
  ),
  "a check of a command": takes(machine('deployment.healthChecks.cmd = [ { description = "x"; cmd = [ "true" ]; } ];')),
  "a check without its command": cannotBuild(
    machine('deployment.healthChecks.cmd = [ { description = "x"; } ];'),
    "missing-option",
    "null while a list was expected",
  ),
  "a check whose command is null": cannotBuild(
    machine('deployment.healthChecks.cmd = [ { description = "x"; cmd = null; } ];'),
    "ill-typed-option",
    "null while a list was expected",
  ),
  "a check of a command without a description": refuses(
    machine('deployment.healthChecks.cmd = [ { cmd = [ "true" ]; } ];'),
    "missing-option",
    used,
  ),
  "a check over HTTP": takes(
    machine('deployment.healthChecks.http = [ { description = "x"; port = 80; path = "/x"; headers.a = "b"; } ];'),
  ),
  "a check without a port": refuses(
    machine('deployment.healthChecks.http = [ { description = "x"; } ];'),
    "missing-option",
    used,
  ),
  "a check over HTTP without a description": refuses(
    machine("deployment.healthChecks.http = [ { port = 80; } ];"),
    "missing-option",
    used,
  ),
  "a check of a helper without a port": refuses(
    network(
      `let check = description: { inherit description; }; in { ${pkgs} a = { deployment.healthChecks.http = map check [ "x" ]; }; }`,
    ),
    "missing-option",
    used,
  ),

  // Types.
  "a port that is a string": refuses(
    machine('deployment.healthChecks.http = [ { description = "x"; port = "80"; } ];'),
    "ill-typed-option",
    typed,
  ),
  "a port that a helper makes a string": refuses(
    network(
      `let check = port: { description = "x"; port = toString port; }; in { ${pkgs} a = { deployment.healthChecks.http = [ (check 80) ]; }; }`,
    ),
    "ill-typed-option",
    typed,
  ),
  "a relative path over HTTP": refuses(
    machine('deployment.healthChecks.http = [ { description = "x"; port = 80; path = "x"; } ];'),
    "ill-typed-option",
    typed,
  ),
  "a header that is a number": refuses(
    machine('deployment.healthChecks.http = [ { description = "x"; port = 80; headers.a = 1; } ];'),
    "ill-typed-option",
    typed,
  ),
  "a command that is a string": refuses(
    machine('deployment.healthChecks.cmd = [ { description = "x"; cmd = "true"; } ];'),
    "ill-typed-option",
    typed,
  ),
  "an action that is a string": refuses(
    machine('deployment.secrets.k = { source = "x"; destination = "/x"; action = "x"; };'),
    "ill-typed-option",
    typed,
  ),
  "an action that a helper makes a string": refuses(
    machine(
      'deployment.secrets.k = let key = action: { source = "x"; destination = "/x"; inherit action; }; in key "x";',
    ),
    "ill-typed-option",
    typed,
  ),
  "permissions that are a number": refuses(
    machine('deployment.secrets.k = { source = "x"; destination = "/x"; permissions = 400; };'),
    "ill-typed-option",
    typed,
  ),
  "a secret that is null": refuses(machine("deployment.secrets.k = null;"), "ill-typed-option", typed),
  "a secret that is a list": refuses(machine("deployment.secrets.k = [ ];"), "ill-typed-option", typed),
  "a source that is a path": refuses(
    machine('deployment.secrets.k = { source = ./k; destination = "/x"; };'),
    "ill-typed-option",
    typed,
  ),
  "tags that are a string": refuses(machine('deployment.tags = "x";'), "ill-typed-option", typed),
  "tags in defaults that are a string, forced to a list": takes(
    network(
      `{ ${pkgs} a = { lib, ... }: { imports = [ { deployment.tags = "x"; } ]; deployment.tags = lib.mkForce [ "y" ]; }; }`,
    ),
  ),
  "a host that is null": refuses(machine("deployment.targetHost = null;"), "ill-typed-option", typed),
  "an option that Morph does not have": refuses(
    machine("deployment.foo = 1;"),
    "unknown-deployment-option",
    "does not exist",
  ),

  "an option that a module of the machine declares": takes(
    machine(
      "imports = [ { options.deployment.foo = lib.mkOption { default = 1; type = lib.types.int; }; } ]; deployment.foo = 2;",
    ),
  ),

  // Settings of the network.
  "a description that is a number": refuses(
    settings("network.description = 1;"),
    "ill-typed-option",
    "cannot unmarshal number",
  ),
  "tags of the order that are a string": refuses(
    settings('network.ordering.tags = "x";'),
    "ill-typed-option",
    "cannot unmarshal string",
  ),
  "an order that is a list": refuses(settings("network.ordering = [ ];"), "ill-typed-option", "cannot unmarshal array"),
  "an unknown attribute of the order": takes(settings("network.ordering.foo = [ ];")),
  "a setting of Nix that is a number": refuses(
    settings("network.nixConfig.cores = 1;"),
    "nix-config-not-string",
    "must have a string typed value",
  ),
  "a setting of Nix that a helper makes a number": refuses(
    settings("network.nixConfig = builtins.mapAttrs (_: n: n + 1) { cores = 1; };"),
    "nix-config-not-string",
    "must have a string typed value",
  ),
  "settings of Nix that are a list": refuses(settings("network.nixConfig = [ ];"), "ill-typed-option", set),

  // Names.
  "a machine that is defined twice": refuses(
    settings("b = _: { }; b = _: { };"),
    "duplicate-machine",
    "already defined",
  ),
  "a name with dots, without quotes": refuses(
    settings("web.example.org = { services.x = 1; };"),
    "unquoted-dotted-name",
    "does not exist",
  ),

  // What is not a machine.
  "a machine that is a number": refuses(settings("b = 1;"), "not-a-machine", set),
  "a machine that is null": refuses(settings("b = null;"), "not-a-machine", set),
  "a machine that is a list": refuses(settings("b = [ ];"), "not-a-machine", set),
  "a machine that is a string": refuses(settings('b = "x";'), "not-a-machine", "represent an absolute path"),

  // Paths and names.
  "a path of Nix's characters": { ...at("a+b-c._d/network.nix"), codes: [] },
  "a path with a blank": unreadable("my net/network.nix", "not a function but a path"),
  "a path with an at sign": unreadable("a@b/network.nix", "unexpected '@'"),
  "a path with a quote": unreadable("a'b/network.nix", "unexpected invalid token"),
  "a path with a number sign": unreadable("a#b/network.nix", "No such file"),
  "a path with a letter that is not ASCII": unreadable("é/network.nix", "trailing slash"),
  "a path with parentheses": unreadable("a(b)/network.nix", "undefined variable"),
  "a file with an equals sign": unreadable("a=b.nix", "unexpected '='"),
  "a name with dots": takes(named('"web.example.org"')),
  "a name with other signs": takes(named('"d-e:f@g+h,i=j~k"')),
  "a name with a quote": cannotBuild(named('"d\'e"'), "unusable-name", "unterminated quoted string"),
  "a name with a double quote": cannotBuild(named('"d\\"e"'), "unusable-name", "unterminated quoted string"),
  "a name with a semicolon": cannotBuild(named('"d;e"'), "unusable-name", "failed with exit code 127"),
  "a name with a parenthesis": cannotBuild(named('"d(e"'), "unusable-name", "unexpected"),
  "a name with a slash": cannotBuild(named('"d/e"'), "unusable-name", "failed with exit code 1"),
  "a name with a line feed": cannotBuild(named('"d\\ne"'), "unusable-name", "failed with exit code 127"),
};
