import { type Lab, startLab } from "../support/lab.ts";
import { type AttackContext, eachTrial, type Faults } from "./attack.ts";
import { measureUndisturbed } from "./moments.ts";
import type { Random } from "./random.ts";
import { watchRealisations } from "./realisations.ts";

/** What one trial works with: `usual` is the duration of a build that nothing disturbs (ms). */
export interface Trial {
  readonly lab: Lab;
  readonly index: number;
  readonly random: Random;
  readonly usual: number;
  readonly faults: Faults;
}

/** Runs trials in one laboratory, four in parallel, and watches that nothing is realised twice. */
export async function trialsInLab(
  { trials, random, faults }: AttackContext,
  trial: (parts: Trial) => Promise<void>,
): Promise<void> {
  const lab = await startLab({ maxJobs: 4 });
  const stopWatching = watchRealisations(faults);
  const usual = await measureUndisturbed(lab, faults);
  await eachTrial(trials, 4, index => trial({ lab, index, random: random.fork(index), usual, faults }));
  stopWatching();
  await lab.stop();
}
