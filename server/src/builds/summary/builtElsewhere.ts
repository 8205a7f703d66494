import * as l10n from "@vscode/l10n";
import { modeOn } from "../../builders/capability.ts";
import { storeName } from "../../common/storeName.ts";
import { type Builder, type BuilderId, localBuilder, type Problem } from "../../protocol.ts";
import type { EventState } from "../stream/eventState.ts";

/** Derivations that one builder got instead of another. */
interface Move {
  readonly expected: BuilderId;
  readonly actual: BuilderId;
  readonly count: number;
  /** The other one does not emulate them, as far as known, and this one does. */
  readonly isEmulated: boolean;
}

/**
 * A warning that Nix did not build derivations where it was expected to, if the user should know: the builder could not be reached,
 * they are emulated instead, or this machine does the work. Undefined otherwise: which of two similar builders is free is chance.
 *
 * @param moved derivation -> the builder that it was expected on, for those that another one got.
 */
export function builtElsewhere(
  state: Pick<EventState, "derivations" | "errors">,
  moved: ReadonlyMap<string, BuilderId>,
  builders: readonly Builder[],
): Problem | undefined {
  const moves = movesOf(state, moved, builders);
  const unreached = (id: BuilderId) => state.errors.some(({ text }) => text.startsWith(`cannot build on '${id}'`));
  const sentences = moves
    .filter(each => each.isEmulated || each.actual === localBuilder || unreached(each.expected))
    .map(each => sentenceFor(each, unreached(each.expected), builders));
  if (sentences.length === 0) return undefined;
  return { code: "built-elsewhere", severity: "warning", message: sentences.join(" ") };
}

function movesOf(
  { derivations }: Pick<EventState, "derivations">,
  moved: ReadonlyMap<string, BuilderId>,
  builders: readonly Builder[],
): Move[] {
  const moves = new Map<string, Move>();
  for (const [drvPath, expected] of moved) {
    const derivation = derivations.get(drvPath);
    if (derivation === undefined) continue;
    const actual = derivation.builder ?? localBuilder;
    const key = `${expected} ${actual}`;
    const isEmulatedOn = (id: BuilderId) => modeOn(id, derivation.system ?? "", builders) === "emulated";
    const { count = 0, isEmulated = false } = moves.get(key) ?? {};
    moves.set(key, {
      expected,
      actual,
      count: count + 1,
      isEmulated: isEmulated || (isEmulatedOn(actual) && !isEmulatedOn(expected)),
    });
  }
  return [...moves.values()];
}

function sentenceFor(
  { expected, actual, count, isEmulated }: Move,
  isUnreached: boolean,
  builders: readonly Builder[],
): string {
  const [one, other] = [nameOf(actual, builders), nameOf(expected, builders)];
  const moved = isUnreached
    ? count === 1
      ? l10n.t("1 derivation was built on {0} instead of {1}, which could not be reached.", one, other)
      : l10n.t("{0} derivations were built on {1} instead of {2}, which could not be reached.", count, one, other)
    : count === 1
      ? l10n.t("1 derivation was built on {0} instead of {1}.", one, other)
      : l10n.t("{0} derivations were built on {1} instead of {2}.", count, one, other);
  return isEmulated ? `${moved} ${l10n.t("On {0} they are emulated, which is several times slower.", one)}` : moved;
}

function nameOf(id: BuilderId, builders: readonly Builder[]): string {
  if (id === localBuilder) return l10n.t("this machine");
  return builders.find(each => each.id === id)?.name ?? storeName(id);
}
