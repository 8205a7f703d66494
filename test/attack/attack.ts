import { Random } from "./random.ts";

/** The kinds of faults that an attack can find, which are counted. docs/attack.md defines them. */
export type Fault = "lost" | "double" | "stuck" | "left" | "crashes" | "wrong";

/** The faults of an attack. Each is described on stderr when it is found. */
export class Faults {
  readonly counts: Record<Fault, number> = { lost: 0, double: 0, stuck: 0, left: 0, crashes: 0, wrong: 0 };
  readonly descriptions: string[] = [];

  add(fault: Fault, what: string): void {
    this.counts[fault]++;
    this.descriptions.push(`${fault}: ${what}`);
    process.stderr.write(`${fault}: ${what}\n`);
  }

  get isNone(): boolean {
    return this.descriptions.length === 0;
  }
}

/** The input of an attack. */
export interface AttackContext {
  readonly trials: number;
  readonly random: Random;
  readonly faults: Faults;
}

export interface Attack {
  readonly name: string;
  /** How many trials `npm run attack` makes. */
  readonly trials: number;
  run(context: AttackContext): Promise<void>;
}

/** The report of an attack. */
export type Report = Readonly<Record<Fault, number>> & {
  readonly attack: string;
  readonly seed: number;
  readonly trials: number;
  readonly seconds: number;
};

/** Runs an attack to completion. Throws if the attack itself fails. */
export async function runAttack(
  attack: Attack,
  { seed, trials = attack.trials }: { readonly seed: number; readonly trials?: number | undefined },
): Promise<{ readonly report: Report; readonly faults: Faults }> {
  const faults = new Faults();
  const began = performance.now();
  await attack.run({ trials, random: new Random(seed), faults });
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  return { report: { attack: attack.name, seed, trials, ...faults.counts, seconds }, faults };
}

/** Runs trials in order, at most `width` in parallel. */
export async function eachTrial(trials: number, width: number, trial: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < trials) await trial(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, trials) }, work));
}

/** Whether a response is an internal error of the server, including one that it has caught. */
export function isMistake(error: { readonly code?: unknown; readonly data?: unknown }): boolean {
  const { code } = (error.data ?? {}) as { readonly code?: unknown };
  return error.code === -32603 || code === "internal-error";
}
