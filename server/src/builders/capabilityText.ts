import * as l10n from "@vscode/l10n";
import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuilderOffer, BuilderSystem, Capability } from "../protocol.ts";
import type { AbleMode, NeedVerdict, Obstacle, Verdict } from "./capability.ts";

/** A verdict with its words. */
export function capabilityOf(builder: Builder, { need, verdict }: NeedVerdict): Capability {
  const why = whyText(builder, need, verdict);
  if (verdict.can) {
    const { mode, known } = verdict;
    return { can: true, mode, known, label: modeLabel(mode, known), why };
  }
  const known = verdict.obstacle.kind === "impossible" ? verdict.obstacle.known : knownBy(builder);
  return { can: false, mode: "impossible", known, label: l10n.t("cannot build {0}", need.system), why };
}

/** What a builder cannot do is known as well as what it can. */
function knownBy({ kind }: Builder): Capability["known"] {
  return kind === "local" ? "settings" : "claimed";
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
      return known === "claimed" ? l10n.t("declared, not verified") : l10n.t("native or emulated");
  }
}

/** One sentence: why a builder can build something, or why not. */
export function whyText(builder: Builder, need: Need, verdict: Verdict): string {
  return verdict.can ? whyItCan(builder, need, verdict) : whyItCannot(builder, need, verdict.obstacle);
}

function whyItCan(builder: Builder, { system }: Need, verdict: Verdict & { readonly can: true }): string {
  const [name, { mode, known, emulator, offer }] = [nameOf(builder), verdict];
  switch (mode) {
    case "native":
      return l10n.t("{0} builds {1} natively.", name, system);
    case "compatible":
      return l10n.t("{0} builds {1}, which its processor runs, too.", name, system);
    case "emulated":
      return emulator === undefined
        ? l10n.t("{0} emulates {1}.", name, system)
        : l10n.t("{0} emulates {1} with {2}.", name, system, emulator);
    case "unknown":
      return known === "claimed"
        ? claimText(name, system, offer.origin)
        : l10n.t("{0} builds {1}, natively or emulated.", name, system);
  }
}

/** Nobody has tried what a line says. */
function claimText(name: string, system: string, { file, line }: BuilderOffer["origin"]): string {
  return file === undefined || line === undefined
    ? l10n.t("{0} builds {1}, as its line in 'builders' says (not verified).", name, system)
    : l10n.t("{0} builds {1}, as line {2} of {3} says (not verified).", name, system, line, file);
}

function whyItCannot(builder: Builder, { system }: Need, obstacle: Obstacle): string {
  const name = nameOf(builder);
  switch (obstacle.kind) {
    case "inactive":
      return l10n.t("{0} is declared, and not in force here.", name);
    case "system":
      return offerText(builder);
    case "impossible":
      return l10n.t("{0} is told to build for {1}, and cannot run its programs.", name, system);
    case "features":
      return obstacle.missing.length === 1
        ? l10n.t("{0} does not have the system feature {1}.", name, quoted(obstacle.missing))
        : l10n.t("{0} does not have the system features {1}.", name, quoted(obstacle.missing));
    case "mandatory-features":
      return obstacle.features.length === 1
        ? l10n.t("{0} builds only what needs the system feature {1}.", name, quoted(obstacle.features))
        : l10n.t("{0} builds only what needs the system features {1}.", name, quoted(obstacle.features));
    case "no-jobs":
      return l10n.t("{0} builds nothing: its 'max-jobs' is 0.", name);
  }
}

/** `This machine builds x86_64-linux, aarch64-linux (emulated).` */
export function offerText(builder: Builder): string {
  const modes = new Map<string, BuilderSystem["mode"]>();
  const inForce = builder.offers.filter(({ active }) => active);
  for (const { system, mode } of inForce.flatMap(({ systems }) => systems))
    if (mode !== "impossible" && !microarchitecture.test(system)) modes.set(system, mode);
  const list = [...modes].map(([system, mode]) => (mode === "emulated" ? l10n.t("{0} (emulated)", system) : system));
  return l10n.t("{0} builds {1}.", nameOf(builder), list.join(", "));
}

/** `x86_64-v2-linux`: Nix lists every level of a processor as a system of its own, which helps nobody here. */
const microarchitecture = /-v\d+-/;

/** `'kvm', 'big-parallel'` */
export function quoted(features: readonly string[]): string {
  return features.map(feature => `'${feature}'`).join(", ");
}

/** At the beginning of a sentence. */
function nameOf({ kind, name }: Builder): string {
  return kind === "local" ? l10n.t("This machine") : name;
}
