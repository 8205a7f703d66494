import { lastResult } from "../../../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../server/src/common/markdown.ts";
import type { BuildSummary, Machine, MachineSystem } from "../../../../../server/src/protocol.ts";
import { systemName } from "../../../machines/text.ts";
import { type Fact, factsMarkdown } from "../../../text/facts.ts";

/** All details of a machine, as Markdown. `now` in ms. */
export function machineTooltip(
  machine: Machine,
  build: BuildSummary | undefined,
  now: number,
  l10n: Localiser,
): string {
  const { system, buildSystem, tags, targetHost, targetUser, targetPort, evaluatorNote } = machine;
  const user = targetUser === undefined ? "" : `${targetUser}@`;
  const port = targetPort === undefined ? "" : `:${targetPort}`;
  return factsMarkdown(`**${escapeMarkdown(machine.name)}**`, [
    ...resultFacts(build, now, l10n),
    [l10n.t("System"), escapeMarkdown(systemName(system, l10n))],
    [l10n.t("Set by"), originText(system, l10n)],
    [l10n.t("Ineffective value"), system.overridden === undefined ? undefined : inlineCode(system.overridden.value)],
    [l10n.t("Built on"), buildSystem?.value === undefined ? undefined : escapeMarkdown(buildSystem.value)],
    [l10n.t("Target"), targetHost === undefined ? undefined : inlineCode(`${user}${targetHost}${port}`)],
    [l10n.t("Tags"), tags === undefined || tags.length === 0 ? undefined : escapeMarkdown(tags.join(", "))],
    [l10n.t("Note"), evaluatorNote === undefined ? undefined : escapeMarkdown(evaluatorNote)],
  ]);
}

/** How the last build went, when it ended, and why it failed. */
function resultFacts(build: BuildSummary | undefined, now: number, l10n: Localiser): readonly Fact[] {
  if (build === undefined) return [[l10n.t("Last build"), l10n.t("none")]];
  const { stoppedAt, failure, warnings = [] } = build;
  const { state, details } = lastResult(build, now, l10n);
  const problems = [...(failure === undefined ? [] : [failure]), ...warnings].map(({ message }) => message);
  return [
    [l10n.t("Last build"), escapeMarkdown([state, ...details].join(" · "))],
    [l10n.t("Ended"), stoppedAt === undefined ? undefined : escapeMarkdown(new Date(stoppedAt).toLocaleString())],
    [l10n.t("Problem"), problems.length === 0 ? undefined : escapeMarkdown(problems.join(" "))],
  ];
}

function originText({ value, origin, location, stale }: MachineSystem, l10n: Localiser): string | undefined {
  switch (origin) {
    case "stated":
      return value === undefined && location === undefined ? undefined : l10n.t("the machine");
    case "defaults":
      return l10n.t("the network's {0}", inlineCode("defaults"));
    case "network.pkgs":
    case "nixpkgs.pkgs":
      return inlineCode(origin);
    case "evaluated":
      return stale === true ? l10n.t("evaluation (outdated: the text has changed)") : l10n.t("evaluation");
    case "unstated":
      return undefined;
  }
}
