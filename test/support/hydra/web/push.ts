import { type Jobset, seconds } from "../database.ts";
import { type Exchange, has, Refusal, type Reply, requireUser, signIn } from "./exchange.ts";

const refused =
  "Only the project members, administrators, and accounts with eval-jobset privileges can perform this operation.";
const crashed =
  'Caught exception in Hydra::Controller::API->push "Can\'t call method "project" on an undefined value at ' +
  '/srv/hydra/subprojects/hydra/lib/Hydra/Controller/API.pm line 259."';

/**
 * `/api/push`: asks for evaluations. Errors come with what was triggered before them, and that of an unknown jobset with status 200.
 * Before August 2024 everyone might do this, with GET as well, and unknown jobsets were ignored.
 */
export function push(exchange: Exchange): Reply {
  const isNew = exchange.site.flavour === "2026";
  if (isNew && exchange.method !== "POST") throw new Refusal("Request must be POSTed.", 405);
  const jobsetsTriggered: string[] = [];
  const answer = (status: number, error?: string): Reply => {
    const body = error === undefined ? { jobsetsTriggered } : { error, jobsetsTriggered };
    return { kind: "json", view: true, status, body };
  };
  const force = exchange.query.has("force");
  const trigger = (jobset: Jobset) => {
    jobset.triggertime = seconds();
    if (force) jobset.forceeval = true;
    jobsetsTriggered.push(`${jobset.project}:${jobset.name}`);
    exchange.site.wake();
  };
  for (const name of (exchange.query.get("jobsets") ?? "").split(",").filter(Boolean)) {
    const parts = /^([A-Za-z_][A-Za-z0-9_-]*):(\.?[A-Za-z_][A-Za-z0-9_.-]*)$/.exec(name);
    if (parts === null) return { kind: "crash" };
    const jobset = exchange.database.jobset(parts[1] ?? "", parts[2] ?? "");
    if (isNew) {
      if (jobset === undefined) return answer(200, crashed);
      const refusal = refusalOf(exchange, jobset);
      if (refusal !== undefined) return answer(403, refusal);
    }
    if (jobset !== undefined && (force || isOn(exchange, jobset))) trigger(jobset);
  }
  for (const repo of (exchange.query.get("repos") ?? "").split(",").filter(Boolean)) {
    for (const jobset of exchange.database.jobsets()) {
      if (![...jobset.inputs.values()].some(({ value }) => value === repo) || !isOn(exchange, jobset)) continue;
      const refusal = isNew ? refusalOf(exchange, jobset) : undefined;
      if (refusal !== undefined) return answer(403, refusal);
      trigger(jobset);
    }
  }
  return answer(200);
}

function isOn({ database }: Exchange, { project, enabled }: Jobset): boolean {
  return database.projects.get(project)?.enabled === true && enabled !== 0;
}

function refusalOf(exchange: Exchange, { project }: Jobset): string | undefined {
  if (exchange.session.user === undefined) return signIn;
  const user = requireUser(exchange);
  const isOwner = exchange.database.projects.get(project)?.owner === user.name;
  return isOwner || has(user, "eval-jobset") ? undefined : refused;
}
