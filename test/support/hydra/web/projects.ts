import { newJobset, newProject, type Project, seconds } from "../database.ts";
import { projectEntity } from "./entities.ts";
import {
  at,
  type Exchange,
  has,
  isDefined,
  notFound,
  Refusal,
  type Reply,
  requireRole,
  requireUser,
  trim,
} from "./exchange.ts";

const names = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The project of a path. Throws if there is none. */
export function projectOf({ database }: Pick<Exchange, "database">, name = ""): Project {
  const project = database.projects.get(name);
  if (project === undefined) throw notFound(`Project ‘${name}’ doesn't exist.`);
  return project;
}

export function listProjects({ database }: Exchange): Reply {
  return { kind: "json", body: [...database.projects.values()].map(projectEntity) };
}

export function getProject(exchange: Exchange, name: string): Reply {
  return { kind: "json", body: projectEntity(projectOf(exchange, name)) };
}

/** Creates a project or replaces everything that is set in it. */
export function putProject(exchange: Exchange, name: string): Reply {
  const { database, params } = exchange;
  const existing = database.projects.get(name);
  if (existing !== undefined) requireRole(exchange, name, undefined);
  const user = requireUser(exchange);
  if (existing === undefined && !has(user, "create-projects")) {
    throw new Refusal("Only administrators or authorised users can perform this operation.", 403);
  }
  const owner = has(user, "admin") && isDefined(params.owner) ? trim(params.owner) : (existing?.owner ?? user.name);
  if (!database.users.has(owner)) throw new Refusal(`The user name ‘${owner}’ does not exist.`, 400);
  const newName = String(params.name ?? name);
  if (!names.test(newName)) throw new Refusal(`Invalid project identifier ‘${newName}’.`);
  if (newName !== name && database.projects.has(newName)) {
    throw new Refusal(`Cannot rename project to ‘${newName}’ since that identifier is already taken.`);
  }
  if (trim(params.displayname) === "") throw new Refusal("You must specify a display name.");
  const project = existing ?? newProject(newName, owner);
  database.projects.delete(name);
  database.projects.set(newName, project);
  Object.assign(project, {
    name: newName,
    owner,
    displayname: trim(params.displayname),
    description: trim(params.description),
    homepage: trim(params.homepage),
    enabled: isDefined(params.enabled),
    hidden: !isDefined(params.visible),
  });
  declare(project, params.declarative);
  exchange.site.wake();
  const uri = at(exchange, "project", newName);
  return existing === undefined
    ? { kind: "json", status: 201, location: uri, body: { name: newName, uri, redirect: uri, type: "project" } }
    : { kind: "json", body: { redirect: `${uri}#tabs-configuration` } };
}

/** A declarative project has a jobset that reads its others from a file. */
function declare(project: Project, given: unknown): void {
  const { file, type, value } = (given ?? {}) as Record<string, unknown>;
  project.declarative = trim(file) === "" ? undefined : { file: trim(file), type: trim(type), value: trim(value) };
  if (project.declarative === undefined) return void project.jobsets.delete(".jobsets");
  const triggered = { triggertime: seconds(), enabled: 1, hidden: false, checkinterval: 300, keepnr: 3 };
  const rest = { schedulingshares: 100, enableemail: true };
  project.jobsets.set(".jobsets", { ...newJobset(project.name, ".jobsets"), ...triggered, ...rest });
}

export function deleteProject(exchange: Exchange, name: string): Reply {
  projectOf(exchange, name);
  requireRole(exchange, name, undefined);
  exchange.database.projects.delete(name);
  return { kind: "json", status: 200, location: exchange.base, body: { redirect: exchange.base } };
}
