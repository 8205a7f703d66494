# What the server needs to know about an evaluated machine, as a value for JSON.
{
  # One of the evaluator's `nodes`.
  node,
  # The path of the derivation below the machine's `config`, as a list.
  attribute,
}:

let
  derivation = builtins.foldl' (set: name: set.${name}) node.config attribute;

  inherit (node.pkgs) stdenv;

  nix = node.config.nix or { };
  deployment = node.config.deployment or { };

  # Null: it cannot be evaluated. Nothing but what is said about signatures depends on it.
  known =
    value:
    let
      result = builtins.tryEval (builtins.deepSeq value value);
    in
    if result.success then result.value else null;
in
{
  system = stdenv.hostPlatform.system or stdenv.system;
  buildSystem = stdenv.buildPlatform.system or stdenv.system;
  inherit (derivation) drvPath;
  # Not `outPath`: `toJSON` reduces a set that has one to that path.
  output = derivation.outPath;
  nixpkgs = {
    path = toString node.pkgs.path;
    revision = node.config.system.nixos.revision or null;
    versionSuffix = node.config.system.nixos.versionSuffix or null;
  };
  # Whether the machine accepts store paths: those that it fetches, and those that Morph pushes. Before NixOS 22.05 the options had
  # other names.
  trust = known {
    keys = nix.settings.trusted-public-keys or nix.binaryCachePublicKeys or [ ];
    caches = nix.settings.substituters or nix.binaryCaches or [ ];
    users = nix.settings.trusted-users or nix.trustedUsers or [ ];
    requiresSignatures = nix.settings.require-sigs or nix.requireSignedBinaryCaches or true;
    login = deployment.targetUser or "";
    substitutes = deployment.substituteOnDestination or false;
  };
}
