# The jobs of a jobset's expression, evaluated one after another in one process. Each answer is traced as soon as it is evaluated, so
# that the jobs before one that ends the evaluation are not lost. Returns the names of all jobs. Names and paths come as strings
# (--argstr), so that no user text is evaluated as Nix.
{
  # The expression in Nix's search path: `network/hydra/eiffel.nix`.
  expression,
  # JSON set: the path of each input. Hydra passes its inputs to an expression that is a function.
  inputs,
  # JSON list: the jobs to evaluate.
  jobs,
  # The start of each answer's line. It is random, so that nothing in the expression can imitate it.
  mark,
}:

let
  read = import (builtins.findFile builtins.nixPath expression);

  arguments = builtins.mapAttrs (name: path: {
    outPath = path;
    inputType = "git";
  }) (builtins.fromJSON inputs);

  found =
    if builtins.isFunction read then read (builtins.intersectAttrs (builtins.functionArgs read) arguments) else read;

  answer =
    name:
    let
      job = found.${name};
    in
    if job.type or null == "derivation" then { inherit (job) drvPath; } else { drvPath = null; };

  traceAnswer = names: name: builtins.trace (mark + builtins.toJSON (answer name)) names;
in
builtins.foldl' traceAnswer (builtins.attrNames found) (builtins.fromJSON jobs)
