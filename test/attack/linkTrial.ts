import type { Builder } from "../support/builder.ts";
import type { Lab } from "../support/lab.ts";
import { descendants, type Process } from "../support/processes.ts";
import { until } from "../support/until.ts";
import type { Faults } from "./attack.ts";
import type { Random } from "./random.ts";

/** How long the processes of a lost connection may remain on the builder once the link is back (ms): TCP retries ever more rarely. */
const forgotten = 60_000;

/** What a trial of cutting a link works with. */
export interface LinkTrial {
  readonly lab: Lab;
  readonly builder: Builder;
  readonly index: number;
  readonly random: Random;
  /** How long a build takes that nothing disturbs (ms). */
  readonly usual: number;
  readonly faults: Faults;
}

/** What still runs on a builder besides its ssh server, once that has noticed which connections are gone. */
export async function remainingOn(builder: Builder): Promise<Process[]> {
  const others = () =>
    descendants(builder.pid).filter(({ cmdline }) => !/^(?:unshare|setpriv) |sshd .*-D|\[listener\]/.test(cmdline));
  await until("the processes on a builder end", () => (others().length === 0 ? true : undefined), forgotten).catch(
    () => undefined,
  );
  return others();
}
