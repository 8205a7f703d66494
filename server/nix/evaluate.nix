# One machine of a network, evaluated as Morph does: what the server needs to know of it, as JSON.
# Names and paths come as strings (--argstr), so that no text of the user's is ever Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
  # The machine's name.
  machine,
  # JSON list: the path of the derivation below the machine's `config`.
  attribute,
}:

let
  evaluated = import (/. + evaluator) { networkExpr = /. + network; };

  node =
    evaluated.nodes.${machine}
      or (throw "the network has no machine '${machine}'; it has: ${toString (builtins.attrNames evaluated.nodes)}");
in
import ./answer.nix {
  inherit node;
  attribute = builtins.fromJSON attribute;
}
