import { createHash } from "node:crypto";
import type { Build, Database, Evaluation, Flavour, Jobset } from "../database.ts";
import { seconds } from "../database.ts";
import { applyDeclaration } from "./declarative.ts";
import { type Fetched, fetchInputs, inputArguments, inputEntity } from "./inputs.ts";
import { evaluateJobs, type Job } from "./jobs.ts";
import type { HydraNix } from "./nix.ts";

export interface EvaluatorOptions {
  readonly flavour: Flavour;
  readonly database: Database;
  readonly nix: HydraNix;
  /** For clones of repositories. */
  readonly dir: string;
  /** Import from derivation is allowed: on by default on servers before July 2024. */
  readonly allowsImport: boolean;
  /** The limits of jobs, for those who build them. */
  readonly limits: Map<string, Pick<Job, "timeout" | "maxSilent">>;
}

/** Evaluates a jobset, as triggered. It is over when the jobset says so: this never rejects because of an expression. */
export async function evaluateJobset(options: EvaluatorOptions, jobset: Jobset): Promise<void> {
  const triggered = jobset.triggertime;
  jobset.starttime = seconds();
  try {
    const { nix, dir, database } = options;
    if (jobset.name === ".jobsets") await applyDeclaration(nix, dir, database, jobset);
    else await check(options, jobset);
  } finally {
    jobset.starttime = null;
    if (jobset.triggertime === triggered) jobset.triggertime = null;
  }
}

async function check(options: EvaluatorOptions, jobset: Jobset): Promise<void> {
  const { database, nix, dir, flavour } = options;
  const fetched = await fetchInputs(nix, dir, jobset).catch((error: Error) => error);
  if (fetched instanceof Error) {
    Object.assign(jobset, { lastcheckedtime: seconds(), fetcherrormsg: fetched.message });
    return;
  }
  const hash = hashOf(jobset, fetched);
  const previous = database.evals.filter(each => each.project === jobset.project && each.jobset === jobset.name);
  if (previous.at(-1)?.hash === hash && !jobset.forceeval) {
    Object.assign(jobset, { lastcheckedtime: seconds(), fetcherrormsg: null });
    return;
  }
  const started = seconds();
  const found = fetched.some(({ name }) => name === jobset.nixexprinput)
    ? await evaluateJobs(nix, jobset, fetched, options)
    : [{ attr: "", error: "cannot find the input containing the job expression" }];
  const whole = found.find(each => "error" in each && each.attr === "");
  if (flavour === "2023" && whole !== undefined && "error" in whole) {
    const errormsg = `hydra-eval-jobs returned exit code 1:\n${whole.error}\n`;
    Object.assign(jobset, { errormsg, errortime: seconds(), lastcheckedtime: seconds(), fetcherrormsg: null });
    return;
  }
  const errors = found.flatMap(each => ("error" in each ? [each] : []));
  const errormsg = errors
    .map(({ attr, error }) => `${attr === "" ? "at top-level" : `in job ‘${attr}’`}:\n${error}\n\n`)
    .join("");
  record(options, jobset, {
    fetched,
    hash,
    errormsg,
    jobs: found.flatMap(each => ("error" in each ? [] : [each])),
    evaltime: seconds() - started,
    before: previous.findLast(({ hasnewbuilds }) => hasnewbuilds),
  });
  if (jobset.enabled === 2) jobset.enabled = 0;
  const now = seconds();
  Object.assign(jobset, { errormsg, errortime: now, lastcheckedtime: now, fetcherrormsg: null, forceeval: false });
}

interface Result {
  readonly fetched: readonly Fetched[];
  readonly hash: string;
  readonly errormsg: string;
  readonly jobs: readonly Job[];
  readonly evaltime: number;
  /** The last evaluation with new builds. */
  readonly before: Evaluation | undefined;
}

/** Adds the evaluation and its new builds. A job with the output of the evaluation before keeps its build. */
function record(options: EvaluatorOptions, jobset: Jobset, result: Result): void {
  const { database, nix, limits } = options;
  const { jobs, fetched, hash, errormsg, evaltime, before } = result;
  const id = (database.evals.at(-1)?.id ?? 0) + 1;
  const byName = new Map<string, Build>();
  let hasNew = false;
  for (const job of jobs) {
    const known = before?.builds
      .flatMap(each => database.build(each) ?? [])
      .find(build => build.job === job.attr && build.outputs.out === job.outputs.out);
    const build = known ?? newBuild(database, jobset, job);
    if (known === undefined) hasNew = true;
    nix.root(job.drvPath);
    limits.set(job.drvPath, job);
    byName.set(job.attr, build);
  }
  for (const { attr, constituents } of jobs) {
    const build = byName.get(attr);
    const named = (each: string) =>
      byName.get(each) ?? [...byName.values()].find(other => other.drvpath === each && other.job !== attr);
    if (build !== undefined) build.constituents = constituents.flatMap(each => named(each)?.id ?? []);
  }
  const hasnewbuilds = hasNew || (before !== undefined && before.builds.length !== byName.size);
  const builds = [...byName.values()];
  if (hasnewbuilds) for (const build of builds) build.evals.push(id);
  database.evals.push({
    id,
    project: jobset.project,
    jobset: jobset.name,
    timestamp: seconds(),
    checkouttime: 0,
    evaltime,
    hasnewbuilds,
    builds: hasnewbuilds ? builds.map(build => build.id) : [],
    inputs: Object.fromEntries(fetched.map(input => [input.name, inputEntity(input)])),
    hash,
    errormsg,
  });
}

function newBuild(database: Database, { project, name }: Jobset, job: Job): Build {
  const build: Build = {
    id: (database.builds.at(-1)?.id ?? 0) + 1,
    project,
    jobset: name,
    job: job.attr,
    nixname: job.name,
    system: job.system,
    drvpath: job.drvPath,
    outputs: job.outputs,
    priority: job.priority,
    globalpriority: 0,
    timestamp: seconds(),
    finished: false,
    buildstatus: null,
    starttime: null,
    stoptime: null,
    evals: [],
    steps: [],
    constituents: [],
    metrics: {},
  };
  database.builds.push(build);
  return build;
}

function hashOf({ nixexprinput, nixexprpath }: Jobset, fetched: readonly Fetched[]): string {
  const args = [nixexprinput, nixexprpath, ...inputArguments(fetched)];
  return createHash("sha256").update(args.join(" ")).digest("hex");
}
