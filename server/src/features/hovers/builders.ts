import * as l10n from "@vscode/l10n";
import type { Position, Range } from "vscode-languageserver-types";
import { codeBlock, escapeMarkdown, inlineCode } from "../../common/markdown.ts";
import type {
  BuilderDeclarations,
  DeclaredMachine,
  DeclaredMachines,
  EmulatedSystem,
  Written,
} from "../../network/builders/declared.ts";
import { commonSystems } from "../../options/systems.ts";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import type { Span } from "../../syntax/strict/span.ts";

/** The most lines of one entry that are shown, and the most machines that are named. */
const [maxLines, maxNamed] = [10, 8];

/** An explanation as Markdown, and what it is about. */
export interface BuilderHover {
  readonly text: string;
  readonly range: Range;
}

/**
 * What an entry of `nix.buildMachines`, an emulated system or one of these options means, wherever it is set.
 *
 * @param networks those of the workspace: their machines may need a builder.
 */
export function builderHover(
  document: NixDocument,
  { buildMachines, emulatedSystems, distributedBuilds }: BuilderDeclarations,
  position: Position,
  networks: readonly Network[],
): BuilderHover | undefined {
  const at = document.offsetAt(position);
  const shown = (text: readonly string[], { start, end }: Span): BuilderHover => {
    return { text: text.join("\n\n"), range: document.rangeAt(start, end) };
  };
  const isOn = ({ start, end }: Span) => start <= at && at <= end;
  const isUsed = distributedBuilds.some(({ value }) => value === true);
  for (const option of buildMachines) {
    if (isOn(option.name)) return shown(optionText(option, networks, isUsed), option.name);
    const entries = entriesAt(option, at);
    const [set] = entries
      .flatMap(({ sets }) => sets.filter(isOn))
      .toSorted((a, b) => a.end - a.start - (b.end - b.start));
    if (set !== undefined) return shown(entryText(entries, networks, isUsed), wordAt(document, at) ?? set);
  }
  for (const option of emulatedSystems) {
    if (isOn(option.name)) return shown(emulationText(option.systems, networks), option.name);
    const system = option.systems.find(({ place }) => place !== undefined && isOn(place));
    if (system?.place !== undefined) return shown(emulationText([system], networks), system.place);
  }
  const option = distributedBuilds.find(({ name }) => isOn(name));
  return option && shown([useText()], option.name);
}

/** The entries of which a set around an offset is: several if it is the result of a function. */
function entriesAt({ binding, entries }: DeclaredMachines, at: number): readonly DeclaredMachine[] {
  if (at < binding.start || at > binding.end) return [];
  return entries.filter(({ sets }) => sets.some(({ start, end }) => start <= at && at <= end));
}

/** The innermost node at an offset, if it is on one line. */
function wordAt(document: NixDocument, at: number): Span | undefined {
  const node = document.root.descendantForIndex(at);
  return node === null || node.text.includes("\n") ? undefined : { start: node.startIndex, end: node.endIndex };
}

function optionText(
  { entries, isComplete }: DeclaredMachines & Written,
  networks: readonly Network[],
  isUsed: boolean,
): string[] {
  return [
    l10n.t("**Build machines**, which NixOS writes to {0}:", inlineCode("/etc/nix/machines")),
    ...(entries.length === 0 ? [] : [linesText(entries)]),
    ...(isComplete ? [] : [l10n.t("Only an evaluation knows all of them.")]),
    ...systemsText([...new Set(entries.flatMap(({ machine }) => machine.systems))], networks),
    ...(isUsed ? [] : [useText()]),
    connectionText(),
  ];
}

function entryText(entries: readonly DeclaredMachine[], networks: readonly Network[], isUsed: boolean): string[] {
  const machines = entries.map(({ machine }) => machine);
  const [first] = machines;
  if (first === undefined) return [];
  const isUnknown = machines.some(({ unknown }) => unknown.size > 0);
  const hosts = [...new Set(machines.map(({ hostName }) => hostName))];
  const [host] = hosts;
  const title =
    host === undefined || hosts.length > 1
      ? l10n.t("**Build machine**")
      : l10n.t("**Build machine {0}**", escapeMarkdown(host));
  return [
    title,
    l10n.t("NixOS writes to {0}:", inlineCode("/etc/nix/machines")),
    linesText(entries),
    ...(isUnknown ? [l10n.t("Only an evaluation knows what is shown as {0}.", inlineCode("…"))] : []),
    ...(entries.some(({ isConditional }) => isConditional)
      ? [l10n.t("It depends on a condition that only an evaluation can decide.")]
      : []),
    ...systemsText([...new Set(machines.flatMap(({ systems }) => systems))], networks),
    ...trapsOf(entries),
    ...(isUsed ? [] : [useText()]),
  ];
}

function linesText(entries: readonly DeclaredMachine[]): string {
  const lines = entries.slice(0, maxLines).map(({ line }) => line);
  return codeBlock([...lines, ...(entries.length > maxLines ? ["..."] : [])].join("\n"), "text");
}

/** What often goes wrong with such an entry. */
function trapsOf(entries: readonly DeclaredMachine[]): string[] {
  const machines = entries.map(({ machine }) => machine);
  const isHydra = machines.some(({ protocol, hostName, unknown }) => {
    return protocol === null && !unknown.has("protocol") && hostName === "localhost";
  });
  const mandatory = [...new Set(machines.flatMap(({ mandatoryFeatures }) => mandatoryFeatures))];
  return [
    ...(machines.some(({ systems, unknown }) => systems.length === 0 && !unknown.has("systems"))
      ? [l10n.t("⚠ NixOS requires {0} or {1}.", inlineCode("system"), inlineCode("systems"))]
      : []),
    ...(machines.some(({ maxJobs, unknown }) => maxJobs === 0 && !unknown.has("maxJobs"))
      ? [l10n.t("⚠ It builds nothing: {0} is 0.", inlineCode("maxJobs"))]
      : []),
    ...(mandatory.length === 0
      ? []
      : [l10n.t("It builds only derivations that require {0}.", mandatory.map(inlineCode).join(", "))]),
    isHydra
      ? l10n.t(
          "Without a protocol, {0} is the machine itself for Hydra. Nix would connect to it over SSH.",
          inlineCode("localhost"),
        )
      : connectionText(),
  ];
}

/** Which of the machines in networks need each of these systems. */
function systemsText(systems: readonly string[], networks: readonly Network[]): string[] {
  const lines = systems.map(system => `- ${inlineCode(system)}: ${neededText(system, networks)}`);
  return lines.length === 0 ? [] : [lines.join("\n")];
}

function neededText(system: string, networks: readonly Network[]): string {
  const names = networks.flatMap(({ machines }) =>
    machines.filter(machine => (machine.buildSystem ?? machine.system).value === system).map(({ name }) => name),
  );
  const [named, others] = [names.slice(0, maxNamed).map(escapeMarkdown).join(", "), names.length - maxNamed];
  if (names.length === 0) return l10n.t("no machine of the workspace is known to need it");
  return others > 0 ? l10n.t("needed by {0} and {1} more", named, others) : l10n.t("needed by {0}", named);
}

function emulationText(systems: readonly EmulatedSystem[], networks: readonly Network[]): string[] {
  const [first] = systems;
  const isOne = systems.length === 1 && first !== undefined;
  const about = isOne ? commonSystems().get(first.system) : undefined;
  return [
    isOne
      ? l10n.t("**Emulated system {0}**", escapeMarkdown(first.system)) + (about === undefined ? "" : `: ${about}`)
      : l10n.t("**Emulated systems**"),
    l10n.t(
      "The kernel of this machine runs programs of other systems with an emulator (binfmt_misc), and its Nix builds for them: NixOS adds them to {0}, unless {1} is false. Builds are several times slower, and tests may fail.",
      inlineCode("extra-platforms"),
      inlineCode("boot.binfmt.addEmulatedSystemsToNixSandbox"),
    ),
    ...systemsText(
      systems.map(({ system }) => system),
      networks,
    ),
    l10n.t(
      "NixOS also adds the emulator to the sandbox of Nix. In containers and other chroots it is found only with {0}, where a static emulator is available.",
      inlineCode("boot.binfmt.preferStaticEmulators = true"),
    ),
  ];
}

function useText(): string {
  return l10n.t(
    "Nix uses {0} only if {1} is true. Hydra also reads it otherwise.",
    inlineCode("/etc/nix/machines"),
    inlineCode("nix.distributedBuilds"),
  );
}

function connectionText(): string {
  return l10n.t(
    "Nix's daemon connects as root: the key of your user's agent and your user's SSH configuration and known hosts do not count.",
  );
}
