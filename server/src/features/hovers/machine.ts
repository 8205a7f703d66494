import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import type { Choice, RatedBuilder } from "../../builders/choice.ts";
import { agoText, lastResultText } from "../../common/lastResult.ts";
import { escapeMarkdown, inlineCode } from "../../common/markdown.ts";
import { type HydraMachineBuild, localBuilder, type Machine, type MachineSystem } from "../../protocol.ts";
import type { FeatureContext } from "../names/context.ts";
import { crossText } from "./cross.ts";

/** A machine: its system, where that is set, the builders that can build it, its deployment, its last build and whether a cache has it. As Markdown. */
export function machineText(machine: Machine, context: FeatureContext): string {
  return [
    `**${escapeMarkdown(machine.name)}**`,
    ...systemText(machine, context),
    ...deploymentText(machine),
    ...resultText(machine, context),
    ...cacheText(machine, context),
    ...hydraText(machine, context),
    ...(machine.evaluatorNote === undefined ? [] : [`⚠ ${escapeMarkdown(machine.evaluatorNote)}`]),
  ].join("\n\n");
}

function systemText(machine: Machine, context: FeatureContext): string[] {
  const { system } = machine;
  return [
    statement(system, context),
    ...(system.overridden === undefined ? [] : [overriddenText(system.overridden, context.network.uri)]),
    ...builderText(context.choice(machine)),
    ...crossText(machine, context),
  ];
}

function statement(system: MachineSystem, { localSystem, network }: FeatureContext): string {
  const name = inlineCode(system.value ?? localSystem ?? "?");
  if (system.value === undefined && system.origin === "stated" && system.location === undefined)
    return l10n.t("The system is unknown: part of the machine can only be read by evaluating it.");
  if (system.value === undefined && (system.origin === "stated" || system.origin === "defaults"))
    return l10n.t(
      "The system is set {0}; its value is only known after an evaluation.",
      place(system.location, network.uri),
    );
  switch (system.origin) {
    case "stated":
      return l10n.t("System {0}, set {1}.", name, place(system.location, network.uri));
    case "defaults":
      return l10n.t("System {0}, from the network's `defaults`, {1}.", name, place(system.location, network.uri));
    case "network.pkgs":
    case "nixpkgs.pkgs":
      if (system.value === undefined)
        return l10n.t(
          "The system is that of `{0}` ({1}); its value is only known after an evaluation.",
          system.origin,
          place(system.location, network.uri),
        );
      return l10n.t("System {0}, from `{1}`, {2}.", name, system.origin, place(system.location, network.uri));
    case "evaluated":
      return system.stale === true
        ? l10n.t("System {0}, as evaluated before the last change.", name)
        : l10n.t("System {0}, as evaluated.", name);
    case "unstated":
      return localSystem === undefined
        ? l10n.t(
            "No system is set. Morph 1.7 and older use the evaluating machine's system; Morph 1.8 refuses to evaluate it without `network.pkgs`.",
          )
        : l10n.t(
            "No system is set. Morph 1.7 and older use the evaluating machine's system, here {0}; Morph 1.8 refuses to evaluate it without `network.pkgs`.",
            name,
          );
  }
}

function overriddenText({ value, by, location }: NonNullable<MachineSystem["overridden"]>, network: string): string {
  return l10n.t(
    "⚠ The system set {0}, {1}, has no effect: `{2}` determines the system.",
    place(location, network),
    inlineCode(value),
    by,
  );
}

/** The builders that can build something, or why none can; empty while they are unknown. */
export function builderText(choice: Choice | undefined): string[] {
  if (choice === undefined) return [];
  const { builders, isComplete } = choice;
  const able = builders.filter(({ capability }) => capability.can);
  if (able.length > 0)
    return [l10n.t("Can be built by:"), able.map(listItem).join("\n"), ...defaultText(choice), ...caveatText(choice)];
  const title = isComplete
    ? l10n.t("Needs several builders, because none can build all of it:")
    : l10n.t("No builder can build it:");
  return [title, builders.map(listItem).join("\n"), ...caveatText(choice)];
}

/** A builder that can build it with its kind, one that cannot with the reason. */
function listItem({ builder, capability }: RatedBuilder): string {
  if (!capability.can) return `- ${escapeMarkdown(capability.why)}`;
  const name = builder.kind === "local" ? l10n.t("this machine") : escapeMarkdown(builder.name);
  return capability.mode === "emulated"
    ? `- ${l10n.t("{0}: {1}: several times slower; tests may fail", name, capability.label)}`
    : `- ${name}: ${capability.label}`;
}

/** The builder that a setting names for the machine. */
function defaultText({ place, builders }: Choice): string[] {
  if (place.kind !== "only") return [];
  const name = builders.find(({ builder }) => builder.id === place.builder)?.builder.name ?? place.builder;
  return [
    place.builder === localBuilder
      ? l10n.t("Setting `morph.places`: built on this machine.")
      : l10n.t("Setting `morph.places`: built on {0}.", escapeMarkdown(name)),
  ];
}

/** What the list does not say: which builder Nix prefers to a better one. */
function caveatText({ caveats }: Choice): string[] {
  return caveats.flatMap(({ kind, message }) => (kind === "emulated" ? [] : [`⚠ ${escapeMarkdown(message)}`]));
}

/** How its last build went, or how the running one goes. */
function resultText({ name }: Machine, { running, newest, now }: FeatureContext): string[] {
  const build = running(name) ?? newest(name);
  if (build === undefined) return [];
  return [l10n.t("Last build: {0}", escapeMarkdown(lastResultText(build, now, l10n)))];
}

/** Where it can be fetched instead of built, as found out at its last evaluation. */
function cacheText({ name }: Machine, { cached }: FeatureContext): string[] {
  const found = cached(name);
  if (found === undefined) return [];
  const cache = inlineCode(found.cache);
  return [
    found.key === undefined
      ? l10n.t("Can be fetched from {0}.", cache)
      : l10n.t("Can be fetched from {0}, signed by {1}.", cache, inlineCode(found.key)),
  ];
}

/** Its newest build on Hydra, with links to Hydra's pages. */
function hydraText({ name }: Machine, { hydra, now }: FeatureContext): string[] {
  const known = hydra(name);
  if (known === undefined) return [];
  const jobset = `[${escapeMarkdown(`${known.project}:${known.jobset}`)}](${target(known.page)})`;
  const { build, problem } = known;
  const ago = agoText(now - Date.parse(build?.at ?? ""), l10n);
  const result = build && [buildStateText(build), ...(build.state === "queued" || ago === undefined ? [] : [ago])];
  return [
    build === undefined || result === undefined
      ? l10n.t("Hydra: jobset {0}, no build yet.", jobset)
      : l10n.t("Hydra: [build {0}]({1}) of {2}: {3}", build.id, target(build.page), jobset, result.join(" · ")),
    ...(problem === undefined ? [] : [`⚠ ${escapeMarkdown(problem.message)}`]),
  ];
}

/** An address as the target of a link in Markdown. */
function target(address: string): string {
  return address.replaceAll(/[()<>\s\\]/g, character => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function buildStateText({ state, isNewlyFailing }: HydraMachineBuild): string {
  switch (state) {
    case "queued":
      return l10n.t("queued");
    case "building":
      return l10n.t("building");
    case "succeeded":
      return l10n.t("succeeded");
    case "cancelled":
      return l10n.t("cancelled");
    case "failed":
      return isNewlyFailing === true ? l10n.t("newly failing") : l10n.t("still failing");
  }
}

function deploymentText({ targetHost, targetUser, targetPort, tags }: Machine): string[] {
  const user = targetUser === undefined ? "" : `${targetUser}@`;
  const port = targetPort === undefined ? "" : `:${targetPort}`;
  return [
    ...(targetHost === undefined ? [] : [l10n.t("Target: {0}", escapeMarkdown(`${user}${targetHost}${port}`))]),
    ...(tags === undefined || tags.length === 0 ? [] : [l10n.t("Tags: {0}", tags.map(escapeMarkdown).join(", "))]),
  ];
}

/** `on [line 12](file:///...#L12)`, as editors link it; with the name of the file if it is not the network's. */
function place(location: Location | undefined, network: string): string {
  if (location === undefined) return l10n.t("here");
  const line = location.range.start.line + 1;
  const link = `${location.uri}#L${line}`;
  if (location.uri === network) return l10n.t("on [line {0}]({1})", line, link);
  const file = decodeURIComponent(location.uri.slice(location.uri.lastIndexOf("/") + 1));
  return l10n.t("in [{0}, line {1}]({2})", escapeMarkdown(file), line, link);
}
