import path from "node:path";

/** The expressions that we pass to Nix. */
export interface NixAssets {
  /** Contains all of them. */
  readonly folder: string;
  readonly evaluate: string;
  readonly evaluateMany: string;
  readonly machineNames: string;
  readonly nixConfig: string;
  readonly deployment: string;
  readonly hydraJobs: string;
  readonly root: string;
  readonly prove: string;
  /** The bundled evaluator, with the same interface as Morph's. */
  readonly evaluator: string;
}

/** @param folder the built `nix/`. */
export function nixAssets(folder: string): NixAssets {
  return {
    folder,
    evaluate: path.join(folder, "evaluate.nix"),
    evaluateMany: path.join(folder, "evaluate-many.nix"),
    machineNames: path.join(folder, "machine-names.nix"),
    nixConfig: path.join(folder, "nix-config.nix"),
    deployment: path.join(folder, "deployment.nix"),
    hydraJobs: path.join(folder, "hydra-jobs.nix"),
    root: path.join(folder, "root.nix"),
    prove: path.join(folder, "prove.nix"),
    evaluator: path.join(folder, "eval-machines.nix"),
  };
}
