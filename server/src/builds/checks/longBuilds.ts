import * as l10n from "@vscode/l10n";
import { canBuild } from "../../builders/capability.ts";
import { buildersAt } from "../../builders/choice.ts";
import { usualDurationText } from "../../common/duration.ts";
import { nameOfStorePath, packageName } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needOf } from "../../nix/derivations/needs.ts";
import { type Builder, localBuilder, type Place } from "../../protocol.ts";
import { type Durations, durationKey, median } from "../estimate/durations.ts";
import type { PassingWarning } from "./passingWarning.ts";

/** Derivations that take at least this long are warned about before the build (ms). */
const long = 30 * 60_000;

/** Maximum number of derivations to name; the rest are counted. */
const mostNamed = 3;

/** Packages of nixpkgs that take an hour or more to build natively, and many times that under emulation. */
const large =
  /^(?:linux|gcc|llvm|clang|rustc|ghc|nodejs|openjdk|webkitgtk|qtwebengine|chromium|firefox|thunderbird|electron|qemu|ceph|libreoffice)(?:-unwrapped)?-\d[\d.]*(?:-rc\d+|-stable_\d+)?$/;

/** How many times longer emulation may take: a package that is built natively in less than `long / slowdown` needs no warning. */
const slowdown = 30;

/** A derivation that will take long, or might. */
interface LongBuild {
  readonly drvPath: string;
  readonly name: string;
  readonly system: string;
  readonly isEmulated: boolean;
  /** `ms`: usual duration; `basis`: number of earlier builds it is based on. Absent if it was never measured. */
  readonly usual?: { readonly ms: number; readonly basis: number } | undefined;
}

/**
 * Warns about derivations of a plan that will take long: according to past durations or, as a guess, because only emulation can
 * build them and they are known to be large. Undefined if there are none, as far as we know.
 */
export function longBuilds(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  place: Place,
  durations: Durations,
): PassingWarning | undefined {
  const allowed = buildersAt(place, builders);
  const found = graph
    .flatMap(derivation => longBuild(derivation, allowed, durations) ?? [])
    .toSorted((a, b) => (b.usual?.ms ?? 0) - (a.usual?.ms ?? 0));
  if (found.length === 0) return undefined;
  const sentences = found.slice(0, mostNamed).map(sentence);
  const more = found.length - mostNamed;
  if (more > 0)
    sentences.push(more === 1 ? l10n.t("One more may take long.") : l10n.t("{0} more may take long.", more));
  const systems = [...new Set(found.filter(({ isEmulated }) => isEmulated).map(({ system }) => system))];
  if (systems.length > 0)
    sentences.push(l10n.t("A builder for {0}, or a binary cache that has it, avoids this.", systems.join(", ")));
  const drvPaths = found.map(({ drvPath }) => drvPath);
  return { code: "long-build", severity: "warning", message: sentences.join(" "), drvPaths };
}

function longBuild(
  derivation: PlannedDerivation,
  allowed: readonly Builder[],
  durations: Durations,
): LongBuild | undefined {
  const { drvPath, system } = derivation;
  const need = needOf(derivation);
  if (need === undefined) return undefined;
  const candidates = allowed.flatMap(builder => {
    const verdict = canBuild(builder, need);
    return verdict.can ? [{ id: builder.id, mode: verdict.mode }] : [];
  });
  const isEmulated = candidates.length > 0 && candidates.every(({ mode }) => mode === "emulated");
  const name = nameOfStorePath(drvPath);
  const measured = candidates.flatMap(
    ({ id }) => durations[durationKey(id === localBuilder ? undefined : id, drvPath)] ?? [],
  );
  if (measured.length === 0)
    return isEmulated && large.test(name) && !isShortElsewhere(drvPath, durations)
      ? { drvPath, name, system, isEmulated }
      : undefined;
  const ms = median(measured.map(duration => duration.ms));
  return ms < long ? undefined : { drvPath, name, system, isEmulated, usual: { ms, basis: measured.length } };
}

/** Whether its package was measured on any builder and is fast enough not to take long under emulation either. */
function isShortElsewhere(drvPath: string, durations: Durations): boolean {
  const name = ` ${packageName(drvPath)}`;
  const measured = Object.entries(durations).flatMap(([key, list]) => (key.endsWith(name) ? list : []));
  return measured.length > 0 && median(measured.map(({ ms }) => ms)) * slowdown < long;
}

function sentence({ name, isEmulated, usual }: LongBuild): string {
  if (usual === undefined) return l10n.t("{0} must be compiled under emulation, which may take hours.", name);
  const { ms, basis } = usual;
  const builds = basis === 1 ? l10n.t("from 1 build") : l10n.t("from {0} builds", basis);
  return isEmulated
    ? l10n.t("{0} must be built: about {1} under emulation ({2}).", name, usualDurationText(ms, l10n), builds)
    : l10n.t("{0} must be built: about {1} ({2}).", name, usualDurationText(ms, l10n), builds);
}
