import * as v from "valibot";

// What we use of Hydra's answers. Hydra's own OpenAPI file is incomplete; these are the answers of servers from 2023 to 2026. Numbers
// may come as numeric strings, and booleans as 0 and 1, depending on the version of Perl's JSON library.

const number = v.union([
  v.pipe(v.number(), v.finite()),
  v.pipe(v.string(), v.regex(/^-?\d{1,15}(?:\.\d+)?$/), v.transform(Number)),
]);
const id = v.pipe(number, v.integer(), v.minValue(0));
const flag = v.union([
  v.boolean(),
  v.pipe(
    number,
    v.transform(value => value !== 0),
  ),
]);
const text = v.pipe(v.string(), v.maxLength(1024 * 1024));
const maybe = <S extends v.GenericSchema>(schema: S) => v.nullish(schema, null);
/** Seconds -> epoch milliseconds. */
const time = v.pipe(
  number,
  v.transform(seconds => Math.round(seconds * 1000)),
);

export const errorAnswer = v.object({ error: text });

/** `/login` and `/current-user`. */
export const userAnswer = v.object({ username: text, userroles: v.optional(v.array(text), []) });

export const projectAnswer = v.object({
  name: text,
  owner: maybe(text),
  enabled: v.optional(flag, true),
  jobsets: v.optional(v.array(text), []),
  declarative: v.optional(v.unknown()),
});

const input = v.object({ type: text, value: maybe(text), emailresponsible: v.optional(flag, false) });

export const jobsetAnswer = v.object({
  name: text,
  description: maybe(text),
  enabled: v.pipe(number, v.picklist([0, 1, 2, 3])),
  visible: v.optional(flag, true),
  type: v.optional(number, 0),
  nixexprinput: maybe(text),
  nixexprpath: maybe(text),
  checkinterval: v.optional(number, 0),
  schedulingshares: v.optional(number, 1),
  keepnr: v.optional(number, 0),
  inputs: v.optional(v.record(v.string(), input), {}),
  triggertime: maybe(time),
  starttime: maybe(time),
  lastcheckedtime: maybe(time),
  errormsg: maybe(text),
  fetcherrormsg: maybe(text),
});

export type JobsetAnswer = v.InferOutput<typeof jobsetAnswer>;

/** `/jobset/P/J/errors`, of which only the text counts. */
export const jobsetErrors = v.object({ errormsg: maybe(text) });

export const evaluationAnswer = v.object({
  id,
  timestamp: time,
  builds: v.optional(v.array(id), []),
  jobsetevalinputs: v.optional(
    v.record(v.string(), v.object({ uri: maybe(text), revision: maybe(text), value: v.optional(v.unknown()) })),
    {},
  ),
});

export const evaluationsAnswer = v.object({ evals: v.array(evaluationAnswer) });

export const buildAnswer = v.object({
  id,
  project: text,
  jobset: text,
  job: text,
  system: text,
  drvpath: text,
  finished: flag,
  buildstatus: maybe(number),
  timestamp: time,
  starttime: maybe(time),
  stoptime: maybe(time),
  jobsetevals: v.optional(v.array(id), []),
  buildoutputs: v.optional(v.record(v.string(), v.object({ path: maybe(text) })), {}),
});

/** Entries of `/api/queue` and `/api/latestbuilds`. */
export const buildsAnswer = v.array(
  v.object({ id, project: text, jobset: text, job: text, finished: v.optional(flag, false) }),
);

/** `/build/ID/step/N`, of servers from 2026 on. */
export const stepAnswer = v.object({ drvpath: maybe(text) });

/** `/api/push`. */
export const pushAnswer = v.object({ jobsetsTriggered: v.optional(v.array(text), []), error: v.optional(text) });
