import { readRegular } from "../../storage/regularFile.ts";
import {
  type Derivation,
  type DerivationWithInputs,
  parseWithInputs,
  prefersLocalBuild,
  requiredFeatures,
} from "./derivation.ts";

/** A derivation to build, and which of the others it waits for. */
export interface PlannedDerivation {
  readonly drvPath: string;
  readonly system: string;
  readonly requiredFeatures: readonly string[];
  /** Nix builds it on this machine if it can (`preferLocalBuild`). Absent as well in records of earlier versions. */
  readonly prefersLocal?: true | undefined;
  /** The builder that it was expected on when the build started: `local`, or a store URI. Recorded since 0.1. */
  readonly expectedOn?: string | undefined;
  /** Indexes of the derivations that must be built first. */
  readonly dependencies: readonly number[];
  /** Store paths of its outputs, if known before the build. Absent in records of earlier versions. */
  readonly outputs?: readonly string[] | undefined;
}

/** A larger file is not taken for a derivation (bytes). */
const maxBytes = 32 * 1024 * 1024;

/** How many files are read in parallel. */
const maxParallel = 32;

/**
 * Reads the derivations of a plan, in its order. Those whose file cannot be read have an empty system: the store is not on this
 * machine's disk, or the derivation is dynamic.
 */
export async function readGraph(drvPaths: readonly string[]): Promise<PlannedDerivation[]> {
  const derivations: (Derivation | undefined)[] = [];
  for (let start = 0; start < drvPaths.length; start += maxParallel)
    derivations.push(...(await Promise.all(drvPaths.slice(start, start + maxParallel).map(readDerivation))));
  return graphOf(drvPaths, derivations);
}

/** The dependencies among these derivations. */
export function graphOf(
  drvPaths: readonly string[],
  derivations: readonly (Derivation | undefined)[],
): PlannedDerivation[] {
  const indexes = new Map(drvPaths.map((drvPath, index) => [drvPath, index]));
  return drvPaths.map((drvPath, index) => {
    const derivation = derivations[index];
    if (derivation === undefined) return { drvPath, system: "", requiredFeatures: [], dependencies: [] };
    return {
      drvPath,
      system: derivation.system,
      requiredFeatures: requiredFeatures(derivation),
      ...(prefersLocalBuild(derivation) && { prefersLocal: true as const }),
      dependencies: derivation.inputDerivations.flatMap(input => indexes.get(input) ?? []),
      outputs: Object.values(derivation.outputs).filter(output => output !== ""),
    };
  });
}

/** Reads a `.drv` file; undefined if it cannot be read. */
export async function readDerivation(drvPath: string): Promise<Derivation | undefined> {
  return (await readWithInputs(drvPath))?.derivation;
}

/** The same with the outputs that it needs of its input derivations. */
export async function readWithInputs(drvPath: string): Promise<DerivationWithInputs | undefined> {
  try {
    return parseWithInputs((await readRegular(drvPath, maxBytes)).toString("utf8"));
  } catch {
    return undefined;
  }
}
