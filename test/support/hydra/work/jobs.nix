# What Hydra's evaluator finds in an expression: the derivations in nested attribute sets, where functions are called with those of the
# jobset's inputs that they ask for. All arguments but these two are inputs.
{
  # The value of the expression's file.
  hydraRoot,
  # JSON: the path of the attribute to look at; whether also at what is below it; whether other values are errors, as before July 2024.
  hydraQuery,
  ...
}@arguments:
let
  query = builtins.fromJSON hydraQuery;
  inputs = removeAttrs arguments [ "hydraRoot" "hydraQuery" ];

  call =
    value:
    if builtins.isFunction value then
      let
        wanted = builtins.functionArgs value;
        missing = builtins.filter (name: !wanted.${name} && !(inputs ? ${name})) (builtins.attrNames wanted);
      in
      if wanted == { } then
        value
      else if missing != [ ] then
        throw "cannot evaluate a function that has an argument without a value ('${builtins.head missing}')"
      else
        call (value (builtins.intersectAttrs wanted inputs))
    else
      value;

  isDerivation = value: (value.type or null) == "derivation";

  describe =
    path: drv: {
      attr = builtins.concatStringsSep "." path;
      inherit (drv) name system;
      drvPath = builtins.unsafeDiscardStringContext drv.drvPath;
      outputs = builtins.listToAttrs (
        map (name: {
          inherit name;
          value = builtins.unsafeDiscardStringContext drv.${name}.outPath;
        }) (drv.outputs or [ "out" ])
      );
      priority = drv.meta.schedulingPriority or 100;
      timeout = drv.meta.timeout or 36000;
      maxSilent = drv.meta.maxSilent or 7200;
      constituents = if drv._hydraAggregate or false then map constituent drv.constituents else [ ];
    };

  # The name of a job, or a derivation.
  constituent = value: if builtins.isString value then value else builtins.unsafeDiscardStringContext value.drvPath;

  # Names of attributes below a path, or the job that is there.
  look =
    path: given:
    let
      value = call given;
    in
    if builtins.isAttrs value then
      if isDerivation value then { job = describe path value; } else { names = builtins.attrNames value; }
    else if value == null || !query.strict then
      { names = [ ]; }
    else
      throw "attribute '${builtins.concatStringsSep "." path}' is ${builtins.typeOf value}, which is not supported";

  walk =
    path: given:
    let
      value = call given;
      found = look path value;
    in
    if found ? job then [ found.job ] else builtins.concatMap (name: walk (path ++ [ name ]) value.${name}) found.names;

  # A function without named arguments is called at the top only: `{ ... }:`, which cannot be distinguished from `x:`.
  root =
    if builtins.isFunction hydraRoot && builtins.functionArgs hydraRoot == { } then hydraRoot inputs else hydraRoot;

  at = builtins.foldl' (value: name: (call value).${name}) root query.path;
in
if query.deep then walk query.path at else look query.path at
