import * as l10n from "@vscode/l10n";
import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuilderOffer, BuilderSystem, Capability, Problem, RefusedFeature } from "../protocol.ts";
import type { AbleMode, NeedVerdict, Obstacle, Verdict } from "./capability.ts";

/** A verdict with its label and explanation. */
export function capabilityOf(builder: Builder, { need, verdict }: NeedVerdict): Capability {
  const why = whyText(builder, need, verdict);
  if (verdict.can) {
    const { mode, known, offer } = verdict;
    const label = offer.program === undefined ? modeLabel(mode, known) : l10n.t("external builder");
    return { can: true, mode, known, label, why };
  }
  const known = knownBy(builder, verdict.obstacle);
  return { can: false, mode: "impossible", known, label: l10n.t("cannot build {0}", need.system), why };
}

/** How we know that a builder cannot build something. */
function knownBy(builder: Builder, obstacle: Obstacle): Capability["known"] {
  if (obstacle.kind === "impossible") return obstacle.by.known;
  if (obstacle.kind === "features" && refusedFeature(builder, obstacle.missing) !== undefined) return "proven";
  return builder.kind === "local" ? "settings" : "claimed";
}

/** The first of these features that the builder refused when it was tried. */
function refusedFeature({ offers }: Builder, missing: readonly string[]): RefusedFeature | undefined {
  return offers.flatMap(({ refusedFeatures = [] }) => refusedFeatures).find(({ feature }) => missing.includes(feature));
}

function modeLabel(mode: AbleMode, known: Capability["known"]): string {
  switch (mode) {
    case "native":
      return l10n.t("native");
    case "compatible":
      return l10n.t("compatible");
    case "emulated":
      return l10n.t("emulated");
    case "unknown":
      return unknownLabel(known);
  }
}

/** It is not known whether it runs programs natively. */
function unknownLabel(known: Capability["known"]): string {
  switch (known) {
    case "claimed":
      return l10n.t("declared, not verified");
    case "proven":
      return l10n.t("verified, native or emulated");
    case "settings":
      return l10n.t("native or emulated");
  }
}

/** One sentence: why a builder can build something, or why not. */
export function whyText(builder: Builder, need: Need, verdict: Verdict): string {
  return verdict.can ? whyItCan(builder, need, verdict) : whyItCannot(builder, verdict.obstacle);
}

function whyItCan(builder: Builder, { system }: Need, verdict: Verdict & { readonly can: true }): string {
  const [name, { mode, known, emulator, offer }] = [nameOf(builder), verdict];
  if (offer.program !== undefined)
    return l10n.t("{0} builds {1} with the external builder {2}.", name, system, offer.program);
  const provenAt = offer.systems.find(each => each.system === system)?.provenAt;
  if (known === "proven" && provenAt !== undefined) return provenText(name, system, mode, dateOf(provenAt));
  switch (mode) {
    case "native":
      return l10n.t("{0} builds {1} natively.", name, system);
    case "compatible":
      return l10n.t("{0} builds {1}, which its processor can run as well.", name, system);
    case "emulated":
      return emulator === undefined
        ? l10n.t("{0} emulates {1}.", name, system)
        : l10n.t("{0} emulates {1} with {2}.", name, system, emulator);
    case "unknown":
      return known === "claimed"
        ? unverifiedText(name, system, offer.origin)
        : l10n.t("{0} builds {1}, natively or emulated.", name, system);
  }
}

/** It was tried, and it ran. */
function provenText(name: string, system: string, mode: AbleMode, date: string): string {
  switch (mode) {
    case "native":
      return l10n.t("{0} builds {1} natively (verified on {2}).", name, system, date);
    case "compatible":
      return l10n.t("{0} builds {1}, which its processor can run as well (verified on {2}).", name, system, date);
    case "emulated":
      return l10n.t("{0} emulates {1} (verified on {2}).", name, system, date);
    case "unknown":
      return l10n.t("{0} builds {1}, natively or emulated (verified on {2}).", name, system, date);
  }
}

/** `2026-11-30` @param time ISO 8601. */
function dateOf(time: string): string {
  return time.slice(0, 10);
}

/** The machine line says so; it has not been verified. */
function unverifiedText(name: string, system: string, { file, line }: BuilderOffer["origin"]): string {
  return file === undefined || line === undefined
    ? l10n.t("{0} builds {1} according to its line in 'builders' (not verified).", name, system)
    : l10n.t("{0} builds {1} according to line {2} of {3} (not verified).", name, system, line, file);
}

function whyItCannot(builder: Builder, obstacle: Obstacle): string {
  const name = nameOf(builder);
  switch (obstacle.kind) {
    case "inactive":
      return builder.offers.some(({ origin }) => origin.source === "setting")
        ? l10n.t("{0} is only in `morph.builders`, which Nix's daemon ignores: your user is not trusted.", name)
        : l10n.t("{0} is declared, but not in effect here.", name);
    case "system":
      return offerText(builder);
    case "impossible":
      return impossibleText(name, obstacle.by);
    case "features":
      return missingText(builder, obstacle.missing);
    case "mandatory-features":
      return obstacle.features.length === 1
        ? l10n.t("{0} builds only derivations that require the system feature {1}.", name, quoted(obstacle.features))
        : l10n.t("{0} builds only derivations that require the system features {1}.", name, quoted(obstacle.features));
    case "no-jobs":
      return l10n.t("{0} builds nothing: its 'max-jobs' is 0.", name);
  }
}

function missingText(builder: Builder, missing: readonly string[]): string {
  const refused = refusedFeature(builder, missing);
  if (refused !== undefined) return refusedText(refused.refusal, refused.provenAt);
  return missing.length === 1
    ? l10n.t("{0} does not have the system feature {1}.", nameOf(builder), quoted(missing))
    : l10n.t("{0} does not have the system features {1}.", nameOf(builder), quoted(missing));
}

/** It was tried, and refused: that wins over what the line says. */
function refusedText({ message }: Problem, provenAt: string | undefined): string {
  return provenAt === undefined ? message : l10n.t("{0} (Tried on {1}.)", message, dateOf(provenAt));
}

function impossibleText(name: string, by: BuilderSystem): string {
  const { system, emulator = "", emulatorMissing, refusal } = by;
  if (refusal !== undefined) return refusedText(refusal, by.provenAt);
  switch (emulatorMissing) {
    case "in sandbox":
      return l10n.t(
        "{0} would emulate {1} with {2}, which Nix's sandbox does not contain: register it in binfmt_misc with the F flag, or add it to Nix's 'extra-sandbox-paths'.",
        name,
        system,
        emulator,
      );
    case "everywhere":
      return l10n.t("{0} would emulate {1} with {2}, which does not exist.", name, system, emulator);
    case undefined:
      return l10n.t("{0} is configured to build for {1}, but cannot run its programs.", name, system);
  }
}

/** `This machine builds x86_64-linux, aarch64-linux (emulated).` */
export function offerText(builder: Builder): string {
  const modes = new Map<string, BuilderSystem["mode"]>();
  const active = builder.offers.filter(({ active }) => active);
  for (const { system, mode } of active.flatMap(({ systems }) => systems))
    if (mode !== "impossible" && !microarchitecture.test(system)) modes.set(system, mode);
  const list = [...modes].map(([system, mode]) => (mode === "emulated" ? l10n.t("{0} (emulated)", system) : system));
  return l10n.t("{0} builds {1}.", nameOf(builder), list.join(", "));
}

/** `x86_64-v2-linux`: Nix lists every microarchitecture level as a system of its own, which would only add noise. */
const microarchitecture = /-v\d+-/;

/** `'kvm', 'big-parallel'` */
export function quoted(features: readonly string[]): string {
  return features.map(feature => `'${feature}'`).join(", ");
}

/** The builder's name at the start of a sentence. */
export function nameOf({ kind, name }: Builder): string {
  return kind === "local" ? l10n.t("This machine") : name;
}
