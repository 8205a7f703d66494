import type { HydraMachine, HydraStatus } from "../../../server/src/protocol.ts";

/** Job -> the newest build that was seen. A window that has seen none has nothing to compare with. */
export type SeenBuilds = Readonly<Record<string, number>>;

/** The machines whose newest build newly fails and was not seen yet, and what has been seen then. */
export function newlyFailing(
  { machines }: HydraStatus,
  seen: SeenBuilds,
): { readonly failing: readonly HydraMachine[]; readonly seen: SeenBuilds } {
  const all = Object.values(machines).flat();
  const failing = new Map<string, HydraMachine>();
  const next: Record<string, number> = { ...seen };
  for (const machine of all) {
    const { build } = machine;
    // What is not finished is looked at when it is.
    if (build === undefined || build.state === "queued" || build.state === "building") continue;
    const job = jobOf(machine);
    const before = seen[job];
    next[job] = Math.max(build.id, before ?? 0);
    const isNew = before !== undefined && build.id > before;
    if (isNew && build.state === "failed" && build.isNewlyFailing === true) failing.set(job, machine);
  }
  return { failing: [...failing.values()], seen: next };
}

function jobOf({ url, project, jobset, job }: HydraMachine): string {
  return `${url} ${project}:${jobset}:${job}`;
}
