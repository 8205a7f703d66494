import { bundledEvaluator } from "./fixtures.ts";

/** Arguments of nix-build and nix-instantiate that choose one machine of a network by our own evaluator. */
export function machineArgs(networkFile: string, machine: string): string[] {
  const expression = `
    { evaluator, network, machine }:
    (import (/. + evaluator) { networkExpr = /. + network; }).nodes.\${machine}.config.system.build.toplevel`;
  const texts = { evaluator: bundledEvaluator, network: networkFile, machine };
  return ["--expr", expression, ...Object.entries(texts).flatMap(([name, text]) => ["--argstr", name, text])];
}
