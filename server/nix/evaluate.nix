# One machine of a network, evaluated as Morph does: what the server needs to know about it, as JSON. Names and paths come as
# strings (--argstr), so that no user text is evaluated as Nix.
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
