import * as l10n from "@vscode/l10n";
import { canBuild } from "../../builders/capability.ts";
import { buildersAt } from "../../builders/choice.ts";
import { usualDurationText } from "../../common/duration.ts";
import { nameOfStorePath, packageName } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needOf } from "../../nix/derivations/needs.ts";
import { type Builder, localBuilder, type Place, type Problem } from "../../protocol.ts";
import { type Durations, durationKey, middle } from "../estimate/durations.ts";

/** What takes longer is worth a word before it begins (ms). */
const long = 30 * 60_000;

/** More than these are only counted. */
const mostNamed = 3;

/** Packages of nixpkgs that take an hour or more where they are built natively: many times that where their system is emulated. */
const large =
  /^(?:linux|gcc|llvm|clang|rustc|ghc|nodejs|openjdk|webkitgtk|qtwebengine|chromium|firefox|thunderbird|electron|qemu|ceph|libreoffice)(?:-unwrapped)?-\d[\d.]*(?:-rc\d+|-stable_\d+)?$/;

/** How many times as long emulation may take: what is built natively in less than this part of `long` is no cause for a word. */
const slowdown = 30;

/** A warning that is true while one of these derivations is not built yet. */
export interface LongBuildWarning extends Problem {
  readonly drvPaths: readonly string[];
}

/** A derivation that will take long, or may. */
interface LongBuild {
  readonly drvPath: string;
  readonly name: string;
  readonly system: string;
  readonly isEmulated: boolean;
  /** Milliseconds, and from how many earlier builds; absent: it was never measured. */
  readonly usual?: { readonly ms: number; readonly basis: number } | undefined;
}

/**
 * What of a plan will take long: by how long it took before, or else, which is a guess, because only emulation can build it and it
 * is known to be large. Undefined when nothing will, as far as is known.
 */
export function longBuilds(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  place: Place,
  durations: Durations,
): LongBuildWarning | undefined {
  const allowed = buildersAt(place, builders);
  const found = graph
    .flatMap(derivation => longBuild(derivation, allowed, durations) ?? [])
    .toSorted((a, b) => (b.usual?.ms ?? 0) - (a.usual?.ms ?? 0));
  if (found.length === 0) return undefined;
  const told = found.slice(0, mostNamed).map(sentence);
  const more = found.length - mostNamed;
  if (more > 0) told.push(more === 1 ? l10n.t("One more may take long.") : l10n.t("{0} more may take long.", more));
  const systems = [...new Set(found.filter(({ isEmulated }) => isEmulated).map(({ system }) => system))];
  if (systems.length > 0)
    told.push(l10n.t("A builder for {0}, or a binary cache that has it, avoids this.", systems.join(", ")));
  const drvPaths = found.map(({ drvPath }) => drvPath);
  return { code: "long-build", severity: "warning", message: told.join(" "), drvPaths };
}

function longBuild(
  derivation: PlannedDerivation,
  allowed: readonly Builder[],
  durations: Durations,
): LongBuild | undefined {
  const { drvPath, system } = derivation;
  const need = needOf(derivation);
  if (need === undefined) return undefined;
  const takers = allowed.flatMap(builder => {
    const verdict = canBuild(builder, need);
    return verdict.can ? [{ id: builder.id, mode: verdict.mode }] : [];
  });
  const isEmulated = takers.length > 0 && takers.every(({ mode }) => mode === "emulated");
  const name = nameOfStorePath(drvPath);
  const measured = takers.flatMap(
    ({ id }) => durations[durationKey(id === localBuilder ? undefined : id, drvPath)] ?? [],
  );
  if (measured.length === 0)
    return isEmulated && large.test(name) && !isShortElsewhere(drvPath, durations)
      ? { drvPath, name, system, isEmulated }
      : undefined;
  const ms = middle(measured.map(duration => duration.ms));
  return ms < long ? undefined : { drvPath, name, system, isEmulated, usual: { ms, basis: measured.length } };
}

/** Whether its package was measured, on whatever builder, and took so little that it cannot take long under emulation either. */
function isShortElsewhere(drvPath: string, durations: Durations): boolean {
  const name = ` ${packageName(drvPath)}`;
  const measured = Object.entries(durations).flatMap(([key, list]) => (key.endsWith(name) ? list : []));
  return measured.length > 0 && middle(measured.map(({ ms }) => ms)) * slowdown < long;
}

function sentence({ name, isEmulated, usual }: LongBuild): string {
  if (usual === undefined) return l10n.t("{0} has to be compiled under emulation, which may take hours.", name);
  const { ms, basis } = usual;
  const builds = basis === 1 ? l10n.t("from 1 build") : l10n.t("from {0} builds", basis);
  return isEmulated
    ? l10n.t("{0} has to be built: about {1} under emulation ({2}).", name, usualDurationText(ms, l10n), builds)
    : l10n.t("{0} has to be built: about {1} ({2}).", name, usualDurationText(ms, l10n), builds);
}
