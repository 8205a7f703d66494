import { currentUser, login, logout } from "./accounts.ts";
import { build } from "./builds.ts";
import { actOnEval, getEval, getEvalBuilds, getEvalErrors, getStorePaths, listEvals } from "./evals.ts";
import { type Exchange, notFound, type Reply } from "./exchange.ts";
import { deleteJobset, getErrors, getEvals, getJobset, latestEval, listJobsets, putJobset } from "./jobsets.ts";
import { apiQueue, job, latestBuilds, numberOfBuilds, numberOfQueued, queue, search, status } from "./lists.ts";
import { log } from "./logs.ts";
import { deleteProject, getProject, listProjects, putProject } from "./projects.ts";
import { push } from "./push.ts";

/** Pages that programs do not read: they are the same in JSON and for browsers. */
const pages = ["steps", "all", "channel", "create-project", "queue-summary"];

/** The answer to a request. Throws a `Refusal`. */
export function route(exchange: Exchange): Reply {
  const reply = find(exchange);
  if (reply !== undefined) return reply;
  const last = exchange.path.at(-1) ?? "";
  if (last === "jobs-tab") return { kind: "html", body: '<form id="filter-jobs"></form>\n' };
  if (pages.includes(last)) return { kind: "html", title: last === "steps" ? "Latest steps" : last, body: "" };
  throw notFound("Page not found.");
}

function find(exchange: Exchange): Reply | undefined {
  const [first = "", second = "", ...rest] = exchange.path;
  switch (first) {
    case "":
      return listProjects(exchange);
    case "login":
      return exchange.method === "POST" ? login(exchange) : notAllowed(exchange, "POST");
    case "current-user":
      return currentUser(exchange);
    case "logout":
      return exchange.method === "POST" ? logout(exchange) : notAllowed(exchange, "POST");
    case "project":
      return rest.length === 0 ? project(exchange, second) : undefined;
    case "jobset":
      return jobset(exchange, second, rest);
    case "job":
      return job(exchange, [second, ...rest]);
    case "eval":
      return evaluation(exchange, second, rest[0]);
    case "evals":
      return listEvals(exchange);
    case "build":
      return build(exchange, second, rest);
    case "log":
      return log(exchange, second);
    case "queue":
      return queue(exchange);
    case "status":
      return status(exchange);
    case "search":
      return search(exchange);
    case "queue-runner-status":
      return { kind: "json", body: { status: "unknown" } };
    case "machines":
      return { kind: "json", body: {} };
    case "api":
      return always(api(exchange, second));
    default:
      return undefined;
  }
}

function project(exchange: Exchange, name: string): Reply {
  switch (exchange.method) {
    case "GET":
    case "HEAD":
      return getProject(exchange, name);
    case "PUT":
      return putProject(exchange, name);
    case "DELETE":
      return deleteProject(exchange, name);
    default:
      return notAllowed(exchange, "PUT");
  }
}

function jobset(exchange: Exchange, name: string, [own = "", part = ""]: readonly string[]): Reply | undefined {
  switch (part) {
    case "":
      if (exchange.method === "PUT") return putJobset(exchange, name, own);
      if (exchange.method === "DELETE") return deleteJobset(exchange, name, own);
      if (exchange.method === "POST") return notAllowed(exchange, "PUT");
      return getJobset(exchange, name, own);
    case "evals":
      return getEvals(exchange, name, own);
    case "errors":
      return getErrors(exchange, name, own);
    case "latest-eval":
      return latestEval(exchange, name, own);
    default:
      return undefined;
  }
}

function evaluation(exchange: Exchange, id: string, part = ""): Reply | undefined {
  switch (part) {
    case "":
      return getEval(exchange, id);
    case "builds":
      return getEvalBuilds(exchange, id);
    case "errors":
      return getEvalErrors(exchange, id);
    case "store-paths":
      return getStorePaths(exchange, id);
    case "cancel":
    case "restart-failed":
    case "restart-aborted":
    case "bump":
      return actOnEval(exchange, id, part);
    default:
      return undefined;
  }
}

function always(reply: Reply | undefined): Reply | undefined {
  return reply?.kind === "json" ? { ...reply, always: true } : reply;
}

function api(exchange: Exchange, part: string): Reply | undefined {
  switch (part) {
    case "push":
      return push(exchange);
    case "jobsets":
      return listJobsets(exchange);
    case "queue":
      return apiQueue(exchange);
    case "latestbuilds":
      return latestBuilds(exchange);
    case "nrqueue":
      return numberOfQueued(exchange);
    case "nrbuilds":
      return numberOfBuilds(exchange);
    case "scmdiff":
      return { kind: "text", text: " " };
    default:
      return undefined;
  }
}

function notAllowed({ method, base, path }: Exchange, allow: string): Reply {
  const text = `Method ${method} not implemented for ${base}${path[0]}/${path[0]}`;
  return { kind: "text", status: 405, text, allow };
}
