import type { Build, Database, Flavour, Jobset } from "../database.ts";
import type { HydraOptions } from "../hydra.ts";
import { evaluateJobset } from "./evaluator.ts";
import type { Job } from "./jobs.ts";
import { hydraNix } from "./nix.ts";
import { startRunner } from "./runner.ts";

export interface WorkOptions
  extends Pick<HydraOptions, "lab" | "ownNix" | "cache" | "allowsImportFromDerivation" | "machineOf" | "slots"> {
  readonly flavour: Flavour;
  readonly database: Database;
  readonly dir: string;
  readonly logs: string;
}

/** Hydra's evaluator and queue runner: they work off what is triggered and queued. */
export interface Work {
  /** Looks for something to do. */
  wake(): void;
  cancel(build: number): void;
  forgetFailures(build: number): void;
  hold(what: "evaluations" | "builds"): () => void;
  isIdle(): boolean;
  /** Names of the derivations whose logs are being written. */
  readonly openLogs: ReadonlySet<string>;
  /** Ends all processes. Throws what has gone wrong in the server itself. */
  stop(): Promise<void>;
}

export function startWork(options: WorkOptions): Work {
  const { lab, database, flavour, dir, logs, cache } = options;
  const nix = hydraNix(lab, dir, options.ownNix);
  const limits = new Map<string, Job>();
  const allowsImport = options.allowsImportFromDerivation ?? flavour === "2023";
  const runner = startRunner({
    ...{ database, nix, logs, limits },
    slots: options.slots ?? 2,
    machineOf: options.machineOf ?? (() => ""),
    publish: async outputs => {
      if (cache !== undefined) await nix.push(cache, outputs);
    },
  });
  const held = { evaluations: 0, builds: 0 };
  const defects: Error[] = [];
  let isStopped = false;

  // What is triggered: jobsets that are on, in the order in which they were. Those that are off wait until they are on.
  const nextJobset = (): Jobset | undefined =>
    database
      .jobsets()
      .filter(({ project, enabled }) => enabled !== 0 && database.projects.get(project)?.enabled === true)
      .filter(({ triggertime, type }) => triggertime !== null && type === 0)
      .toSorted((a, b) => (a.triggertime ?? 0) - (b.triggertime ?? 0))[0];
  // An aggregate waits for its constituents.
  const nextBuild = (): Build | undefined =>
    database.queue().find(({ constituents }) => constituents.every(id => database.build(id)?.finished !== false));

  const evaluations = worker(() => {
    const next = held.evaluations > 0 ? undefined : nextJobset();
    return next && (() => evaluateJobset({ ...{ flavour, database, nix, dir, allowsImport, limits } }, next));
  });
  const builds = worker(() => {
    const next = held.builds > 0 ? undefined : nextBuild();
    return next && (() => runner.run(next));
  });

  /** Does one thing after the other, for as long as there is one. */
  function worker(next: () => (() => Promise<void>) | undefined) {
    let running: Promise<void> | undefined;
    const work = async () => {
      for (let task = next(); task !== undefined && !isStopped; task = next()) {
        await task().catch((error: Error) => {
          if (isStopped) return;
          defects.push(error);
          isStopped = true;
        });
        builds?.start();
      }
    };
    return {
      start: () => {
        running ??= work().finally(() => {
          running = undefined;
        });
      },
      isIdle: () => running === undefined && (isStopped || next() === undefined),
      ended: () => running,
    };
  }

  const wake = () => {
    evaluations.start();
    builds.start();
  };
  return {
    wake,
    cancel: runner.cancel,
    forgetFailures: runner.forgetFailures,
    openLogs: runner.open,
    hold: what => {
      held[what]++;
      let isHeld = true;
      return () => {
        if (isHeld) held[what]--;
        isHeld = false;
        wake();
      };
    },
    isIdle: () => evaluations.isIdle() && builds.isIdle(),
    stop: async () => {
      isStopped = true;
      await nix.stop();
      await evaluations.ended();
      await builds.ended();
      if (defects.length > 0) throw new AggregateError(defects, defects.map(({ message }) => message).join("\n"));
    },
  };
}
