import type { Outcome } from "../../outcome.ts";
import type { HydraApi, HydraBuildRow } from "../api.ts";
import { jobName, jobsetName } from "../expression/names.ts";
import { BuildMemory } from "./buildMemory.ts";
import { type KnownJobset, readJobsets } from "./jobsets.ts";

/** A jobset with the builds of its newest evaluation, as far as they are known. */
export interface JobsetWithBuilds extends KnownJobset {
  readonly builds: readonly HydraBuildRow[];
}

/** The jobset that builds a machine, and the job of the machine in it. */
export interface MachineJobset extends KnownJobset {
  readonly job: string;
  /** Its build in the newest evaluation. Absent: the evaluation has none. */
  readonly build?: HydraBuildRow | undefined;
}

/** An evaluation with more builds is not that of machines. */
const maxBuilds = 500;

/** Whether the expression of a jobset is the file that is written for a machine: `hydra/eiffel.nix`. */
function isOwnJobset(machine: string, { state: { expressionPath } }: KnownJobset): boolean {
  return `/${expressionPath}`.endsWith(`/hydra/${jobsetName(machine)}.nix`);
}

/**
 * The jobset that builds a machine: its own (`isOwnJobset`), or else the first whose newest evaluation has a job for it. Undefined: there
 * is none.
 */
export function jobsetOfMachine(jobsets: readonly JobsetWithBuilds[], machine: string): MachineJobset | undefined {
  const name = jobName(machine);
  const own = jobsets.find(jobset => isOwnJobset(machine, jobset));
  const found = own ?? jobsets.find(({ builds }) => builds.some(({ job }) => job === name));
  if (found === undefined) return undefined;
  const { builds, ...jobset } = found;
  // The only job of a machine's own jobset may have any name.
  const [only, ...others] = builds;
  const build = builds.find(({ job }) => job === name) ?? (others.length === 0 ? only : undefined);
  return { ...jobset, job: build?.job ?? name, build };
}

/** The builds of a jobset's newest evaluation. */
export async function withBuilds(
  jobset: KnownJobset,
  memory: BuildMemory,
  signal?: AbortSignal,
): Promise<Outcome<JobsetWithBuilds>> {
  const ids = jobset.newest?.builds ?? [];
  if (ids.length > maxBuilds) return { value: { ...jobset, builds: [] } };
  const builds = await memory.builds(ids, signal);
  return "problem" in builds ? builds : { value: { ...jobset, builds: builds.value } };
}

/** Asks a server for the jobset of a machine in a project. Undefined: there is none. */
export async function findJobsetOfMachine(
  api: HydraApi,
  project: string,
  machine: string,
  signal?: AbortSignal,
): Promise<Outcome<MachineJobset | undefined>> {
  const jobsets = await readJobsets(api, project, [], signal);
  if ("problem" in jobsets) return jobsets;
  const memory = new BuildMemory(api);
  const own = jobsets.value.find(jobset => isOwnJobset(machine, jobset));
  for (const each of own === undefined ? jobsets.value : [own]) {
    const jobset = await withBuilds(each, memory, signal);
    if ("problem" in jobset) return jobset;
    const found = jobsetOfMachine([jobset.value], machine);
    if (found !== undefined) return { value: found };
  }
  return { value: undefined };
}
