import { readRegular } from "../../storage/regularFile.ts";
import { type Derivation, parseDerivation, requiredFeatures } from "./derivation.ts";

/** A derivation that is to be built, and what of the others it waits for. */
export interface PlannedDerivation {
  readonly drvPath: string;
  readonly system: string;
  readonly requiredFeatures: readonly string[];
  /** Indexes of those that have to be built before. */
  readonly dependencies: readonly number[];
  /** Store paths of its outputs, as far as they are known before it is built. Absent in records of earlier versions. */
  readonly outputs?: readonly string[] | undefined;
}

/** A larger file is no derivation that anybody has made (bytes). */
const maxBytes = 32 * 1024 * 1024;

/** So many files are read at once. */
const atOnce = 32;

/**
 * Reads the derivations of a plan, in its order. Those whose file cannot be read are there without a system: a store that is not
 * on this machine's disk, or a derivation that is known only later.
 */
export async function readGraph(drvPaths: readonly string[]): Promise<PlannedDerivation[]> {
  const derivations: (Derivation | undefined)[] = [];
  for (let start = 0; start < drvPaths.length; start += atOnce)
    derivations.push(...(await Promise.all(drvPaths.slice(start, start + atOnce).map(readDerivation))));
  return graphOf(drvPaths, derivations);
}

/** What waits for what, among these. */
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
      dependencies: derivation.inputDerivations.flatMap(input => indexes.get(input) ?? []),
      outputs: Object.values(derivation.outputs).filter(output => output !== ""),
    };
  });
}

/** Reads a `.drv` file; undefined when that cannot be done. */
export async function readDerivation(drvPath: string): Promise<Derivation | undefined> {
  try {
    return parseDerivation((await readRegular(drvPath, maxBytes)).toString("utf8"));
  } catch {
    return undefined;
  }
}
