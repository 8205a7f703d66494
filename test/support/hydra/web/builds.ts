import { type Build, seconds } from "../database.ts";
import { cancelBuild, restartBuild } from "./actions.ts";
import { buildEntity, stepEntity } from "./entities.ts";
import { at, type Exchange, notFound, Refusal, type Reply, requireRole } from "./exchange.ts";
import { showLog } from "./logs.ts";
import { buildPage } from "./pages.ts";

/** `/build/ID/...`. */
export function build(exchange: Exchange, id: string, rest: readonly string[]): Reply | undefined {
  const found = exchange.database.build(Number(id));
  if (found === undefined) throw notFound(`Build with ID ${id} doesn't exist.`);
  const [part = "", ...more] = rest;
  const isNew = exchange.site.flavour === "2026";
  switch (part) {
    case "":
      return getBuild(exchange, found);
    case "constituents":
      return { kind: "json", body: found.constituents.flatMap(each => constituent(exchange, each)) };
    case "api":
      return more[0] === "get-info" ? getInfo(found) : undefined;
    case "log":
      return showLog(exchange, `Log of ${titleOf(found)}`, found.drvpath, more[0]);
    case "step":
      return isNew ? step(exchange, found, more) : undefined;
    case "nixlog":
      return nixlog(exchange, found, more, isNew);
    case "eval":
      return evalOf(exchange, found);
    case "restart":
    case "cancel":
    case "bump":
      return act(exchange, found, part);
    case "build-deps":
    case "runtime-deps":
      return { kind: "html", body: '<div class="dep-tree"></div>\n' };
    default:
      return undefined;
  }
}

function titleOf({ id, project, jobset, job }: Build): string {
  return `build ${id} of job ${project}:${jobset}:${job}`;
}

function getBuild(exchange: Exchange, found: Build): Reply {
  if (exchange.wantsJson) return { kind: "json", body: buildEntity(found) };
  return {
    kind: "html",
    title: titleOf(found).replace("build", "Build"),
    body: buildPage(exchange, found),
    isResource: true,
  };
}

function constituent({ database }: Exchange, id: number): object[] {
  const found = database.build(id);
  return found === undefined ? [] : [buildEntity(found)];
}

function getInfo({ id, drvpath, outputs }: Build): Reply {
  return { kind: "json", view: true, body: { buildId: id, drvPath: drvpath, outPath: outputs.out ?? null } };
}

/** `step/N` and `step/N/log`: there since April 2026. */
function step(exchange: Exchange, found: Build, [number = "", part, mode]: readonly string[]): Reply | undefined {
  const own = found.steps.find(({ nr }) => String(nr) === number);
  if (own === undefined) throw notFound(`Build doesn't have a build step ${number}.`);
  if (part === undefined) return { kind: "json", body: stepEntity(found, own) };
  return part === "log" ? showLog(exchange, `Log of step ${number}`, own.drvpath, mode) : undefined;
}

/** The address of a step's log before April 2026, which still leads to it. */
function nixlog(exchange: Exchange, found: Build, [number = "", mode]: readonly string[], isNew: boolean): Reply {
  if (isNew) {
    const to = at(exchange, "build", found.id, "step", number, "log", ...(mode === undefined ? [] : [mode]));
    return { kind: "redirect", status: 301, to };
  }
  const own = found.steps.find(({ nr }) => String(nr) === number);
  if (own === undefined) throw notFound(`Build doesn't have a build step ${number}.`);
  return showLog(exchange, `Log of  step ${number} of ${titleOf(found)}`, own.drvpath, mode);
}

function evalOf(exchange: Exchange, { evals }: Build): Reply {
  const id = evals.at(-1);
  if (id === undefined) throw notFound("There is no finished evaluation containing this build.");
  return { kind: "redirect", to: at(exchange, "eval", id) };
}

function act(exchange: Exchange, found: Build, action: "restart" | "cancel" | "bump"): Reply {
  const role = { restart: "restart-jobs", cancel: "cancel-build", bump: "bump-to-front" } as const;
  requireRole(exchange, found.project, role[action]);
  if (action === "restart") {
    if (!found.finished) throw new Refusal("This build cannot be restarted.");
    restartBuild(exchange, found);
  } else if (action === "cancel") {
    if (found.finished) throw new Refusal("This build cannot be cancelled.");
    cancelBuild(exchange, found);
  } else {
    found.globalpriority = seconds();
  }
  return { kind: "redirect", to: at(exchange, "build", found.id) };
}
