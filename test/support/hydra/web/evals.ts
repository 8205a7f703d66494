import { type Build, type Evaluation, seconds } from "../database.ts";
import { cancelBuild, restartBuild } from "./actions.ts";
import { buildEntity, evalEntity } from "./entities.ts";
import { at, type Exchange, int, notFound, type Reply, requireRole } from "./exchange.ts";
import { escapeHtml } from "./pages.ts";

/** The evaluation of a path, with its builds. Throws if there is none. */
function evalOf({ database }: Exchange, id: string): { evaluation: Evaluation; builds: Build[] } {
  const evaluation = database.eval(Number(id));
  if (evaluation === undefined) throw notFound(`Evaluation ${id} doesn't exist.`);
  return { evaluation, builds: evaluation.builds.flatMap(build => database.build(build) ?? []) };
}

export function getEval(exchange: Exchange, id: string): Reply {
  return { kind: "json", body: evalEntity(evalOf(exchange, id).evaluation) };
}

/** Its JSON does not have the errors; the page does. */
export function getEvalErrors(exchange: Exchange, id: string): Reply {
  const { evaluation } = evalOf(exchange, id);
  if (exchange.wantsJson) return { kind: "json", body: evalEntity(evaluation) };
  return { kind: "html", title: "Errors", body: `<pre>${escapeHtml(evaluation.errormsg)}</pre>` };
}

export function getEvalBuilds(exchange: Exchange, id: string): Reply {
  return { kind: "json", body: evalOf(exchange, id).builds.map(build => buildEntity(build)) };
}

export function getStorePaths(exchange: Exchange, id: string): Reply {
  const { builds } = evalOf(exchange, id);
  const done = builds.filter(({ finished, buildstatus }) => finished && buildstatus === 0);
  return { kind: "json", body: [...new Set(done.flatMap(({ outputs }) => Object.values(outputs)))].toSorted() };
}

/** `/evals`: of all jobsets, with counts. */
export function listEvals(exchange: Exchange): Reply {
  const { database, query } = exchange;
  const page = int(query.get("page") ?? 1) || 1;
  const counted = (evaluation: Evaluation) => {
    const builds = evaluation.builds.flatMap(id => database.build(id) ?? []);
    const nrScheduled = builds.filter(({ finished }) => !finished).length;
    const nrSucceeded = builds.filter(({ finished, buildstatus }) => finished && buildstatus === 0).length;
    return { nrScheduled, nrSucceeded, nrFailed: builds.length - nrScheduled - nrSucceeded };
  };
  const entries = database.listedEvals().map(evaluation => {
    const before = database
      .listedEvals({ project: evaluation.project, name: evaluation.jobset })
      .find(({ id }) => id < evaluation.id);
    const counts = counted(evaluation);
    const changedInputs = Object.entries(evaluation.inputs)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .filter(([name, { revision }]) => before === undefined || before.inputs[name]?.revision !== revision)
      .map(([, input]) => input);
    const diff = before === undefined ? 0 : counts.nrSucceeded - counted(before).nrSucceeded;
    return { eval: evalEntity(evaluation), ...counts, diff, changedInputs };
  });
  return { kind: "json", body: entries.slice((page - 1) * 20, page * 20) };
}

/** `cancel`, `restart-failed`, `restart-aborted` and `bump`, for all builds of an evaluation. */
export function actOnEval(exchange: Exchange, id: string, action: string): Reply {
  const { evaluation, builds } = evalOf(exchange, id);
  const isFinished = (build: Build) => build.finished;
  if (action === "cancel") {
    requireRole(exchange, evaluation.project, "cancel-build");
    for (const build of builds.filter(each => !each.finished)) cancelBuild(exchange, build);
  } else if (action === "bump") {
    requireRole(exchange, evaluation.project, "bump-to-front");
    for (const build of builds.filter(each => !each.finished)) build.globalpriority = seconds();
  } else {
    requireRole(exchange, evaluation.project, "restart-jobs");
    const statuses = (status: number | null) =>
      action === "restart-failed" ? status !== 0 : status === 3 || status === 4 || status === 9;
    for (const build of builds.filter(isFinished)) if (statuses(build.buildstatus)) restartBuild(exchange, build);
  }
  return { kind: "redirect", to: at(exchange, "eval", id) };
}
