# Machines of a network, evaluated one after another in one process. Each answer is traced as soon as it is evaluated, so that
# the machines before one that ends the evaluation are not lost. Returns how many there were. Names and paths come as strings
# (--argstr), so that no user text is evaluated as Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
  # JSON list: the machines' names.
  machines,
  # JSON list: the path of the derivation below a machine's `config`.
  attribute,
  # The start of each answer's line. It is random, so that nothing in the network can imitate it.
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

  traceAnswer = count: name: builtins.trace (mark + builtins.toJSON (answer name)) (count + 1);
in
builtins.foldl' traceAnswer 0 (builtins.fromJSON machines)
