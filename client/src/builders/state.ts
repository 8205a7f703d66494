import type { Builder, BuilderId, BuilderOffer, BuilderSystem, BuildSummary } from "../../../server/src/protocol.ts";
import { storeAddress } from "../text/storeNames.ts";

/** What a builder's row says first. */
export type BuilderState =
  /** Only NixOS modules of the workspace declare it. */
  | { readonly kind: "declared" }
  | { readonly kind: "checking" }
  /** It builds derivations of our builds. */
  | { readonly kind: "building"; readonly running: number; readonly slots: number }
  | { readonly kind: "unreachable"; readonly at: string }
  /** It does not build for a system that its line names. */
  | { readonly kind: "refuses"; readonly system: string; readonly more: number }
  /** The last check found a problem, although it is reachable. */
  | { readonly kind: "problem"; readonly at: string }
  /** Its `max-jobs` is 0. */
  | { readonly kind: "no slots" }
  | { readonly kind: "checked"; readonly at: string }
  | { readonly kind: "not checked" };

/** Whether it is only declared in NixOS modules, so that Nix does not use it here. */
export function isDeclared({ offers }: Builder): boolean {
  return offers.every(({ active }) => !active);
}

/** The offers that count for Nix here; those of a builder that is only declared: all. */
function effectiveOffers(builder: Builder): readonly BuilderOffer[] {
  return isDeclared(builder) ? builder.offers : builder.offers.filter(({ active }) => active);
}

/** `x86_64-v2-linux`: Nix lists every microarchitecture level as a system of its own, which would only add noise. */
const microarchitecture = /-v\d+-/;

/** A system and the offer that names it. */
export interface OfferedSystem {
  readonly system: BuilderSystem;
  readonly offer: BuilderOffer;
}

/** The systems of all offers, each once, from the offer that can build for it, if there is one. */
export function systemsOf(builder: Builder): readonly OfferedSystem[] {
  const found = new Map<string, OfferedSystem>();
  for (const offer of effectiveOffers(builder))
    for (const system of offer.systems) {
      const known = found.get(system.system);
      if (microarchitecture.test(system.system) || (known !== undefined && known.system.mode !== "impossible"))
        continue;
      found.set(system.system, { system, offer });
    }
  return [...found.values()];
}

/** How many derivations it builds in parallel. Nix counts slots per address, not per line. */
export function slotsOf(builder: Builder): number {
  return Math.max(0, ...effectiveOffers(builder).map(({ maxJobs }) => maxJobs));
}

/** The features that its offers have, those that a derivation must require, and those that it refused. */
export interface Features {
  readonly supported: readonly string[];
  readonly mandatory: readonly string[];
  readonly refused: readonly string[];
}

export function featuresOf(builder: Builder): Features {
  const offers = effectiveOffers(builder);
  const all = (list: (offer: BuilderOffer) => readonly string[]) => [...new Set(offers.flatMap(list))];
  const mandatory = all(offer => offer.mandatoryFeatures);
  const refused = all(offer => (offer.refusedFeatures ?? []).map(({ feature }) => feature));
  const supported = all(offer => offer.supportedFeatures).filter(feature => !mandatory.includes(feature));
  return { supported, mandatory, refused };
}

/** A build and how many of its derivations a builder is building. */
export interface BuilderUse {
  readonly build: BuildSummary;
  readonly running: number;
}

/** What a builder does for our builds. */
export function usesOf(id: BuilderId, builds: readonly BuildSummary[]): readonly BuilderUse[] {
  return builds.flatMap(build => {
    const own = (build.runningOn ?? []).filter(({ builder }) => isSameStore(builder, id));
    const running = own.reduce((sum, each) => sum + each.running, 0);
    return running > 0 ? [{ build, running }] : [];
  });
}

/** Whether two addresses are of the same builder. Nix reports them without the parameters that its line may have. */
export function isSameStore(a: BuilderId, b: BuilderId): boolean {
  return storeAddress(a) === storeAddress(b);
}

/** @param running how many derivations of our builds it is building. */
export function stateOf(builder: Builder, running: number): BuilderState {
  const { check, isChecking } = builder;
  const slots = slotsOf(builder);
  if (isChecking === true) return { kind: "checking" };
  if (running > 0) return { kind: "building", running, slots };
  if (isDeclared(builder)) return { kind: "declared" };
  if (check?.reachable === false) return { kind: "unreachable", at: check.at };
  const refused = systemsOf(builder).filter(({ system }) => system.refusal !== undefined);
  const [first, ...others] = refused;
  if (first !== undefined) return { kind: "refuses", system: first.system.system, more: others.length };
  if (check?.problem !== undefined && check.problem.severity !== "info") return { kind: "problem", at: check.at };
  if (slots === 0) return { kind: "no slots" };
  return check === undefined ? { kind: "not checked" } : { kind: "checked", at: check.at };
}

/** A check that is older than this proves little about now (ms). */
const freshFor = 24 * 3_600_000;

/** Whether a time is so recent that what was found then counts as current. `now` in ms. */
export function isFresh(at: string, now: number): boolean {
  return now - Date.parse(at) < freshFor;
}
