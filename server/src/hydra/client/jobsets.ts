import * as v from "valibot";
import type { Outcome } from "../../outcome.ts";
import type { HydraJobset } from "../../protocol.ts";
import type { HydraApi, JobsetState } from "../api.ts";
import { type JobsetAnswer, jobsetAnswer, jobsetErrors, projectAnswer, pushAnswer } from "./answers.ts";
import { jobsetBody, type RawObject } from "./jobsetBody.ts";
import { disabled, noJobset, noProject, refused } from "./problems.ts";
import { type HydraRequest, isRedirect, type Transport } from "./transport.ts";

type JobsetRequests = Pick<
  HydraApi,
  "jobsets" | "createProject" | "jobset" | "putJobset" | "trigger" | "evaluationErrors"
>;

/** At most this often an item that was renamed is followed. */
const maxRenames = 5;

/** Requests about projects and jobsets. */
export function jobsetRequests(transport: Transport): JobsetRequests {
  const read = (project: string, name: string, signal?: AbortSignal) => readJobset(transport, project, name, signal);
  return {
    jobsets: async (project, signal) => {
      const answer = await transport.json(projectAnswer, { method: "GET", path: projectPath(project), signal });
      return "problem" in answer ? answer : { value: answer.value?.jobsets };
    },
    createProject: async (project, displayName, signal) => {
      const body = { name: project, displayname: displayName, enabled: true, visible: true };
      const roles = ["admin", "create-projects"];
      const sent = await transport.send({ method: "PUT", path: projectPath(project), body, roles, signal });
      return "problem" in sent ? sent : { value: null };
    },
    jobset: async (project, name, signal) => {
      const found = await read(project, name, signal);
      return "problem" in found ? found : { value: found.value && stateOf(found.value.parsed) };
    },
    putJobset: async (project, jobset, signal) => putJobset(transport, project, jobset, signal),
    trigger: async (project, jobset, signal) => trigger(transport, project, jobset, signal),
    evaluationErrors: async (project, name, signal) => {
      const found = await read(project, name, signal);
      if ("problem" in found) return found;
      if (found.value === undefined) return { problem: noJobset(project, name) };
      // Since April 2024 the jobset itself has no text, and a page of its own has it.
      const { parsed } = found.value;
      if (parsed.errormsg) return { value: parsed.errormsg };
      const path = `${jobsetPath(project, parsed.name)}/errors`;
      const errors = await transport.json(jobsetErrors, { method: "GET", path, signal });
      return "problem" in errors ? errors : { value: errors.value?.errormsg ?? "" };
    },
  };
}

function projectPath(project: string): string {
  return `/project/${encodeURIComponent(project)}`;
}

function jobsetPath(project: string, jobset: string): string {
  return `/jobset/${encodeURIComponent(project)}/${encodeURIComponent(jobset)}`;
}

/**
 * Sends a request about a jobset, and again with its present name where it was renamed. Only the name is taken from the redirect, which
 * names the server as it sees itself.
 *
 * @param rest what follows the jobset in the path.
 */
export async function aboutJobset(
  transport: Transport,
  project: string,
  jobset: string,
  rest: string,
  asked: Omit<HydraRequest, "path">,
): ReturnType<Transport["send"]> {
  let name = jobset;
  for (let renames = 0; ; renames++) {
    const sent = await transport.send({ ...asked, path: `${jobsetPath(project, name)}${rest}` });
    if ("problem" in sent || !isRedirect(sent.value)) return sent;
    const { location = "" } = sent.value.headers;
    const renamed = /\/jobset\/[^/?#]+\/([^/?#]+)/.exec(location)?.[1];
    if (renamed === undefined || renames === maxRenames)
      return { problem: refused(transport.url, `HTTP ${sent.value.status}`) };
    name = decoded(renamed);
  }
}

interface FoundJobset {
  readonly raw: RawObject;
  readonly parsed: JobsetAnswer;
}

async function readJobset(
  transport: Transport,
  project: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Outcome<FoundJobset | undefined>> {
  const sent = await aboutJobset(transport, project, name, "", { method: "GET", signal });
  if ("problem" in sent) return sent;
  if (sent.value.status === 404) return { value: undefined };
  const raw = transport.parse(v.record(v.string(), v.unknown()), sent.value);
  if ("problem" in raw) return raw;
  const parsed = transport.parse(jobsetAnswer, sent.value);
  return "problem" in parsed ? parsed : { value: { raw: raw.value, parsed: parsed.value } };
}

function stateOf(answer: JobsetAnswer): JobsetState {
  const { triggertime, starttime, lastcheckedtime, fetcherrormsg } = answer;
  return {
    name: answer.name,
    description: answer.description ?? "",
    enabled: answer.enabled,
    visible: answer.visible,
    expressionInput: answer.nixexprinput ?? "",
    expressionPath: answer.nixexprpath ?? "",
    checkInterval: answer.checkinterval,
    schedulingShares: answer.schedulingshares,
    keepEvaluations: answer.keepnr,
    inputs: Object.fromEntries(
      Object.entries(answer.inputs).map(([name, { type, value, emailresponsible }]) => [
        name,
        { type, value: value ?? "", ...(emailresponsible && { emailResponsible: true }) },
      ]),
    ),
    ...(triggertime !== null && { triggeredAt: triggertime }),
    ...(starttime !== null && { evaluatingSince: starttime }),
    ...(lastcheckedtime !== null && { lastCheckedAt: lastcheckedtime }),
    ...(fetcherrormsg && { fetchError: fetcherrormsg }),
    isFlake: answer.type === 1,
  };
}

async function putJobset(
  transport: Transport,
  project: string,
  jobset: HydraJobset,
  signal: AbortSignal | undefined,
): Promise<Outcome<null>> {
  const found = await readJobset(transport, project, jobset.name, signal);
  if ("problem" in found) return found;
  const { raw, parsed } = found.value ?? {};
  if (parsed?.type === 1) return { problem: refused(transport.url, `the jobset ${parsed.name} evaluates a flake`) };
  const path = jobsetPath(project, parsed?.name ?? jobset.name);
  const body = jobsetBody(jobset, raw);
  const sent = await transport.send({ method: "PUT", path, body, roles: ["admin"], signal });
  if ("problem" in sent) return sent;
  return sent.value.status === 404 ? { problem: noProject(transport.url, project) } : { value: null };
}

async function trigger(
  transport: Transport,
  project: string,
  jobset: string,
  signal: AbortSignal | undefined,
): Promise<Outcome<null>> {
  const name = `${project}:${jobset}`;
  const path = `/api/push?jobsets=${encodeURIComponent(name)}`;
  const roles = ["admin", "eval-jobset"];
  const pushed = await transport.json(pushAnswer, { method: "POST", path, roles, signal });
  if ("problem" in pushed) return pushed;
  const { error, jobsetsTriggered = [] } = pushed.value ?? {};
  if (error === undefined && jobsetsTriggered.includes(name)) return { value: null };
  // An error comes with 200, and one of a version of Hydra has no text: the jobset says why.
  const found = await readJobset(transport, project, jobset, signal);
  if ("problem" in found) return found;
  if (found.value === undefined) return { problem: noJobset(project, jobset) };
  const present = found.value.parsed.name;
  if (present !== jobset) return trigger(transport, project, present, signal);
  return { problem: error === undefined ? disabled(project, jobset) : refused(transport.url, error) };
}

/** What is not a valid escape is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
