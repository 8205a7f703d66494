import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { type Derivation, parseDerivation } from "../../../../server/src/nix/derivations/derivation.ts";
import { type Build, type Database, type Step, seconds } from "../database.ts";
import type { Job } from "./jobs.ts";
import type { HydraNix } from "./nix.ts";

export interface RunnerOptions {
  readonly database: Database;
  readonly nix: HydraNix;
  /** For the logs: `build-logs/XX/REST`, as Hydra has them. */
  readonly logs: string;
  /** The machine that builds a system, as in a machines file. Empty: the server itself. */
  readonly machineOf: (system: string) => string;
  readonly limits: ReadonlyMap<string, Pick<Job, "timeout" | "maxSilent">>;
  /** How many steps of a build run in parallel. */
  readonly slots: number;
  /** Gets the outputs of a build that has succeeded, before it says so. */
  readonly publish: (outputs: readonly string[]) => Promise<void>;
}

/** Builds what is queued, one build after the other, each derivation as a step. */
export interface Runner {
  /** Builds one build to its end. */
  run(build: Build): Promise<void>;
  cancel(build: number): void;
  forgetFailures(build: number): void;
  /** The derivations whose log is being written. */
  readonly open: ReadonlySet<string>;
}

/** Statuses of steps and builds (`buildstatus`). */
const status = {
  ok: 0,
  failed: 1,
  dependency: 2,
  cancelled: 4,
  timedOut: 7,
  cachedFailure: 8,
  unsupported: 9,
} as const;

/** A derivation that has to be built. */
type Missing = Derivation & { readonly drvPath: string };

export function startRunner(options: RunnerOptions): Runner {
  const { database, nix, logs } = options;
  /** Derivation -> the build in which it failed. */
  const failed = new Map<string, number>();
  const open = new Set<string>();
  /** Build -> ends its running steps. */
  const cancels = new Map<number, Set<() => void>>();
  /** Derivations that are being built. */
  const started = new Set<string>();

  /** The derivations that have to be built for one. */
  async function missing(drvPath: string): Promise<Missing[]> {
    const { stderr } = await nix.run("nix-store", ["--realise", "--dry-run", drvPath]);
    const found = stderr.split("\n").flatMap(line => /^ {2}(\S+\.drv)$/.exec(line)?.[1] ?? []);
    return found.flatMap(each => {
      const derivation = parseDerivation(nix.read(each));
      return derivation === undefined ? [] : [{ ...derivation, drvPath: each }];
    });
  }

  /** Builds one derivation, whose inputs exist, as a step. Returns its status. */
  async function runStep(build: Build, { drvPath, system, ...derivation }: Missing): Promise<number> {
    const outputs = Object.values(derivation.outputs);
    const earlier = failed.get(drvPath);
    if (earlier !== undefined) {
      const step = newStep(build, drvPath, outputs, system, "");
      Object.assign(step, { busy: 0, status: status.cachedFailure, stoptime: seconds() });
      if (earlier !== build.id) step.propagatedfrom = earlier;
      return status.failed;
    }
    const step = newStep(build, drvPath, outputs, system, options.machineOf(system));
    const result = await realise(build.id, drvPath, step);
    Object.assign(step, { busy: 0, status: result, stoptime: seconds() });
    if (result === status.failed || result === status.timedOut) failed.set(drvPath, build.id);
    return result;
  }

  async function realise(build: number, drvPath: string, step: Step): Promise<number> {
    const { timeout = 36000, maxSilent = 7200 } = options.limits.get(drvPath) ?? {};
    const limits = ["--option", "timeout", String(timeout), "--option", "max-silent-time", String(maxSilent)];
    const args = ["--realise", drvPath, "--log-format", "internal-json", "-v", ...limits, "--option", "builders", ""];
    const child = nix.start("nix-store", args);
    const name = path.basename(drvPath);
    const log = logPath(logs, name);
    fs.mkdirSync(path.dirname(log), { recursive: true });
    fs.writeFileSync(log, "");
    open.add(name);
    step.busy = 30;
    let [isCancelled, error] = [false, ""];
    const cancel = () => {
      isCancelled = true;
      child.kill("SIGINT");
    };
    const running = cancels.get(build);
    running?.add(cancel);
    const ended = new Promise<number>(resolve => child.once("close", code => resolve(code ?? 1)));
    if (child.stderr !== null) {
      readline.createInterface({ input: child.stderr }).on("line", line => {
        const text = logLine(line);
        if (text === undefined) return;
        if (text.startsWith("error:")) error = text;
        fs.appendFileSync(log, `${text}\n`);
      });
    }
    const code = await ended;
    running?.delete(cancel);
    open.delete(name);
    if (code === 0) return status.ok;
    if (isCancelled) return status.cancelled;
    if (/timed out/.test(error)) return status.timedOut;
    return /required to build|is a '.*' with features/.test(error) ? status.unsupported : status.failed;
  }

  /** Builds what a build lacks, in parallel where it can. Returns the build's status. */
  async function runSteps(build: Build): Promise<{ result: number; hasSteps: boolean }> {
    const left = new Map((await missing(build.drvpath)).map(each => [each.drvPath, each]));
    const hasSteps = left.size > 0;
    const running = new Set<Promise<void>>();
    let result: number = status.ok;
    while ((left.size > 0 || running.size > 0) && !build.finished) {
      const isWaiting = ({ inputDerivations }: Missing) =>
        inputDerivations.some(each => left.has(each) || started.has(each));
      const ready = [...left.values()].find(each => !isWaiting(each));
      const next = result === status.ok && running.size < options.slots ? ready : undefined;
      if (next === undefined) {
        if (running.size === 0) break;
        await Promise.race(running);
        continue;
      }
      left.delete(next.drvPath);
      started.add(next.drvPath);
      const step = runStep(build, next).then(ended => {
        started.delete(next.drvPath);
        running.delete(step);
        if (ended === status.ok || result !== status.ok) return;
        result = ended === status.failed && next.drvPath !== build.drvpath ? status.dependency : ended;
      });
      running.add(step);
    }
    await Promise.all(running);
    return { result, hasSteps };
  }

  return {
    open,
    cancel: build => {
      for (const cancel of cancels.get(build) ?? []) cancel();
    },
    forgetFailures: build => {
      const drvs = new Set(database.build(build)?.steps.map(({ drvpath }) => drvpath));
      for (const drv of drvs) failed.delete(drv);
    },
    run: async build => {
      cancels.set(build.id, new Set());
      const began = seconds();
      const broken = build.constituents.some(id => {
        const needed = database.build(id);
        return needed?.finished === true && needed.buildstatus !== 0;
      });
      const { result, hasSteps } = broken ? { result: status.dependency, hasSteps: false } : await runSteps(build);
      cancels.delete(build.id);
      if (result === status.ok && !build.finished) {
        for (const output of Object.values(build.outputs)) nix.root(output);
        await options.publish(Object.values(build.outputs));
      }
      // Cancelled in the meantime.
      if (build.finished) return;
      const now = seconds();
      build.starttime = hasSteps ? began : now;
      Object.assign(build, { stoptime: now, buildstatus: result, finished: true });
    },
  };
}

function newStep(build: Build, drvpath: string, outputs: readonly string[], system: string, machine: string): Step {
  const nr = build.steps.length + 1;
  const times = { starttime: seconds(), stoptime: null };
  const step: Step = { nr, type: 0, drvpath, outputs, machine, system, busy: 1, status: null, ...times };
  build.steps.push(step);
  return step;
}

/** The file of a log in Hydra's folder. @param name the derivation's file name. */
export function logPath(logs: string, name: string): string {
  return path.join(logs, name.slice(0, 2), name.slice(2));
}

/** What a line of Nix's event stream adds to the log: the builder's output, and the errors. */
function logLine(line: string): string | undefined {
  if (!line.startsWith("@nix ")) return undefined;
  const event = JSON.parse(line.slice(5)) as { action: string; type?: number; fields?: unknown[]; msg?: string };
  if (event.action === "result" && event.type === 101) return String(event.fields?.[0] ?? "");
  // Errors come in colours.
  const text = stripVTControlCharacters(event.msg ?? "");
  return event.action === "msg" && text.startsWith("error:") ? text : undefined;
}
