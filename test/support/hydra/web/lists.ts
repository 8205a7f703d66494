import type { Build } from "../database.ts";
import { buildEntity, buildSummary, jobsetEntity, projectEntity } from "./entities.ts";
import { at, type Exchange, int, notFound, Refusal, type Reply } from "./exchange.ts";
import { findJobset, isReply } from "./jobsets.ts";

// Lists of builds, and what is known of one job.

/** `/api/queue`: unfinished builds. */
export function apiQueue({ database, query }: Exchange): Reply {
  return { kind: "json", body: database.queue().slice(0, count(query)).map(buildSummary) };
}

/** `/api/latestbuilds`: finished builds only, the newest first. */
export function latestBuilds({ database, query }: Exchange): Reply {
  const number = count(query);
  const wanted = (["project", "jobset", "job", "system"] as const).filter(field => query.get(field));
  const matches = (build: Build) => build.finished && wanted.every(field => build[field] === query.get(field));
  return { kind: "json", body: database.builds.filter(matches).toReversed().slice(0, number).map(buildSummary) };
}

function count(query: URLSearchParams): number {
  const number = query.get("nr");
  if (number === null) throw new Refusal("Parameter not defined!");
  return int(number);
}

export function numberOfQueued({ database }: Exchange): Reply {
  return { kind: "json", body: database.queue().length };
}

/** `/api/nrbuilds`: how many builds each of the last hours or days had. */
export function numberOfBuilds({ database, query }: Exchange): Reply {
  const base = query.get("period") === "hour" ? 3600 : 86400;
  const number = count(query);
  const counts = new Map<number, number>();
  for (const { finished, timestamp } of database.builds)
    if (finished) counts.set(Math.floor(timestamp / base), (counts.get(Math.floor(timestamp / base)) ?? 0) + 1);
  const sorted = [...counts].toSorted(([a], [b]) => a - b).map(([, each]) => each);
  return { kind: "json", body: sorted.slice(-number) };
}

export function queue({ database }: Exchange): Reply {
  return { kind: "json", body: database.queue().map(build => buildEntity(build, true)) };
}

/** Builds of which a step is running. One with two of them is there twice. */
export function status({ database }: Exchange): Reply {
  const running = database.builds.flatMap(build => build.steps.filter(({ busy }) => busy !== 0).map(() => build));
  return { kind: "json", body: running.map(build => buildEntity(build, true)) };
}

export function search({ database, query }: Exchange): Reply {
  const text = query.get("query") ?? "";
  const has = (...values: readonly string[]) => values.some(value => value.includes(text));
  const builds = database.builds.toReversed();
  const isBuild = ({ outputs }: Build) => has(...Object.values(outputs));
  return {
    kind: "json",
    body: {
      projects: [...database.projects.values()]
        .filter(({ name, description }) => has(name, description))
        .map(projectEntity),
      jobsets: database
        .jobsets()
        .filter(({ name, description }) => has(name, description))
        .map(each => jobsetEntity(each, false)),
      builds: builds.filter(isBuild).map(build => buildEntity(build)),
      buildsdrv: builds.filter(({ drvpath }) => has(drvpath)).map(build => buildEntity(build)),
    },
  };
}

/** `/job/PROJECT/JOBSET/JOB/...`. */
export function job(exchange: Exchange, path: readonly string[]): Reply | undefined {
  const [project = "", jobset = "", name = "", part = "", system] = path;
  const found = findJobset(exchange, project, jobset);
  if (isReply(found)) return found;
  const { database } = exchange;
  const builds = database.builds
    .filter(build => build.project === project && build.jobset === jobset && build.job === name)
    .toReversed();
  const done = builds.filter(build => build.finished && build.buildstatus === 0);
  const go = (to: Build | undefined): Reply => {
    if (to === undefined) throw notFound("There is no successful build to redirect to.");
    return { kind: "redirect", to: at(exchange, "build", to.id) };
  };
  const isComplete = (id: number) => database.eval(id)?.builds.every(each => database.build(each)?.finished) === true;
  switch (part) {
    case "":
      return { kind: "html", title: `${project}:${jobset}:${name}`, body: "" };
    case "latest":
      return go(done[0]);
    case "latest-finished":
      return go(done.find(({ evals }) => evals.some(isComplete)));
    case "latest-for":
      return go(done.find(build => build.system === system));
    case "shield": {
      const last = builds.find(({ finished }) => finished);
      const [color, message] =
        last === undefined
          ? ["lightgrey", "unknown"]
          : last.buildstatus === 0
            ? ["green", "passing"]
            : ["red", "failing"];
      return { kind: "json", body: { schemaVersion: 1, label: "hydra build", color, message } };
    }
    default:
      return undefined;
  }
}
