# The evaluator for users without Morph. It has the arguments and attributes of Morph's own (1.8 and later) and returns the same
# derivations, so that what was built with this one can be deployed with that one.
{
  networkExpr ? null,
  network ? import networkExpr,
}:

let
  settings = network.network or { };

  # The network's package set; without one each machine chooses its own.
  hasPkgs = networkPkgs != { };
  networkPkgs = settings.pkgs or { };

  lib = settings.lib or networkPkgs.lib or (import <nixpkgs/lib>);
  runCommand = settings.runCommand or networkPkgs.runCommand or (import <nixpkgs> { }).runCommand;
  evalConfig = import (settings.evalConfig or ((networkPkgs.path or <nixpkgs>) + "/nixos/lib/eval-config.nix"));

  inherit (lib) attrNames mapAttrs;

  # Attributes of a network file that are not machines.
  reserved = [ "network" "defaults" "resources" "require" "_file" ];
  machineNames = attrNames (removeAttrs network reserved);

  # The module that every machine gets in addition to its own.
  common =
    name: check:
    { lib, ... }:
    {
      key = "deploy-stuff";
      imports = [ ./options.nix ];

      networking.hostName = lib.mkDefault name;
      deployment.targetHost = lib.mkDefault name;
      nixpkgs.pkgs = lib.mkIf hasPkgs (lib.mkDefault networkPkgs);

      # The location of this file must not change a machine's manual.
      documentation.nixos.extraModuleSources = [ ../. ];

      _module = {
        inherit check;
        args = {
          inherit name;
          nodes = uncheckedNodes;
        };
      };
    };

  evalMachine =
    check: name:
    evalConfig {
      # A machine without a system of its own is an error, rather than built for the evaluating machine's system.
      system = null;
      specialArgs = settings.specialArgs or { };
      modules = [
        { imports = [ network.${name} ]; }
        (network.defaults or { })
        (common name check)
      ]
      ++ lib.optional (network ? _file) { inherit (network) _file; };
    };

  # Machines may refer to each other (`nodes.db.config...`): these are not checked for unknown options, which would recurse
  # infinitely.
  uncheckedNodes = lib.genAttrs machineNames (evalMachine false);
  nodes = lib.genAttrs machineNames (evalMachine true);

  nixOption =
    name: value:
    if builtins.isString value then value else throw "nix option '${name}' must have a string typed value";

  # What Morph reads about a machine before it builds anything.
  describe =
    name: node:
    let
      inherit (node.config) deployment system;
    in
    {
      inherit name;
      inherit (deployment)
        buildOnly healthChecks preDeployChecks secrets substituteOnDestination tags targetHost targetPort targetUser
        ;
      nixosRelease = system.nixos.release or (lib.removeSuffix system.nixos.version.suffix system.nixos.version);
      nixConfig = mapAttrs nixOption (settings.nixConfig or { });
    };

  machineInfo = mapAttrs describe nodes;
  machineList = map (name: machineInfo.${name}) machineNames;
in
{
  inherit uncheckedNodes nodes;

  info = {
    inherit machineList;
    machines = machineInfo;
    network = settings;
    deployment = {
      hosts = machineList;
      meta = {
        description = settings.description or "";
        ordering = settings.ordering or { };
      };
    };
    buildShell = settings.buildShell.drvPath or null;
  };

  # One directory with a link for each of the machines that `argsFile` (JSON, `{ "Names": [...] }`) names.
  machines =
    {
      argsFile,
      buildTargets ? null,
    }:
    let
      wanted = (builtins.fromJSON (builtins.readFile argsFile)).Names;
      link = name: ''
        ln -s ${nodes.${name}.config.system.build.toplevel} $out/${name}
      '';
      linkTargets =
        name:
        "mkdir -p $out/${name}\n"
        + lib.concatStrings (
          lib.mapAttrsToList (target: build: "ln -s ${build nodes.${name}} $out/${name}/${target}\n") buildTargets
        );
      links = if buildTargets == null then link else linkTargets;
    in
    runCommand "morph" { preferLocalBuild = true; } (
      "mkdir -p $out\n" + lib.concatMapStrings links (builtins.filter (name: lib.elem name wanted) machineNames)
    );
}
