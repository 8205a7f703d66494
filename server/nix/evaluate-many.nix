# Some machines of a network, evaluated one after the other by one process: each answer is traced as soon as it is there, so
# that a machine which ends the evaluation takes none of those before it along. Gives how many there were.
# Names and paths come as strings (--argstr), so that no text of the user's is ever Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
  # JSON list: the machines' names.
  machines,
  # JSON list: the path of the derivation below a machine's `config`.
  attribute,
  # What an answer's line begins with. Nothing of the network's can know it.
  mark,
}:

let
  evaluated = import (/. + evaluator) { networkExpr = /. + network; };

  answer =
    name:
    import ./answer.nix {
      node = evaluated.nodes.${name};
      attribute = builtins.fromJSON attribute;
    };

  tell = count: name: builtins.trace (mark + builtins.toJSON (answer name)) (count + 1);
in
builtins.foldl' tell 0 (builtins.fromJSON machines)
