import { type ScannedDerivation, scanDerivation } from "../../nix/derivations/scan.ts";
import type { Interruptible } from "../../util/steps.ts";

/** Returns the text of a `.drv` file; undefined if it cannot be read. */
export type ReadText = (drvPath: string) => string | undefined;

/** Derivations, by path. */
export type ScannedDerivations = ReadonlyMap<string, ScannedDerivation>;

/** The closures of two derivations that share most of their derivations. */
export interface TwoClosures {
  /** All derivations that the first one needs, and itself. */
  readonly first: ScannedDerivations;
  /** How many of them the second one needs, too. */
  readonly shared: number;
  /** What only the second one needs. */
  readonly onlySecond: ScannedDerivations;
}

/** A larger closure is not read (derivations). */
const maxDerivations = 200_000;

/**
 * Reads the closures of two derivations. What both need is read once. Undefined if a derivation cannot be read, or if there are too
 * many.
 */
export function* readTwoClosures(
  first: string,
  second: string,
  read: ReadText,
): Interruptible<TwoClosures | undefined> {
  const ofFirst = yield* readClosure(first, read);
  if (ofFirst === undefined) return undefined;
  const entries = new Set<string>();
  const onlySecond = yield* readClosure(second, read, drvPath => {
    if (!ofFirst.has(drvPath)) return false;
    entries.add(drvPath);
    return true;
  });
  return onlySecond && { first: ofFirst, shared: reachable(entries, ofFirst), onlySecond };
}

/** @param isKnown whether a derivation is left out, with all that it needs. */
function* readClosure(
  root: string,
  read: ReadText,
  isKnown: (drvPath: string) => boolean = () => false,
): Interruptible<ScannedDerivations | undefined> {
  const found = new Map<string, ScannedDerivation>();
  const waiting = [root];
  for (let drvPath = waiting.pop(); drvPath !== undefined; drvPath = waiting.pop()) {
    if (found.has(drvPath) || isKnown(drvPath)) continue;
    const text = read(drvPath);
    const scanned = text === undefined ? undefined : scanDerivation(text);
    if (scanned === undefined || found.size >= maxDerivations) return undefined;
    found.set(drvPath, scanned);
    waiting.push(...scanned.inputs);
    yield;
  }
  return found;
}

/** How many derivations some of a closure need, themselves included. */
function reachable(entries: ReadonlySet<string>, closure: ScannedDerivations): number {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let drvPath = waiting.pop(); drvPath !== undefined; drvPath = waiting.pop()) {
    if (found.has(drvPath)) continue;
    found.add(drvPath);
    waiting.push(...(closure.get(drvPath)?.inputs ?? []));
  }
  return found.size;
}
