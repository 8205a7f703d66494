import type { HydraCause } from "../../protocol.ts";
import type { Interruptible } from "../../util/steps.ts";
import { firstCauses, type Labels } from "./causes.ts";
import { type ReadText, readTwoClosures } from "./closures.ts";

/** How the derivations that two systems need compare. */
export interface ComparedClosures {
  /** Derivations of theirs. */
  readonly total: number;
  /** How many of them ours has, too. */
  readonly same: number;
  /** The derivations that differ by themselves, the deepest first. */
  readonly causes: readonly HydraCause[];
}

/** Compares the closures of two derivations. Undefined if one of their derivations cannot be read. */
export function* compareClosures(
  theirs: string,
  ours: string,
  read: ReadText,
  labels: Labels | undefined,
): Interruptible<ComparedClosures | undefined> {
  const closures = yield* readTwoClosures(theirs, ours, read);
  if (closures === undefined) return undefined;
  const causes = yield* firstCauses(theirs, ours, closures, read, labels);
  return { total: closures.first.size, same: closures.shared, causes };
}

/** The label in the name of a NixOS system: `/nix/store/<hash>-nixos-system-eiffel-26.05pre-git.drv` -> `26.05pre-git`. */
export function versionLabel(drvPath: string): string | undefined {
  return /-nixos-system-.+?-(\d\d\.\d\d.*)\.drv$/.exec(drvPath)?.[1];
}
