import { t } from "@vscode/l10n";
import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import type { Builder, Place, Problem } from "../protocol.ts";
import { type Durations, durationKey, middle } from "./durations.ts";
import { builtin, mayBuild, modeOf, takes } from "./preflight.ts";
import { nameOfStorePath } from "./storePath.ts";

/** What takes longer is worth a word before it begins (ms). */
const long = 30 * 60_000;

/** More than these are only counted. */
const mostNamed = 3;

/** Packages of nixpkgs that take an hour or more where they are built natively: many times that where their system is emulated. */
const large =
  /^(?:linux|gcc|llvm|clang|rustc|ghc|nodejs|openjdk|webkitgtk|qtwebengine|chromium|firefox|thunderbird|electron|qemu|ceph|libreoffice)(?:-unwrapped)?-\d[\d.]*(?:-rc\d+|-stable_\d+)?$/;

/** A derivation that will take long. */
interface LongBuild {
  readonly name: string;
  readonly system: string;
  readonly isEmulated: boolean;
  /** Milliseconds, and from how many earlier builds; absent: it was never measured. */
  readonly usual?: { readonly ms: number; readonly basis: number } | undefined;
}

/**
 * What of a plan will take long, because no cache has it: by how long it took before, or else because only emulation can build
 * it and it is known to be large. Undefined when nothing will, as far as anybody knows.
 */
export function longBuilds(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  place: Place,
  durations: Durations,
): Problem | undefined {
  const allowed = builders.filter(builder => mayBuild(builder, place));
  const found = graph
    .flatMap(derivation => longBuild(derivation, allowed, durations) ?? [])
    .toSorted((a, b) => (b.usual?.ms ?? Number.POSITIVE_INFINITY) - (a.usual?.ms ?? Number.POSITIVE_INFINITY));
  if (found.length === 0) return undefined;
  const told = found.slice(0, mostNamed).map(sentence);
  const more = found.length - mostNamed;
  if (more > 0) told.push(more === 1 ? t("One more takes long.") : t("{0} more take long.", more));
  const systems = [...new Set(found.filter(({ isEmulated }) => isEmulated).map(({ system }) => system))];
  if (systems.length > 0)
    told.push(t("A builder for {0}, or a binary cache that has it, saves that.", systems.join(", ")));
  return { code: "long-build", severity: "warning", message: told.join(" ") };
}

function longBuild(
  derivation: PlannedDerivation,
  allowed: readonly Builder[],
  durations: Durations,
): LongBuild | undefined {
  const { drvPath, system } = derivation;
  if (system === builtin) return undefined;
  const takers = allowed.filter(builder => takes(builder, derivation));
  const isEmulated = takers.length > 0 && takers.every(taker => modeOf(taker, system) === "emulated");
  const name = nameOfStorePath(drvPath);
  const measured = takers.flatMap(
    ({ id, kind }) => durations[durationKey(kind === "local" ? undefined : id, drvPath)] ?? [],
  );
  if (measured.length === 0) return isEmulated && large.test(name) ? { name, system, isEmulated } : undefined;
  const ms = middle(measured.map(duration => duration.ms));
  return ms < long ? undefined : { name, system, isEmulated, usual: { ms, basis: measured.length } };
}

function sentence({ name, isEmulated, usual }: LongBuild): string {
  if (usual === undefined) return t("{0} is in no cache and is compiled under emulation, which takes hours.", name);
  const { ms, basis } = usual;
  const builds = basis === 1 ? t("from 1 build") : t("from {0} builds", basis);
  return isEmulated
    ? t("{0} is in no cache: about {1} emulated ({2}).", name, roughly(ms), builds)
    : t("{0} is in no cache: about {1} ({2}).", name, roughly(ms), builds);
}

/** `40 min`, `1.5 h`, `6 h` */
function roughly(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 55) return t("{0} min", Math.round(minutes / 5) * 5);
  const hours = minutes / 60;
  return t("{0} h", hours < 4 ? Math.round(hours * 2) / 2 : Math.round(hours));
}
