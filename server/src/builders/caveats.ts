import * as l10n from "@vscode/l10n";
import type { Need } from "../nix/derivations/needs.ts";
import type { Builder, BuildMode } from "../protocol.ts";
import { canBuild } from "./capability.ts";
import { nameOf } from "./capabilityText.ts";
import { assign, type Job } from "./schedule.ts";

/** What is worth knowing before a build, although the build can start. */
export interface Caveat {
  readonly kind: "emulated" | "emulation-preferred" | "refused";
  readonly system: string;
  /** The builder that Nix asks first. */
  readonly builder: Builder;
  /** A builder that would build it natively. */
  readonly native?: Builder | undefined;
  /** One or two sentences. */
  readonly message: string;
}

const isNative = (mode: BuildMode) => mode === "native" || mode === "compatible";

/**
 * What will be emulated, and what Nix gives to a builder that is known to refuse it; one caveat per system and builder. Nix's
 * scheduler knows of neither: it believes the machine lines, and a speed factor says nothing about emulation.
 *
 * @param allowed the builders that Nix may use.
 */
export function caveatsFor(jobs: readonly Job[], allowed: readonly Builder[]): readonly Caveat[] {
  const found = new Map<string, Caveat>();
  for (const job of jobs) {
    const caveat = caveatOf(job, allowed);
    const key = caveat && `${caveat.kind} ${caveat.system} ${caveat.builder.id}`;
    if (caveat !== undefined && key !== undefined && !found.has(key)) found.set(key, caveat);
  }
  return [...found.values()];
}

function caveatOf(job: Job, allowed: readonly Builder[]): Caveat | undefined {
  const first = assign(job, allowed);
  if (first.kind !== "builder") return undefined;
  const { builder } = first;
  const about = { system: job.system, builder };
  const verdict = canBuild(builder, job);
  // If no other builder can build it either, the check before the build reports that, with the reason of each.
  if (!verdict.can)
    return allowed.some(each => canBuild(each, job).can)
      ? { kind: "refused", ...about, message: refusedText(job, builder) }
      : undefined;
  if (verdict.mode !== "emulated") return undefined;
  if (isOnlyPreferred(job, builder, allowed)) return { kind: "emulated", ...about, message: preferLocalText(job) };
  const native = allowed.find(each => {
    const other = canBuild(each, job);
    return other.can && isNative(other.mode);
  });
  return native === undefined
    ? { kind: "emulated", ...about, message: emulatedText(job, builder) }
    : { kind: "emulation-preferred", ...about, native, message: preferredText(job, builder, native) };
}

/** Whether a builder gets a derivation only because that prefers a local build: what does not is built elsewhere. */
function isOnlyPreferred(job: Job, builder: Builder, allowed: readonly Builder[]): boolean {
  if (job.prefersLocal !== true) return false;
  const rest = assign({ ...job, prefersLocal: undefined }, allowed);
  return rest.kind === "builder" && rest.builder !== builder;
}

function emulatedText({ system }: Need, builder: Builder): string {
  return l10n.t("{0} emulates {1}: several times slower; tests may fail.", nameOf(builder), system);
}

function preferLocalText({ system }: Need): string {
  return l10n.t(
    "Nix builds what prefers a local build on this machine, which emulates {0}: several times slower; tests may fail.",
    system,
  );
}

function refusedText({ system }: Need, builder: Builder): string {
  return builder.kind === "local"
    ? l10n.t("Nix builds some of it on this machine, which cannot run programs for {0}.", system)
    : l10n.t(
        "Nix asks {0} first for {1}, because its line in 'builders' names it, but {0} refused it.",
        builder.name,
        system,
      );
}

function preferredText(job: Job, builder: Builder, native: Builder): string {
  return [
    emulatedText(job, builder),
    whyPreferred(job, builder, native),
    l10n.t("Build on {0} to avoid it.", native.kind === "local" ? l10n.t("this machine") : native.name),
  ].join(" ");
}

/** Why Nix gives it to a builder that emulates, and not to one that does not. */
function whyPreferred(job: Job, builder: Builder, native: Builder): string {
  if (native.kind === "local")
    return l10n.t("Nix prefers it to this machine, which builds {0} natively, because it is remote.", job.system);
  const [speed, other] = [speedFor(builder, job), speedFor(native, job)];
  return speed === other
    ? l10n.t("Nix prefers it to {0}, which builds {1} natively, because its line comes first.", native.name, job.system)
    : l10n.t(
        "Nix prefers it to {0}, which builds {1} natively, because its speed factor is higher ({2}, not {3}).",
        native.name,
        job.system,
        speed,
        other,
      );
}

function speedFor(builder: Builder, need: Need): number {
  const verdict = canBuild(builder, need);
  return verdict.can ? verdict.offer.speedFactor : 0;
}
