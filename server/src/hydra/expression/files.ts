import { stringText } from "../../syntax/quoting.ts";
import { aggregateJob } from "./names.ts";

// The files of a jobset: `hydra/default.nix` for all machines of a network, and one file for each jobset, which imports it.

/** What the text of `default.nix` depends on. Paths are relative to its folder, with `/`. */
export interface ExpressionPaths {
  /** The network file: `../network.nix`. */
  readonly network: string;
  /** An evaluator in the repository. Absent: that of Morph, from the jobset's input `morph`. */
  readonly evaluator?: string | undefined;
}

/** Hydra's limits for a step are 10 hours, and 2 hours without output: not enough for a kernel that is compiled under emulation. */
const [timeout, maxSilent] = ["3 * 24 * 60 * 60", "24 * 60 * 60"];

/** The text of `default.nix`: a function from machines to the jobs that build them. */
export function defaultFile({ network, evaluator }: ExpressionPaths): string {
  const evaluatorText = evaluator === undefined ? "<morph/data/eval-machines.nix>" : pathText(evaluator);
  const morph = evaluator === undefined ? ", <morph> for Morph's evaluator" : "";
  return `# What Hydra builds for the machines of a network.
# The inputs of the jobset are in Nix's search path: <nixpkgs>${morph}.
{
  # One machine.
  machine ? null,
  # Several machines: the job \`${aggregateJob}\` succeeds once all of them have been built.
  machines ? [ machine ],
  networkFile ? ${pathText(network)},
  evaluator ? ${evaluatorText},
  # How long a build may take, and how long it may print nothing (s): compiling a kernel under emulation takes long.
  timeout ? ${timeout},
  maxSilent ? ${maxSilent},
}:

let
  inherit (import evaluator { networkExpr = networkFile; }) nodes;

  # Hydra allows letters, digits, \`-\` and \`_\`.
  jobName =
    name:
    let
      parts = builtins.filter builtins.isString (builtins.split "[^A-Za-z0-9_-]+" name);
      text = builtins.concatStringsSep "-" parts;
    in
    if builtins.match "[A-Za-z_].*" text == null then "_\${text}" else text;

  job =
    name:
    let
      system = nodes.\${name}.config.system.build.toplevel;
      meta = {
        description = "NixOS system of \${name}";
        inherit timeout maxSilent;
      };
    in
    system // { meta = (system.meta or { }) // meta; };

  jobs = builtins.listToAttrs (
    map (name: {
      name = jobName name;
      value = job name;
    }) machines
  );

  ${aggregateJob} =
    (import <nixpkgs> { }).runCommand "${aggregateJob}"
      {
        constituents = builtins.attrValues jobs;
        _hydraAggregate = true;
        preferLocalBuild = true;
      }
      ''
        mkdir -p $out/nix-support
        echo $constituents > $out/nix-support/hydra-aggregate-constituents
      '';
in
if machine != null then jobs else jobs // { inherit ${aggregateJob}; }
`;
}

/**
 * The text of a jobset's file: `import ./default.nix { machine = "eiffel"; }`.
 *
 * @param network relative to the folder, if it is not the one that `default.nix` names.
 */
export function jobsetFile(machines: readonly string[], network?: string): string {
  const [machine, ...others] = machines;
  const names =
    machine !== undefined && others.length === 0
      ? `machine = ${stringText(machine)};`
      : `machines = [${machines.map(name => ` ${stringText(name)}`).join("")} ];`;
  const file = network === undefined ? "" : ` networkFile = ${pathText(network)};`;
  return `import ./default.nix {${file} ${names} }\n`;
}

/** Whether a text is one that `jobsetFile` writes, perhaps for other machines or another network. */
export function isJobsetFile(text: string): boolean {
  return /^import \.\/default\.nix \{(?: networkFile = [^;]+;)? machines? = (?:"[^\n]*"|\[[^\n]*\]); \}\s*$/.test(text);
}

/** Whether a text is one that `defaultFile` writes for another network: then a jobset's file names its own. */
export function isDefaultFileOfOther(text: string, paths: ExpressionPaths): boolean {
  const line = /^ {2}networkFile \? .+,$/m;
  return text !== defaultFile(paths) && text.replace(line, "") === defaultFile(paths).replace(line, "");
}

/** A relative path as Nix text. A path literal has only some characters. */
export function pathText(relative: string): string {
  const path = relative.startsWith(".") ? relative : `./${relative}`;
  if (/^[\w.+/-]+$/.test(path)) return path;
  const up = /^(?:\.\.?\/)+/.exec(path)?.[0] ?? "./";
  return `${up}. + ${stringText(`/${path.slice(up.length)}`)}`;
}
