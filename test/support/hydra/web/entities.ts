import type { Build, Evaluation, Flavour, HydraUser, Jobset, Project, Step } from "../database.ts";

// What the server knows, as it appears in its JSON.

export function projectEntity(project: Project): object {
  const { name, displayname, description, homepage, owner, enabled, hidden, declarative, jobsets } = project;
  return {
    name,
    displayname,
    description,
    homepage,
    owner,
    enabled,
    hidden,
    enable_dynamic_run_command: false,
    jobsets: [...jobsets.keys()],
    ...(declarative && { declarative }),
  };
}

/** A jobset. Errors of evaluations are only in it where they are asked for, or on servers before 2024. */
export function jobsetEntity(jobset: Jobset, withErrors: boolean): object {
  const { hidden, inputs, forceeval, fetcherrormsg, errormsg, ...fields } = jobset;
  return {
    ...fields,
    visible: !hidden,
    enable_dynamic_run_command: false,
    inputs: Object.fromEntries(inputs),
    errormsg: withErrors ? errormsg : "",
    fetcherrormsg: fetcherrormsg ?? "",
  };
}

/** A jobset in the list of a project. Counts are those of its current builds. */
export function jobsetSummary(jobset: Jobset, current: readonly Build[], flavour: Flavour): object {
  const { name, project, lastcheckedtime, starttime, triggertime, checkinterval, errortime, fetcherrormsg } = jobset;
  const count = (is: (build: Build) => boolean) => current.filter(is).length;
  return {
    name,
    project,
    nrtotal: current.length,
    nrscheduled: count(build => !build.finished),
    nrsucceeded: count(build => build.finished && build.buildstatus === 0),
    nrfailed: count(build => build.finished && build.buildstatus !== 0),
    lastcheckedtime,
    starttime,
    triggertime,
    checkinterval,
    errortime,
    fetcherrormsg,
    haserrormsg: flavour === "2023" && jobset.errormsg !== "",
  };
}

export function evalEntity(evaluation: Evaluation): object {
  const { id, timestamp, checkouttime, evaltime, hasnewbuilds, builds, inputs } = evaluation;
  return {
    id,
    timestamp,
    checkouttime,
    evaltime,
    hasnewbuilds: hasnewbuilds ? 1 : 0,
    flake: null,
    builds,
    jobsetevalinputs: inputs,
  };
}

/** A build. In lists of all builds two fields are not there. */
export function buildEntity(build: Build, isListed = false): object {
  const { outputs, evals, finished, steps, constituents, metrics, globalpriority, ...fields } = build;
  const succeeded = finished && (build.buildstatus === 0 || build.buildstatus === 6);
  const out = outputs.out;
  return {
    ...fields,
    finished: finished ? 1 : 0,
    releasename: null,
    jobsetevals: evals,
    buildoutputs: Object.fromEntries(Object.entries(outputs).map(([name, path]) => [name, { path }])),
    buildproducts: succeeded && out !== undefined ? { 1: productEntity(build.nixname, out) } : {},
    buildmetrics: metrics,
    ...(isListed && { drvpath: null, priority: null }),
  };
}

function productEntity(name: string, path: string): object {
  return { type: "nix-build", subtype: "", name, path, defaultpath: "", filesize: null, sha256hash: null };
}

/** A build in the lists below `/api`. */
export function buildSummary(build: Build): object {
  const { id, project, jobset, job, system, nixname, finished, timestamp, buildstatus, priority } = build;
  const rest = finished ? { buildstatus } : { priority };
  return { id, project, jobset, job, system, nixname, finished: finished ? 1 : 0, timestamp, ...rest };
}

export function stepEntity(build: Build, { nr, drvpath, machine, system, starttime }: Step): object {
  const builds = { [build.id]: buildEntity(build) };
  return { stepnr: nr, drvpath, machine, system, starttime, resolveddrvpath: null, build: builds };
}

export function userEntity({ name, roles }: HydraUser): object {
  const fullname = `${name.charAt(0).toUpperCase()}${name.slice(1)} Example`;
  return { username: name, fullname, emailaddress: `${name}@example.org`, userroles: roles };
}
