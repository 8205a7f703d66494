import { type Database, type Jobset, type JobsetInput, newJobset, type Project, seconds } from "../database.ts";
import { fetchGit } from "./inputs.ts";
import type { HydraNix } from "./nix.ts";

/** Fields of a jobset in a specification that are taken as they are. */
const fields = [
  "enabled",
  "type",
  "flake",
  "description",
  "nixexprinput",
  "nixexprpath",
  "checkinterval",
  "schedulingshares",
  "emailoverride",
  "keepnr",
] as const;

/** The others. Here true and false mean what they say, but for `enable_dynamic_run_command`, which must not be mentioned. */
const flags = ["hidden", "enableemail", "enable_dynamic_run_command"] as const;

/**
 * Evaluates `.jobsets` of a declarative project: makes the jobsets of its specification, a dictionary from names to jobsets, and turns off
 * all others. Each that is wrong is left out, with a line in `errormsg` of the test server: Hydra writes it to its log only.
 */
export async function applyDeclaration(
  nix: HydraNix,
  dir: string,
  database: Database,
  { project: name, ...declared }: Jobset,
): Promise<void> {
  const project = database.projects.get(name);
  const own = project?.jobsets.get(declared.name);
  if (project?.declarative === undefined || own === undefined) return;
  const { file, value } = project.declarative;
  const fetched = await fetchGit(nix, dir, value).catch((error: Error) => error);
  if (fetched instanceof Error) {
    Object.assign(own, { lastcheckedtime: seconds(), fetcherrormsg: fetched.message });
    return;
  }
  const given: unknown = JSON.parse(nix.read(`${fetched.storePath}/${file}`));
  if (typeof given !== "object" || given === null) throw new Error(`${file} is not a dictionary`);
  for (const [other, jobset] of project.jobsets)
    if (other !== declared.name && !(other in given)) Object.assign(jobset, { enabled: 0, hidden: true });
  const errors: string[] = [];
  for (const [jobset, entry] of Object.entries(given)) {
    const error = apply(project, jobset, entry);
    if (error !== undefined) errors.push(`failed to process declarative jobset ${name}:${jobset}, ${error}\n`);
  }
  Object.assign(own, { lastcheckedtime: seconds(), fetcherrormsg: null, errormsg: errors.join("") });
}

/** Makes one jobset. Returns why it cannot be made. */
function apply(project: Project, name: string, { inputs = {}, ...entry }: Record<string, unknown>): string | undefined {
  const unknown = Object.keys(entry).filter(key => ![...fields, ...flags].some(each => each === key));
  if (unknown.length > 0) return `invalid keys (${unknown.join(", ")}) in declarative specification file`;
  if (entry.enable_dynamic_run_command !== undefined) {
    return "Dynamic RunCommand is not enabled by the server or the parent project.";
  }
  const before = project.jobsets.get(name) ?? { ...newJobset(project.name, name), enabled: 1, hidden: false };
  const known = Object.fromEntries(fields.flatMap(key => (key in entry ? [[key, entry[key]]] : [])));
  const isOn = (key: (typeof flags)[number], otherwise: boolean) =>
    entry[key] === undefined ? otherwise : Boolean(entry[key]);
  const jobset: Jobset = {
    ...before,
    ...known,
    hidden: isOn("hidden", before.hidden),
    enableemail: isOn("enableemail", before.enableemail),
    inputs: new Map(Object.entries(inputs as Record<string, Omit<JobsetInput, "name">>).map(inputOf)),
  };
  project.jobsets.set(name, jobset);
  return undefined;
}

function inputOf([name, { type, value, emailresponsible }]: [string, Omit<JobsetInput, "name">]): [
  string,
  JobsetInput,
] {
  return [name, { name, type, value, emailresponsible: Boolean(emailresponsible) }];
}
