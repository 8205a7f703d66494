import { nameOfStorePath } from "../../common/storePath.ts";
import { ownChanges, pairsOf, withoutHashes } from "../../nix/derivations/changes.ts";
import { parseDerivation } from "../../nix/derivations/derivation.ts";
import { type ScannedDerivation, withoutInputs } from "../../nix/derivations/scan.ts";
import type { ChangedPart, HydraCause } from "../../protocol.ts";
import type { Interruptible } from "../../util/steps.ts";
import type { ReadText, TwoClosures } from "./closures.ts";

/** The version labels of two NixOS systems: `26.05.20260823.abcdef` and `26.05pre-git`. */
export interface Labels {
  readonly theirs: string;
  readonly ours: string;
}

/** Comparing stops after this many pairs of derivations. */
const maxPairs = 20_000;

/** The package whose files name the revision beside the label. */
const showsRevision = "nixos-version";

/**
 * The derivations that differ by themselves, the deepest first. `theirs` is in the first closure, `ours` in the second.
 *
 * @param labels absent: they are the same, or unknown.
 */
export function* firstCauses(
  theirs: string,
  ours: string,
  { first, onlySecond }: TwoClosures,
  read: ReadText,
  labels: Labels | undefined,
): Interruptible<readonly HydraCause[]> {
  const causes: HydraCause[] = [];
  const seen = new Set<string>();
  // Depth first without recursion: a chain of dependencies may be long.
  const waiting: Visit[] = [{ theirs, ours }];
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const [theirOne, ourOne] = [first.get(visit.theirs), onlySecond.get(visit.ours) ?? first.get(visit.ours)];
    if (theirOne === undefined || ourOne === undefined) continue;
    if (visit.added !== undefined) {
      const cause = causeOf([visit.theirs, theirOne], [visit.ours, ourOne], visit.added, read, labels);
      if (cause !== undefined) causes.push(cause);
    } else if (visit.theirs !== visit.ours && !seen.has(visit.ours) && seen.size < maxPairs) {
      seen.add(visit.ours);
      const { pairs, added } = pairsOf(theirOne.inputs, ourOne.inputs);
      waiting.push({ ...visit, added });
      for (const [one, other] of pairs.toReversed()) waiting.push({ theirs: one, ours: other });
    }
    yield;
  }
  return causes;
}

/** A pair of derivations, which is visited a second time after those that they depend on. */
interface Visit {
  readonly theirs: string;
  readonly ours: string;
  /** Second visit: the inputs of ours without a partner. */
  readonly added?: readonly string[];
}

function causeOf(
  [theirPath, theirs]: readonly [string, ScannedDerivation],
  [ourPath, ours]: readonly [string, ScannedDerivation],
  added: readonly string[],
  read: ReadText,
  labels: Labels | undefined,
): HydraCause | undefined {
  const known = new Set(theirs.sources);
  const hasOwnInputs = added.length > 0 || theirs.inputs.length !== ours.inputs.length;
  const hasOwnSources = theirs.sources.length !== ours.sources.length || ours.sources.some(each => !known.has(each));
  const [theirText, ourText] = [ownText(theirPath, read), ownText(ourPath, read)];
  if (!hasOwnInputs && !hasOwnSources && theirText === ourText) return undefined;
  const parts = partsOf(theirPath, ourPath, added, read);
  if (parts.length === 0) return undefined;
  const name = nameOfStorePath(ourPath);
  const before = nameOfStorePath(theirPath);
  const isLabel =
    labels !== undefined &&
    !hasOwnInputs &&
    !hasOwnSources &&
    (name === showsRevision || theirText.replaceAll(labels.theirs, labels.ours) === ourText);
  return { name, ...(before === name ? {} : { before }), parts, isLabel };
}

/** The text of a derivation without its inputs and sources, and without the hashes of paths. */
function ownText(drvPath: string, read: ReadText): string {
  return withoutHashes(withoutInputs(read(drvPath) ?? ""));
}

function partsOf(theirPath: string, ourPath: string, added: readonly string[], read: ReadText): readonly ChangedPart[] {
  const [theirs, ours] = [theirPath, ourPath].map(path => parseDerivation(read(path) ?? ""));
  if (theirs === undefined || ours === undefined) return [];
  return [...added.map(path => ({ kind: "input", name: nameOfStorePath(path) }) as const), ...ownChanges(theirs, ours)];
}
