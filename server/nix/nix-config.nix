# A network's `nixConfig`: the options that Morph passes to nix-build. No machine is evaluated. Values that are not strings or
# fail are left out: Morph refuses the whole network for them (reported by `deployment.nix`). Paths come as strings (--argstr),
# so that no user text is evaluated as Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
}:

let
  evaluated = import (/. + evaluator) { networkExpr = /. + network; };

  nixConfig = evaluated.info.network.nixConfig or { };

  isText =
    name:
    let
      tried = builtins.tryEval (builtins.isString nixConfig.${name});
    in
    tried.success && tried.value;
in
builtins.listToAttrs (
  map (name: {
    inherit name;
    value = nixConfig.${name};
  }) (builtins.filter isText (builtins.attrNames nixConfig))
)
