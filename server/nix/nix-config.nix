# A network's `nixConfig`: the options that Morph passes to nix-build. No machine is evaluated. What is no string or fails is left
# out, as Morph refuses the whole network for it (`deployment.nix` says so).
# Paths come as strings (--argstr), so that no text of the user's is ever Nix.
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
