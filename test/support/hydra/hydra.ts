import fs from "node:fs";
import path from "node:path";
import type { Cache } from "../cache.ts";
import type { Lab } from "../lab.ts";
import type { NixSettings } from "../nixConf.ts";
import { until } from "../until.ts";
import { Database, type Flavour, type HydraUser, type Jobset, newJobset, newProject, seconds } from "./database.ts";
import type { Interference } from "./http/interference.ts";
import { type HydraRequest, startWeb, type WebOptions } from "./http/site.ts";
import type { Site } from "./web/exchange.ts";
import { logPath } from "./work/runner.ts";
import { startWork, type Work } from "./work/work.ts";

/** How a Hydra server is set up. */
export interface HydraOptions extends WebOptions {
  readonly lab: Lab;
  /** Which version it behaves like. Default: 2026. */
  readonly flavour?: Flavour;
  /** Default: `alice`, an administrator with the password `foobar`, and `bob`, who may do nothing (`secret`). */
  readonly users?: readonly HydraUser[];
  /** Only users may read. */
  readonly isPrivate?: boolean;
  /** Where logs are that it does not have: the address of another server, with a slash at the end. */
  readonly logPrefix?: string;
  /** Its Nix has a store of its own, with these settings: what it builds is not on the user's machine. Needs root's rights. */
  readonly ownNix?: NixSettings;
  /** Where the outputs of builds that succeed are pushed, signed. */
  readonly cache?: Pick<Cache, "folder" | "key">;
  /** Default: allowed in 2023 only. */
  readonly allowsImportFromDerivation?: boolean;
  /** The machine that builds a system, as in a machines file: `ssh://root@attic`. Default: the server itself. */
  readonly machineOf?: (system: string) => string;
  /** How many steps of a build run in parallel. Default: 2. */
  readonly slots?: number;
  /** Logs of steps that have ended are compressed, as usual: their length is not sent. Default: true. */
  readonly compressesLogs?: boolean;
}

/** What a test sets of a jobset; the rest is as in a new one that is on and visible. */
export type JobsetFields = Partial<Omit<Jobset, "name" | "project" | "inputs">> & {
  /** Input -> value of a git input (`Repository.input`), or type and value. */
  readonly inputs?: Readonly<Record<string, string | { readonly type: string; readonly value: string }>>;
};

/** A Hydra server: its pages, evaluator and queue runner. */
export interface TestHydra {
  /** Without a slash at the end. */
  readonly url: string;
  /** What it knows. Tests may change it. */
  readonly database: Database;
  /** All requests so far, for counting and for looking at their headers. */
  readonly requests: readonly HydraRequest[];
  /** Creates a project directly. */
  addProject(name: string, owner?: string): void;
  /** Creates a jobset directly. Nothing is evaluated before it is triggered. */
  addJobset(project: string, name: string, fields?: JobsetFields): Jobset;
  /** Triggers a jobset as the hourly check does. */
  trigger(project: string, jobset: string): void;
  /** Resolves when nothing is triggered, evaluated or built any longer; what is held is not waited for. */
  idle(): Promise<void>;
  /** Stops beginning with `evaluations` or `builds`: what is triggered or queued stays so until the returned function is called. */
  hold(what: "evaluations" | "builds"): () => void;
  /** Ends all sessions: cookies are worth nothing any longer. */
  expireSessions(): void;
  /** Disturbs some requests. Returns a function that ends it. */
  interfere(what: Interference): () => void;
  /** Replaces the log of a derivation. @param isOpen it is still being written. */
  writeLog(drvPath: string, text: string | Buffer, isOpen?: boolean): void;
  /** Ends it and all of its processes. */
  stop(): Promise<void>;
}

export const alice: HydraUser = { name: "alice", password: "foobar", roles: ["admin"] };
export const bob: HydraUser = { name: "bob", password: "secret", roles: [] };

let started = 0;

/** Starts a Hydra server of a laboratory. It ends with the laboratory at the latest. */
export async function startHydra(options: HydraOptions): Promise<TestHydra> {
  const { lab, flavour = "2026", users = [alice, bob], compressesLogs = true } = options;
  const dir = path.join(lab.dir, "hydra", String(++started));
  const logs = path.join(dir, "build-logs");
  fs.mkdirSync(logs, { recursive: true });
  const database = new Database(users);
  const work = startWork({ ...options, flavour, database, dir, logs });
  const written = new Set<string>();
  const site: Site = {
    flavour,
    database,
    isPrivate: options.isPrivate ?? false,
    logPrefix: options.logPrefix,
    logFile: name => {
      const file = logPath(logs, name);
      return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
    },
    isPlain: name => !compressesLogs || work.openLogs.has(name) || written.has(name),
    wake: work.wake,
    cancel: work.cancel,
    forgetFailures: work.forgetFailures,
  };
  const web = await startWeb(site, options);
  const stop = async () => {
    await web.served.stop();
    await work.stop();
  };
  lab.defer(stop);
  return { ...accessTo(database, work), ...web, database, stop, writeLog: writer(logs, written) };
}

/** Writes logs that no build has written. */
function writer(logs: string, written: Set<string>): TestHydra["writeLog"] {
  return (drvPath, text, isOpen = false) => {
    const file = logPath(logs, path.basename(drvPath));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    if (isOpen) written.add(path.basename(drvPath));
    else written.delete(path.basename(drvPath));
  };
}

function accessTo(
  database: Database,
  work: Work,
): Pick<TestHydra, "addProject" | "addJobset" | "trigger" | "idle" | "hold" | "expireSessions"> {
  return {
    addProject: (name, owner = alice.name) => void database.projects.set(name, newProject(name, owner)),
    addJobset: (project, name, { inputs = {}, ...fields } = {}) => {
      const jobset: Jobset = { ...newJobset(project, name), enabled: 1, hidden: false, ...fields };
      for (const [input, given] of Object.entries(inputs)) {
        const value = typeof given === "string" ? { type: "git", value: given } : given;
        jobset.inputs.set(input, { name: input, emailresponsible: false, ...value });
      }
      const parent = database.projects.get(project);
      if (parent === undefined) throw new Error(`There is no project ${project}.`);
      parent.jobsets.set(name, jobset);
      return jobset;
    },
    trigger: (project, name) => {
      const jobset = database.jobset(project, name);
      if (jobset === undefined) throw new Error(`There is no jobset ${project}:${name}.`);
      jobset.triggertime = seconds();
      work.wake();
    },
    idle: async () => void (await until("Hydra is idle", () => (work.isIdle() ? true : undefined))),
    hold: work.hold,
    expireSessions: () => database.sessions.clear(),
  };
}
