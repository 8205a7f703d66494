import { defaultFileName } from "../../common/entered/jobsets.ts";

// Names as Hydra accepts them (`Hydra/Helper/CatalystUtils.pm`: `$jobNameRE`, `$jobsetNameRE`).

/** The jobset of several machines, unless the user names it. */
export const jobsetOfSeveral = "machines";

/** The job that succeeds once all machines of its jobset have been built. */
export const aggregateJob = "deployable";

/** The job of a machine: its name, with `-` for what the name of a job may not contain. The same as in the Nix text (`files.ts`). */
export function jobName(machine: string): string {
  return started(machine.replaceAll(/[^A-Za-z0-9_-]+/g, "-"));
}

/** The jobset of a single machine, and the name of its file without `.nix`. Dots stay, as in `web.example.org`. */
export function jobsetName(machine: string): string {
  const name = started(machine.replaceAll(/[^A-Za-z0-9_.-]+/g, "-"));
  return `${name}.nix` === defaultFileName ? `${name}_` : name;
}

/** Machines that would have the same job, as one group each; or the name of the aggregate. */
export function sameJobs(machines: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const machine of new Set(machines))
    groups.set(jobName(machine), [...(groups.get(jobName(machine)) ?? []), machine]);
  const isTaken = (job: string) => groups.size > 1 && job === aggregateJob;
  return [...groups].flatMap(([job, names]) => (names.length > 1 || isTaken(job) ? [names] : []));
}

/** Names of Hydra begin with a letter or an underscore. */
function started(name: string): string {
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
