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
}
