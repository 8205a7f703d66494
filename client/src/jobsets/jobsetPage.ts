import type { Localiser } from "../../../server/src/common/localiser.ts";
import type {
  HydraDryEvaluation,
  HydraFile,
  HydraJob,
  HydraJobset,
  HydraJobsetParams,
  HydraJobsetPlan,
  Problem,
} from "../../../server/src/protocol.ts";
import { commandIds } from "../manifest.ts";
import {
  type ActionLine,
  actionSection,
  type Page,
  type PageLine,
  type PageNames,
  plain,
  run,
  section,
  toPlace,
} from "../pages/page.ts";
import { fixesOf } from "../problems/fixes.ts";

/** A jobset as its page shows it. */
export interface ShownJobset {
  readonly params: HydraJobsetParams;
  readonly plan: HydraJobsetPlan;
  /** Absent: not evaluated yet. */
  readonly evaluation?: HydraDryEvaluation | undefined;
}

/** The page about a jobset of machines: what creating it would do, what Hydra cannot see, and what Hydra would say. */
export function jobsetPage(shown: ShownJobset, names: PageNames): Page {
  const { l10n } = names;
  const { plan, evaluation } = shown;
  const actions = actionsOf(shown, l10n);
  return {
    actions,
    lines: [
      plain(l10n.t("Hydra jobset {0}", `${plan.project}:${plan.jobset.name}`)),
      plain(""),
      plain(stateText(plan, l10n)),
      ...(plan.page === undefined ? [] : [plain(plan.page)]),
      ...actionSection(actions, l10n),
      ...section(
        l10n.t("To do"),
        [...(plan.problem === undefined ? [] : [plan.problem]), ...plan.warnings].flatMap(problem =>
          problemLines(problem, names),
        ),
      ),
      ...(evaluation === undefined ? [] : evaluationSections(evaluation, names)),
      ...section(
        l10n.t("Differences from the jobset on the server"),
        (plan.drift ?? []).map(({ field, theirs, ours }) =>
          plain(l10n.t("{0}: {1} becomes {2}", field, theirs || l10n.t("not set"), ours || l10n.t("not set"))),
        ),
      ),
      ...section(l10n.t("Jobset"), jobsetLines(plan.jobset, l10n)),
      ...fileSections(plan.files, l10n),
    ],
  };
}

/** Files that are missing or were written for other machines. */
export function filesToWrite({ files }: Pick<HydraJobsetPlan, "files">): readonly HydraFile[] {
  return files.filter(({ state }) => state === "missing" || state === "outdated");
}

/** Whether the jobset can be sent to the server. */
export function isSendable({ url, problem, warnings }: HydraJobsetPlan): boolean {
  return url !== "" && problem === undefined && !warnings.some(({ severity }) => severity === "error");
}

/** Why Hydra would not evaluate the machines, the first reason first. */
export function evaluationProblems({ jobs, problem }: HydraDryEvaluation): readonly Problem[] {
  return [...(problem === undefined ? [] : [problem]), ...jobs.flatMap(job => job.problem ?? [])];
}

function stateText({ url, drift, problem, projectExists, project }: HydraJobsetPlan, l10n: Localiser): string {
  if (url === "") return l10n.t("No Hydra server is set: connect to one to create the jobset.");
  if (problem !== undefined) return l10n.t("It is unknown whether {0} has this jobset.", url);
  if (!projectExists)
    return l10n.t("{0} has no project {1} yet. It is created together with the jobset.", url, project);
  if (drift === undefined) return l10n.t("{0} does not have this jobset yet.", url);
  if (drift.length === 0) return l10n.t("The jobset on {0} is up to date.", url);
  return l10n.t("The jobset on {0} differs: update it, or leave it as it is.", url);
}

function actionsOf({ params, plan }: ShownJobset, l10n: Localiser): readonly ActionLine[] {
  const action = (title: string, command: string) => run({ title, command, arguments: [params] });
  const isNew = plan.drift === undefined;
  const copied = { text: plan.spec, next: l10n.t("Add it to spec.json of a declarative project.") };
  return [
    ...(filesToWrite(plan).length > 0 ? [action(l10n.t("Write Files"), commandIds.writeHydraFiles)] : []),
    action(l10n.t("Evaluate as Hydra Would"), commandIds.evaluateAsHydra),
    ...(plan.url === "" ? [run({ title: l10n.t("Connect to Hydra..."), command: commandIds.connectHydra })] : []),
    ...(isSendable(plan) && (isNew || plan.drift.length > 0)
      ? [action(isNew ? l10n.t("Create Jobset") : l10n.t("Update Jobset"), commandIds.putHydraJobset)]
      : []),
    ...(plan.drift !== undefined && plan.drift.length > 0
      ? [run({ title: l10n.t("Ignore"), command: "workbench.action.closeActiveEditor" })]
      : []),
    run({ title: l10n.t("Copy Entry for spec.json"), command: commandIds.copySnippet, arguments: [copied] }),
    action(l10n.t("Refresh"), commandIds.createHydraJobset),
  ];
}

function evaluationSections(evaluation: HydraDryEvaluation, names: PageNames): readonly PageLine[] {
  const { l10n } = names;
  const { inputs, jobs, problem } = evaluation;
  return [
    ...section(l10n.t("Evaluated as Hydra would"), [
      ...(problem === undefined ? [] : problemLines(problem, names)),
      ...jobs.flatMap(job => jobLines(job, names)),
    ]),
    ...section(
      l10n.t("With these instead of Hydra's checkouts"),
      Object.entries(inputs).map(([name, path]) => plain(`${name}: ${path}`)),
    ),
  ];
}

function jobLines({ job, drvPath, isSame, problem }: HydraJob, names: PageNames): readonly PageLine[] {
  const { l10n } = names;
  if (problem !== undefined) return problemLines({ ...problem, message: `${job}: ${problem.message}` }, names);
  if (isSame === true) return [plain(l10n.t("{0}: the same derivation as the machine's own evaluation", job))];
  if (isSame === false)
    return [plain(l10n.t("{0}: not the derivation of the machine's own evaluation", job)), plain(`  ${drvPath}`)];
  return [plain(l10n.t("{0}: evaluated", job))];
}

/** A problem with its place, its details, and its fixes as lines to click. */
function problemLines(problem: Problem, { l10n, pathOf }: PageNames): readonly PageLine[] {
  const { message, detail = "", location } = problem;
  const below = detail.split("\n").filter(line => line.trim() !== "");
  const place = location && `${pathOf(location.uri)}:${location.range.start.line + 1}`;
  return [
    plain(message),
    ...(location === undefined ? [] : [{ text: l10n.t("Show {0}", place ?? ""), action: toPlace(location) }]),
    ...fixesOf(problem, l10n).map(run),
    ...below.map(line => plain(`  ${line}`)),
  ];
}

function jobsetLines(jobset: HydraJobset, l10n: Localiser): readonly PageLine[] {
  const { description, enabled, visible, expressionPath, expressionInput, checkInterval, keepEvaluations } = jobset;
  const states = [l10n.t("disabled"), l10n.t("enabled"), l10n.t("evaluated once"), l10n.t("one evaluation at a time")];
  const interval =
    checkInterval === 0
      ? l10n.t("The inputs are checked only when asked for")
      : l10n.t("The inputs are checked every {0} minutes", Math.ceil(checkInterval / 60));
  return [
    plain(description),
    plain(`${states[enabled] ?? ""}${visible ? "" : `, ${l10n.t("hidden")}`}`),
    plain(l10n.t("Expression: {0} of input {1}", expressionPath, expressionInput)),
    plain(interval),
    plain(l10n.t("Evaluations that are kept: {0}", keepEvaluations)),
    ...Object.entries(jobset.inputs).map(([name, { type, value }]) =>
      plain(l10n.t("Input {0}: {1} {2}", name, type, value)),
    ),
  ];
}

/** Texts that would be written, and links to the files that exist. */
function fileSections(files: readonly HydraFile[], l10n: Localiser): readonly PageLine[] {
  const start = { line: 0, character: 0 };
  const existing = files.filter(({ state }) => state !== "missing");
  const titles = {
    missing: (path: string) => l10n.t("{0} (to be written)", path),
    outdated: (path: string) => l10n.t("{0} (to be replaced)", path),
    other: (path: string) => l10n.t("{0} (what would be written instead of yours)", path),
  };
  return [
    ...section(
      l10n.t("Files"),
      existing.map(({ path, uri }) => ({ text: path, action: toPlace({ uri, range: { start, end: start } }) })),
    ),
    ...files.flatMap(({ path, state, text }) =>
      state === "same" ? [] : section(titles[state](path), text.trimEnd().split("\n").map(plain)),
    ),
  ];
}
