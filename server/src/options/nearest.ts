import { distance } from "fastest-levenshtein";

/** Longer names are not compared (characters): the time grows with the product of the lengths. */
const longest = 60;

/** The known name that is most similar to the mistyped `name`; undefined if none is similar enough. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longest) return undefined;
  const [best] = known
    .map(candidate => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined;
}
