# What Morph reads of a network before it builds anything (`info.deployment`, `info.buildShell`), part by part, by one process:
# each part is traced as soon as it is there, so that one which Morph refuses takes none of those before it along. Gives how many
# there were. Names and paths come as strings (--argstr), so that no text of the user's is ever Nix.
{
  # Path of an eval-machines.nix.
  evaluator,
  # Path of the network file.
  network,
  # JSON list: `{ "part": ..., "machine": ... }`, the machine where the part is one of a machine.
  items,
  # What an answer's line begins with. Nothing of the network's can know it.
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

  tell = count: item: builtins.trace (mark + builtins.toJSON (answer item)) (count + 1);
in
builtins.foldl' tell 0 (builtins.fromJSON items)
