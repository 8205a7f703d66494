import { roughDurationText } from "../../../../server/src/common/duration.ts";
import type { Localiser } from "../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../server/src/common/markdown.ts";
import { type Builder, type BuildSummary, localBuilder } from "../../../../server/src/protocol.ts";
import type { Batch } from "../../builds/batches.ts";
import { type CommandId, commandIds } from "../../manifest.ts";
import type { Fact } from "../../text/facts.ts";
import { factsMarkdown } from "../../text/facts.ts";
import { storeName } from "../../text/storeNames.ts";
import type { Status } from "./status.ts";
import { buildText, statusText } from "./statusText.ts";

/** The commands that the links of the hover run. */
export const hoverCommands: readonly CommandId[] = [
  commandIds.showLog,
  commandIds.showBuilds,
  commandIds.showStatus,
  commandIds.openSettings,
  commandIds.showOutput,
];

/** Maximum number of running builds, and of systems, that are listed. */
const [maxBuilds, maxSystems] = [6, 8];

/** The hover of the status bar item, as Markdown with icons: what is wrong, what runs, versions, builders, links. */
export function statusHover(status: Status, l10n: Localiser): string {
  const { health, session } = status;
  const isWell = session === "running" && (health === undefined || health.state === "ok");
  return [
    `**Morph Networks** ${escapeMarkdown(status.version)}`,
    ...(isWell ? [] : [problemLine(status, l10n)]),
    ...(status.isTrusted ? [] : [untrustedLine(l10n)]),
    ...runningPart(status, l10n),
    toolchainPart(status, l10n),
    ...buildersPart(status, l10n),
    "---",
    linksLine(l10n),
  ]
    .filter(part => part !== "")
    .join("\n\n");
}

function problemLine(status: Status, l10n: Localiser): string {
  const { severity, label } = statusText({ ...status, builds: [], batches: [] }, l10n);
  const icon = severity === "ok" ? "$(info)" : `$(${severity})`;
  const message = status.health?.message ?? label;
  const action = status.session === "starting" ? "" : ` ${link(l10n.t("Show Actions"), commandIds.showStatus)}`;
  return `${icon} ${escapeMarkdown(message)}${action}`;
}

function untrustedLine(l10n: Localiser): string {
  return `$(workspace-untrusted) ${escapeMarkdown(l10n.t("This workspace is not trusted: nothing is evaluated or built."))}`;
}

function runningPart({ builds, batches, evaluations }: Status, l10n: Localiser): string[] {
  const running = builds.filter(({ state }) => state !== "queued");
  const queued = builds.length - running.length;
  const more = running.length - maxBuilds;
  const lines = [
    ...evaluations.map(({ title, progress = "" }) => `$(beaker) ${escapeMarkdown(`${title} ${progress}`.trim())}`),
    ...batches.map(batch => `$(checklist) ${escapeMarkdown(batchText(batch, l10n))}`),
    ...running.slice(0, maxBuilds).map(build => runningLine(build, l10n)),
    ...(more > 0 ? [escapeMarkdown(l10n.t("{0} more are running", more))] : []),
    ...(queued === 0 ? [] : [`$(clock) ${escapeMarkdown(l10n.t("{0} queued", queued))}`]),
  ];
  return lines.length === 0 ? [] : [lines.join("  \n")];
}

/** `13 of 50 builds done, 2 failed` */
function batchText({ done, size, failed }: Batch, l10n: Localiser): string {
  const text = l10n.t("{0} of {1} builds done", done, size);
  return failed === 0 ? text : l10n.t("{0}, {1} failed", text, failed);
}

function runningLine(build: BuildSummary, l10n: Localiser): string {
  const { id, estimate, warnings = [] } = build;
  const left =
    estimate === undefined || estimate.remaining <= 0
      ? []
      : [l10n.t("about {0} left", roughDurationText(estimate.remaining, l10n))];
  const text = [buildText(build), ...left].join(" · ");
  const line = `$(sync) ${escapeMarkdown(text)} ${link(l10n.t("Show Log"), commandIds.showLog, { id })}`;
  return [
    line,
    ...warnings.map(
      ({ severity, message }) => `$(${severity === "info" ? "info" : "warning"}) ${escapeMarkdown(message)}`,
    ),
  ].join("  \n");
}

function toolchainPart({ toolchain, isTrusted }: Status, l10n: Localiser): string {
  if (toolchain === undefined) return isTrusted ? escapeMarkdown(l10n.t("Nix has not answered yet.")) : "";
  const { nix, morph, evaluator } = toolchain;
  const facts: readonly Fact[] = [
    ["Nix", nix === undefined ? escapeMarkdown(l10n.t("not found")) : escapeMarkdown(`${nix.version} · ${nix.system}`)],
    ["Morph", morph === undefined ? escapeMarkdown(l10n.t("not on PATH")) : inlineCode(morph)],
    [
      l10n.t("Evaluator"),
      evaluator === undefined ? escapeMarkdown(l10n.t("found at each evaluation")) : inlineCode(evaluator.path),
    ],
  ];
  return factsMarkdown("", facts);
}

/** One line per system, with the builders that can build it. */
function buildersPart({ toolchain }: Status, l10n: Localiser): string[] {
  if (toolchain?.nix === undefined) return [];
  const systems = buildersBySystem(toolchain.builders, l10n);
  if (systems.length === 0) return [escapeMarkdown(l10n.t("No builder is known."))];
  const more = systems.length - maxSystems;
  const lines = [
    ...systems
      .slice(0, maxSystems)
      .map(([system, names]) => `${escapeMarkdown(system)}: ${escapeMarkdown(names.join(", "))}`),
    ...(more > 0 ? [escapeMarkdown(l10n.t("{0} more systems", more))] : []),
  ];
  return [[`$(server) ${escapeMarkdown(l10n.t("Builders"))}`, ...lines].join("  \n")];
}

/** System -> the names of the builders that can build it. */
export function buildersBySystem(
  builders: readonly Builder[],
  l10n: Localiser,
): readonly (readonly [system: string, names: readonly string[]])[] {
  const systems = new Map<string, Set<string>>();
  for (const builder of builders)
    for (const { system, mode } of builder.offers.flatMap(offer => (offer.active ? offer.systems : []))) {
      if (mode === "impossible") continue;
      const own = builder.id === localBuilder ? l10n.t("this machine") : storeName(builder.id);
      const name = mode === "emulated" ? l10n.t("{0} (emulated)", own) : own;
      systems.set(system, (systems.get(system) ?? new Set()).add(name));
    }
  return [...systems].map(([system, names]) => [system, [...names]] as const);
}

function linksLine(l10n: Localiser): string {
  return [
    link(`$(list-unordered) ${l10n.t("Show Builds")}`, commandIds.showBuilds),
    link(`$(output) ${l10n.t("Show Output")}`, commandIds.showOutput),
    link(`$(gear) ${l10n.t("Settings")}`, commandIds.openSettings),
  ].join("&nbsp;&nbsp;");
}

function link(text: string, command: CommandId, argument?: unknown): string {
  const query = argument === undefined ? "" : `?${encodeURIComponent(JSON.stringify([argument]))}`;
  return `[${text}](command:${command}${query})`;
}
