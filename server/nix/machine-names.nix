# The names of a network's machines, as a list. No machine is evaluated: the evaluator's `nodes` are lazy. Paths come as strings
# (--argstr), so that no user text is evaluated as Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
}:

builtins.attrNames (import (/. + evaluator) { networkExpr = /. + network; }).nodes
