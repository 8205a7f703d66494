import { escapeMarkdown } from "../../../../../server/src/common/markdown.ts";
import type { HydraMachine, Problem } from "../../../../../server/src/protocol.ts";
import { hydraBuildText, hydraJobsetText, intervalText } from "../../../hydra/text.ts";
import { internalCommands, itemWords } from "../../../manifest.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import { spokenName } from "../../spoken.ts";
import type { MachinesRowKind, Row, RowContext } from "./row.ts";

/** What Hydra knows about a machine: its newest build, or its jobset. */
export interface HydraRow extends Row {
  readonly kind: "hydra";
  readonly machine: string;
  readonly part: "build" | "jobset";
}

/** Why the status of machines on Hydra is not known, or not up to date. */
export interface HydraProblemRow extends Row {
  readonly kind: "hydraProblem";
}

export function hydraRows(parent: Row, machine: string, context: RowContext): readonly HydraRow[] {
  const known = context.hydra.machine(parent.uri, machine);
  if (known === undefined) return [];
  const row = (part: HydraRow["part"]): HydraRow => {
    return { kind: "hydra", key: JSON.stringify([parent.key, "hydra", part]), uri: parent.uri, machine, part };
  };
  return known.build === undefined ? [row("jobset")] : [row("build"), row("jobset")];
}

export const hydraKind: MachinesRowKind<HydraRow> = {
  item(row, context) {
    const { l10n, now } = context;
    const known = knownBy(row, context);
    if (known === undefined) return undefined;
    const { build, jobset } = known;
    if (row.part === "build" && build === undefined) return undefined;
    const isBuild = row.part === "build" && build !== undefined;
    const text = isBuild ? hydraBuildText(build, now(), l10n) : hydraJobsetText(known, now(), l10n);
    const label = isBuild ? l10n.t("Hydra build {0}", build.id) : l10n.t("Jobset {0}", jobset);
    return {
      id: row.key,
      label,
      description: [text.state, ...text.details].join(" · "),
      icon: text.icon,
      below: "none",
      words: ["hydraJob", itemWords.hydra],
      spoken: spokenName(text.state, label, text.details),
    };
  },

  tooltip(row, context) {
    const known = knownBy(row, context);
    return known && tooltipOf(known, context);
  },
};

function knownBy({ uri, machine }: HydraRow, { hydra }: RowContext): HydraMachine | undefined {
  return hydra.machine(uri, machine);
}

function tooltipOf(machine: HydraMachine, { l10n, now }: RowContext): string {
  const { url, project, jobset, job, checkInterval, isEnabled, problem, build } = machine;
  const { state, details } = hydraJobsetText(machine, now(), l10n);
  const built = build && hydraBuildText(build, now(), l10n);
  return factsMarkdown(`**${escapeMarkdown(l10n.t("{0} on Hydra", machine.machine))}**`, [
    [l10n.t("Server"), escapeMarkdown(url)],
    [l10n.t("Jobset"), escapeMarkdown(`${project}:${jobset}`)],
    [l10n.t("Job"), escapeMarkdown(job)],
    [
      l10n.t("Inputs are checked"),
      escapeMarkdown(isEnabled ? intervalText(checkInterval, l10n) : l10n.t("not: the jobset is disabled")),
    ],
    [l10n.t("Jobset state"), escapeMarkdown([state, ...details].join(" · "))],
    [l10n.t("Newest build"), built && escapeMarkdown([built.state, ...built.details].join(" · "))],
    [l10n.t("Problem"), problem && problemMarkdown(problem)],
  ]);
}

/** The status of all machines has one problem, shown below the networks. */
export function hydraProblemRows({ hydra }: RowContext): readonly HydraProblemRow[] {
  return hydra.status.problem === undefined
    ? []
    : [{ kind: "hydraProblem", key: "hydra problem", uri: "hydra problem" }];
}

export const hydraProblemKind: MachinesRowKind<HydraProblemRow> = {
  item(row, { hydra, l10n }) {
    const { problem } = hydra.status;
    return (
      problem && {
        id: row.key,
        label: l10n.t("Hydra"),
        description: problem.message,
        icon: { id: "warning", colour: "list.warningForeground" },
        below: "none",
        words: ["hydraProblem"],
        click: { kind: "selection", title: l10n.t("Show Problem"), id: internalCommands.showHydraProblem },
        spoken: spokenName(l10n.t("problem"), l10n.t("Hydra"), [problem.message]),
      }
    );
  },

  tooltip(_, { hydra }) {
    const { problem } = hydra.status;
    return problem && problemMarkdown(problem);
  },
};

function problemMarkdown({ message, detail = "" }: Problem): string {
  const lines = detail.split("\n").slice(0, 10).join("\n");
  return lines.trim() === ""
    ? escapeMarkdown(message)
    : `${escapeMarkdown(message)}\n\n\`\`\`\n${lines.replaceAll("```", "'''")}\n\`\`\``;
}
