import { type Build, type Jobset, type JobsetInput, newJobset, seconds } from "../database.ts";
import { evalEntity, jobsetEntity, jobsetSummary } from "./entities.ts";
import {
  at,
  type Exchange,
  int,
  isDefined,
  notFound,
  Refusal,
  type Reply,
  requireAdmin,
  requireRole,
  trim,
} from "./exchange.ts";
import { projectOf } from "./projects.ts";

const names = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const paths = /^[A-Za-z0-9+._$-][A-Za-z0-9+._$:-]*(?:\/[A-Za-z0-9+._$-][A-Za-z0-9+._$:-]*)*$/;

/** The kinds of inputs that a server with its usual plugins has. */
const inputTypes = [
  "github_refs",
  "string",
  "gitlabpulls",
  "githubpulls",
  "eval",
  "build",
  "darcs",
  "svn",
  "boolean",
  "sysbuild",
  "svn-checkout",
  "path",
  "git",
  "hg",
  "bzr-checkout",
  "bitbucketpulls",
  "nix",
  "bzr",
];

/** The jobset of a path, or where it is now if it has been renamed. Throws if there is neither. */
export function findJobset(exchange: Exchange, project: string, name: string): Jobset | Reply {
  const { jobsets, renames } = projectOf(exchange, project);
  const found = jobsets.get(name);
  if (found !== undefined) return found;
  const to = renames.get(name);
  if (to === undefined) throw notFound(`Jobset ‘${name}’ doesn't exist.`);
  const query = exchange.query.size === 0 ? "" : `?${exchange.query}`;
  return { kind: "redirect", status: 301, to: at(exchange, "jobset", project, to, ...exchange.path.slice(3)) + query };
}

export function isReply(found: Jobset | Reply): found is Reply {
  return "kind" in found;
}

export function getJobset(exchange: Exchange, project: string, name: string): Reply {
  const found = findJobset(exchange, project, name);
  if (isReply(found)) return found;
  return { kind: "json", body: jobsetEntity(found, exchange.site.flavour === "2023") };
}

export function getErrors(exchange: Exchange, project: string, name: string): Reply {
  const found = findJobset(exchange, project, name);
  return isReply(found) ? found : { kind: "json", body: jobsetEntity(found, true) };
}

/** Evaluations with new builds, 20 a page. */
export function getEvals(exchange: Exchange, project: string, name: string): Reply {
  const found = findJobset(exchange, project, name);
  if (isReply(found)) return found;
  const evals = exchange.database.listedEvals(found);
  const page = int(exchange.query.get("page") ?? 1) || 1;
  const last = Math.ceil(evals.length / 20);
  return {
    kind: "json",
    body: {
      evals: evals.slice((page - 1) * 20, page * 20).map(evalEntity),
      first: "?page=1",
      last: `?page=${last}`,
      ...(page > 1 && { previous: `?page=${page - 1}` }),
      ...(page < last && { next: `?page=${page + 1}` }),
    },
  };
}

export function latestEval(exchange: Exchange, project: string, name: string): Reply {
  const found = findJobset(exchange, project, name);
  if (isReply(found)) return found;
  const { database } = exchange;
  const latest = database
    .listedEvals(found)
    .find(({ builds }) => builds.every(id => database.build(id)?.finished !== false));
  if (latest === undefined) throw notFound("No evaluation found.");
  return { kind: "redirect", to: `${at(exchange, "eval", latest.id)}?name=${encodeURIComponent(name)}` };
}

/** Creates a jobset or replaces everything that is set in it. */
export function putJobset(exchange: Exchange, projectName: string, name: string): Reply {
  const project = projectOf(exchange, projectName);
  requireRole(exchange, projectName, undefined);
  if (project.declarative !== undefined) throw new Refusal("can't modify jobset of declarative project", 403);
  const existing = project.jobsets.get(name);
  const newName = String(exchange.params.name ?? name);
  if (!names.test(newName)) throw new Refusal(`Invalid jobset identifier ‘${newName}’.`);
  if (existing !== undefined && newName !== name && project.jobsets.has(newName)) {
    throw new Refusal(`Cannot rename jobset to ‘${newName}’ since that identifier is already taken.`);
  }
  const fields = fieldsOf(exchange.params, existing?.triggertime ?? null);
  const jobset = existing ?? newJobset(projectName, newName);
  Object.assign(jobset, fields, { name: newName });
  project.jobsets.delete(name);
  project.jobsets.set(newName, jobset);
  project.renames.delete(newName);
  if (existing !== undefined && newName !== name) {
    project.renames.set(name, newName);
    const { builds, evals } = exchange.database;
    for (const each of [...builds, ...evals])
      if (each.project === projectName && each.jobset === name) each.jobset = newName;
  }
  exchange.site.wake();
  const uri = at(exchange, "jobset", projectName, newName);
  return existing === undefined
    ? { kind: "json", status: 201, location: uri, body: { name: newName, uri, redirect: uri, type: "jobset" } }
    : { kind: "json", body: { redirect: `${uri}#tabs-configuration` } };
}

/** What a request sets. A field that it does not mention gets its default, and a flag is on whenever it is mentioned. */
function fieldsOf(params: Exchange["params"], triggertime: number | null): Partial<Jobset> {
  const type = int(params.type ?? 0);
  if (type !== 0 && type !== 1) throw new Refusal("Invalid jobset type.");
  const expression =
    type === 0 ? { ...expressionOf(params), flake: "" } : { nixexprinput: "", nixexprpath: "", flake: flakeOf(params) };
  const enabled = int(params.enabled);
  if (enabled < 0 || enabled > 3) {
    const file = "/srv/hydra/subprojects/hydra/lib/Hydra/Controller/Jobset.pm";
    throw new Refusal(`{UNKNOWN}: Died at ${file} line 257, <$fh> line 1. at ${file} line 67\n`);
  }
  const schedulingshares = int(params.schedulingshares ?? 1);
  if (schedulingshares <= 0) throw new Refusal("The number of scheduling shares must be positive.");
  if (isDefined(params.enable_dynamic_run_command)) {
    throw new Refusal("Dynamic RunCommand is not enabled by the server or the parent project.", 400);
  }
  const checkinterval = int(trim(params.checkinterval));
  return {
    ...expression,
    type,
    enabled,
    schedulingshares,
    checkinterval,
    description: trim(params.description),
    enableemail: isDefined(params.enableemail),
    emailoverride: trim(params.emailoverride),
    hidden: !isDefined(params.visible),
    keepnr: int(trim(params.keepnr)),
    triggertime: enabled !== 0 && checkinterval > 0 ? (triggertime ?? seconds()) : null,
    inputs: type === 0 ? inputsOf(params.inputs) : new Map(),
  };
}

function expressionOf(params: Exchange["params"]): Pick<Jobset, "nixexprinput" | "nixexprpath"> {
  const nixexprpath = trim(params.nixexprpath);
  if (!paths.test(nixexprpath)) throw new Refusal(`Invalid Nix expression path ‘${nixexprpath}’.`);
  const nixexprinput = trim(params.nixexprinput);
  if (!/^[A-Za-z][\w-]*$/.test(nixexprinput)) {
    throw new Refusal(`Invalid Nix expression input name ‘${nixexprinput}’.`);
  }
  return { nixexprinput, nixexprpath };
}

function flakeOf(params: Exchange["params"]): string {
  const flake = trim(params.flake);
  if (!/^[a-zA-Z]/.test(flake)) throw new Refusal(`Invalid flake URI ‘${flake}’.`);
  return flake;
}

function inputsOf(given: unknown): Map<string, JobsetInput> {
  const inputs = Object.entries((given ?? {}) as Record<string, Record<string, unknown>>);
  return new Map(inputs.map(([name, input]) => [name, inputOf(name, input)]));
}

function inputOf(name: string, input: Readonly<Record<string, unknown>>): JobsetInput {
  if (!/^[A-Za-z][\w-]*$/.test(name)) throw new Refusal(`Invalid input name ‘${name}’.`, 400);
  const type = String(input.type ?? "");
  if (!inputTypes.includes(type)) {
    const known = inputTypes.map(each => `‘${each}’`);
    const list = `${known.slice(0, -1).join(", ")}, and ${known.at(-1)}`;
    throw new Refusal(`Invalid input type ‘${type}’; valid types: ${list}.`, 400);
  }
  const value = type === "string" ? String(input.value ?? "") : trim(input.value);
  if (type === "boolean" && value !== "true" && value !== "false") {
    throw new Refusal(`The value ‘${value}’ of input ‘${name}’ is not a Boolean (‘true’ or ‘false’).`);
  }
  return { name, type, value, emailresponsible: isDefined(input.emailresponsible) };
}

export function deleteJobset(exchange: Exchange, project: string, name: string): Reply {
  const found = findJobset(exchange, project, name);
  if (isReply(found)) return found;
  requireAdmin(exchange);
  if (projectOf(exchange, project).declarative !== undefined) {
    throw new Refusal("can't modify jobset of declarative project", 403);
  }
  projectOf(exchange, project).jobsets.delete(name);
  return { kind: "json", body: { redirect: at(exchange, "project", project) } };
}

/** `/api/jobsets`: all of a project that the user may see. */
export function listJobsets(exchange: Exchange): Reply {
  const { database, query, session, site } = exchange;
  const name = query.get("project");
  if (name === null) throw new Refusal("Parameter 'project' not defined!");
  const project = database.projects.get(name);
  if (project === undefined) throw notFound(`Project ${name} doesn't exist.`);
  const user = session.user === undefined ? undefined : database.users.get(session.user);
  const isOwner = user !== undefined && (user.roles.includes("admin") || user.name === project.owner);
  const shown = [...project.jobsets.values()].filter(({ hidden }) => isOwner || !hidden);
  const current = (jobset: Jobset): Build[] =>
    (database.listedEvals(jobset)[0]?.builds ?? []).flatMap(id => database.build(id) ?? []);
  return { kind: "json", body: shown.map(jobset => jobsetSummary(jobset, current(jobset), site.flavour)) };
}
