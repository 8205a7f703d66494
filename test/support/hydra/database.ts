// What a Hydra server knows, with the names of its own database. Times are in seconds since 1970, as everywhere in Hydra.

/** The versions that the test server can behave like: those of 2026-08-21 and of 2023-11-17. */
export type Flavour = "2026" | "2023";

/** Hydra's roles; `admin` includes all others. */
export type Role = "admin" | "create-projects" | "restart-jobs" | "bump-to-front" | "cancel-build" | "eval-jobset";

export interface HydraUser {
  readonly name: string;
  readonly password: string;
  readonly roles: readonly Role[];
}

export interface Session {
  user: string | undefined;
}

export interface Project {
  name: string;
  displayname: string;
  description: string;
  homepage: string;
  owner: string;
  enabled: boolean;
  hidden: boolean;
  /** Of a declarative project: where its `spec.json` is. */
  declarative: { readonly file: string; readonly type: string; readonly value: string } | undefined;
  readonly jobsets: Map<string, Jobset>;
  /** Old name of a jobset -> its name now. */
  readonly renames: Map<string, string>;
}

export interface JobsetInput {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly emailresponsible: boolean;
}

export interface Jobset {
  name: string;
  project: string;
  description: string;
  /** 0: off; 1: on; 2: evaluated once; 3: one evaluation at a time. */
  enabled: number;
  hidden: boolean;
  /** 0: an expression; 1: a flake. */
  type: number;
  nixexprinput: string;
  nixexprpath: string;
  flake: string;
  checkinterval: number;
  schedulingshares: number;
  keepnr: number;
  enableemail: boolean;
  emailoverride: string;
  inputs: Map<string, JobsetInput>;
  triggertime: number | null;
  starttime: number | null;
  lastcheckedtime: number | null;
  errortime: number | null;
  errormsg: string;
  fetcherrormsg: string | null;
  /** The next evaluation runs even if no input has changed. */
  forceeval: boolean;
}

export interface EvaluationInput {
  readonly type: string;
  readonly uri: string | null;
  readonly revision: string | null;
  readonly value: string | null;
  readonly dependency: number | null;
}

export interface Evaluation {
  readonly id: number;
  readonly project: string;
  jobset: string;
  readonly timestamp: number;
  readonly checkouttime: number;
  readonly evaltime: number;
  /** Evaluations without new builds exist, and are not listed. */
  readonly hasnewbuilds: boolean;
  readonly builds: readonly number[];
  readonly inputs: Readonly<Record<string, EvaluationInput>>;
  /** Identifies the inputs and the expression. */
  readonly hash: string;
  readonly errormsg: string;
}

export interface Build {
  readonly id: number;
  readonly project: string;
  jobset: string;
  readonly job: string;
  readonly nixname: string;
  readonly system: string;
  readonly drvpath: string;
  /** Output -> store path. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly priority: number;
  /** Goes before the priority: bumped builds have one. */
  globalpriority: number;
  readonly timestamp: number;
  finished: boolean;
  /** A restarted build keeps that of before. */
  buildstatus: number | null;
  starttime: number | null;
  stoptime: number | null;
  readonly evals: number[];
  readonly steps: Step[];
  /** Ids of the builds that an aggregate needs. */
  constituents: number[];
  metrics: Readonly<Record<string, { readonly value: number; readonly unit: string }>>;
}

/** What a running step does (`busy`), in the order in which it happens. */
export const phases = {
  1: "Preparing",
  10: "Connecting",
  20: "Sending inputs",
  30: "Building",
  35: "Waiting to receive outputs",
  40: "Receiving outputs",
  50: "Post-processing",
} as const;

export interface Step {
  readonly nr: number;
  /** 0: build; 1: substitution. */
  readonly type: 0 | 1;
  readonly drvpath: string;
  readonly outputs: readonly string[];
  /** Empty: this machine. */
  machine: string;
  readonly system: string;
  /** 0: it has ended; else a key of `phases`. */
  busy: 0 | keyof typeof phases;
  status: number | null;
  readonly starttime: number;
  stoptime: number | null;
  errormsg?: string;
  /** The build whose failure this is. */
  propagatedfrom?: number;
}

/** Everything that a server knows. */
export class Database {
  readonly users: Map<string, HydraUser>;
  readonly sessions = new Map<string, Session>();
  readonly projects = new Map<string, Project>();
  readonly evals: Evaluation[] = [];
  readonly builds: Build[] = [];

  constructor(users: readonly HydraUser[]) {
    this.users = new Map(users.map(user => [user.name, user]));
  }

  jobset(project: string, name: string): Jobset | undefined {
    return this.projects.get(project)?.jobsets.get(name);
  }

  jobsets(): Jobset[] {
    return [...this.projects.values()].flatMap(({ jobsets }) => [...jobsets.values()]);
  }

  build(id: number): Build | undefined {
    return this.builds.find(build => build.id === id);
  }

  eval(id: number): Evaluation | undefined {
    return this.evals.find(each => each.id === id);
  }

  /** The evaluations that are listed, the newest first. */
  listedEvals(jobset?: Pick<Jobset, "project" | "name">): Evaluation[] {
    const belongs = (each: Evaluation) =>
      jobset === undefined || (each.project === jobset.project && each.jobset === jobset.name);
    return this.evals.filter(each => each.hasnewbuilds && belongs(each)).toReversed();
  }

  /** Unfinished builds in the order in which they will be built. */
  queue(): Build[] {
    return this.builds
      .filter(({ finished }) => !finished)
      .toSorted((a, b) => b.globalpriority - a.globalpriority || b.priority - a.priority || a.id - b.id);
  }
}

/** A project as it is when it was only given a name. */
export function newProject(name: string, owner: string): Project {
  return {
    name,
    displayname: name,
    description: "",
    homepage: "",
    owner,
    enabled: true,
    hidden: false,
    declarative: undefined,
    jobsets: new Map(),
    renames: new Map(),
  };
}

/** A jobset that nothing is said about: off and hidden. */
export function newJobset(project: string, name: string): Jobset {
  return {
    name,
    project,
    description: "",
    enabled: 0,
    hidden: true,
    type: 0,
    nixexprinput: "",
    nixexprpath: "",
    flake: "",
    checkinterval: 0,
    schedulingshares: 1,
    keepnr: 0,
    enableemail: false,
    emailoverride: "",
    inputs: new Map(),
    triggertime: null,
    starttime: null,
    lastcheckedtime: null,
    errortime: null,
    errormsg: "",
    fetcherrormsg: null,
    forceeval: false,
  };
}

/** Now, in Hydra's unit. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
