# The evaluator for people without Morph at hand. It takes the arguments and gives the attributes of Morph's own (1.8 and
# later), and the same derivations: whoever builds with this one deploys with that one.
{
  networkExpr ? null,
  network ? import networkExpr,
}:

let
  settings = network.network or { };

  # The network's package set; a network without one leaves the choice to each machine.
  hasPkgs = networkPkgs != { };
  networkPkgs = settings.pkgs or { };

  lib = settings.lib or networkPkgs.lib or (import <nixpkgs/lib>);
  runCommand = settings.runCommand or networkPkgs.runCommand or (import <nixpkgs> { }).runCommand;
  evalConfig = import (settings.evalConfig or ((networkPkgs.path or <nixpkgs>) + "/nixos/lib/eval-config.nix"));

  inherit (lib) attrNames mapAttrs;

  # Everything beside the machines that a network file may hold.
  reserved = [ "network" "defaults" "resources" "require" "_file" ];
  machineNames = attrNames (removeAttrs network reserved);

  # What every machine has on top of its own modules.
  common =
    name: check:
    { lib, ... }:
    {
      key = "deploy-stuff";
      imports = [ ./options.nix ];

      networking.hostName = lib.mkDefault name;
      deployment.targetHost = lib.mkDefault name;
      nixpkgs.pkgs = lib.mkIf hasPkgs (lib.mkDefault networkPkgs);

      # Where this file lies must not change a machine's manual.
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
      # Without a system of its own a machine is an error, not built for whatever evaluates it.
      system = null;
      specialArgs = settings.specialArgs or { };
      modules = [
        { imports = [ network.${name} ]; }
        (network.defaults or { })
        (common name check)
      ]
      ++ lib.optional (network ? _file) { inherit (network) _file; };
    };

  # Machines may look at each other (`nodes.db.config...`): what they see is not checked for unknown options, or each
  # would wait for the other.
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

  # One folder with a link for each of the machines that `argsFile` (JSON, `{ "Names": [...] }`) names.
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
