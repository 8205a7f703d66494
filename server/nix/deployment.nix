# What Morph reads from a network before it builds anything (`info.deployment`, `info.buildShell`), part by part, in one
# process. Each part is traced as soon as it is evaluated, so that the parts before one that Morph refuses are not lost. Returns
# how many there were. Names and paths come as strings (--argstr), so that no user text is evaluated as Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
  # JSON list: `{ "part": ..., "machine": ... }`, with the machine if the part belongs to one.
  items,
  # The start of each answer's line. It is random, so that nothing in the network can imitate it.
  mark,
}:

let
  inherit (import (/. + evaluator) { networkExpr = /. + network; }) info;

  parts = {
    meta = _: info.deployment.meta or { };
    # The same for every machine.
    nixConfig = machine: info.machines.${machine}.nixConfig or { };
    host = machine: removeAttrs info.machines.${machine} [ "nixConfig" ];
    buildShell = _: info.buildShell or null;
  };

  answer = { part, machine ? null }: parts.${part} machine;

  traceAnswer = count: item: builtins.trace (mark + builtins.toJSON (answer item)) (count + 1);
in
builtins.foldl' traceAnswer 0 (builtins.fromJSON items)
