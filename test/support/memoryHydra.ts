import type {
  HydraApi,
  HydraBuildRow,
  HydraEvaluationRow,
  HydraStep,
  JobsetState,
} from "../../server/src/hydra/api.ts";
import { errorProblem, type Outcome } from "../../server/src/outcome.ts";
import type { Problem } from "../../server/src/protocol.ts";
import { drv, storePath } from "./streams.ts";

/** A Hydra server in memory that the test moves on by hand, with one jobset `morph:eiffel`. */
export class MemoryHydra {
  readonly url = "https://hydra.example.org";
  jobset: JobsetState | undefined = jobsetState();
  readonly evaluations: HydraEvaluationRow[] = [];
  readonly builds = new Map<number, HydraBuildRow>();
  /** Build -> its steps. */
  readonly steps = new Map<number, readonly HydraStep[]>();
  /** Step number -> its log. */
  readonly logs = new Map<number, string>();
  errors = "";
  /** What every request answers. */
  problem: Problem | undefined;
  /** What these actions answer. */
  readonly refused = new Map<"trigger" | "cancel" | "restart", Problem>();
  /** The names of the requests so far, and of the actions with what they were about. */
  readonly requests: string[] = [];
  /** Called for each accepted trigger. */
  didTrigger: () => void = () => undefined;

  /** An evaluation ends, with these builds. */
  evaluate(id: number, builds: readonly HydraBuildRow[]): void {
    for (const build of builds) this.builds.set(build.id, build);
    this.evaluations.unshift({ id, at: 0, builds: builds.map(each => each.id), inputs: {} });
    this.check();
  }

  /** The jobset was checked, perhaps without a change. */
  check(fields: Partial<JobsetState> = {}): void {
    const lastCheckedAt = (this.jobset?.lastCheckedAt ?? 0) + 1000;
    this.jobset = { ...jobsetState(), lastCheckedAt, ...fields };
  }

  /** Changes a build. */
  change(id: number, fields: Partial<HydraBuildRow>): void {
    this.builds.set(id, { ...(this.builds.get(id) ?? buildRow(id)), ...fields });
  }

  readonly api: HydraApi = {
    url: this.url,
    page: path => `${this.url}${path}`,
    connect: () => this.#never("connect"),
    jobsets: () => this.#answer("jobsets", () => ["eiffel"]),
    createProject: () => this.#never("createProject"),
    jobset: () => this.#answer("jobset", () => this.jobset),
    putJobset: () => this.#never("putJobset"),
    trigger: (project, jobset) =>
      this.#act("trigger", `${project}:${jobset}`, () => {
        this.jobset = { ...jobsetState(), ...this.jobset, triggeredAt: 1 };
        this.didTrigger();
      }),
    evaluationErrors: () => this.#answer("evaluationErrors", () => this.errors),
    evaluations: () => this.#answer("evaluations", () => this.evaluations),
    evaluation: id => this.#answer("evaluation", () => this.evaluations.find(each => each.id === id)),
    build: id => this.#answer("build", () => this.builds.get(id)),
    latestBuilds: ({ job }, count) =>
      this.#answer("latestBuilds", () =>
        [...this.builds.values()]
          .filter(each => each.job === job && each.isFinished)
          .toReversed()
          .slice(0, count),
      ),
    steps: id => this.#answer("steps", () => this.steps.get(id) ?? []),
    hasStep: (id, nr) => this.#answer("hasStep", () => (this.steps.get(id) ?? []).some(each => each.nr === nr)),
    log: ({ step }, offset) =>
      this.#answer("log", () => {
        const log = this.logs.get(step);
        if (log === undefined) return undefined;
        const bytes = Buffer.from(log);
        return { text: bytes.subarray(offset).toString(), next: bytes.length };
      }),
    logTail: ({ step }, lines) =>
      this.#answer("logTail", () => this.logs.get(step)?.trimEnd().split("\n").slice(-lines).join("\n")),
    queue: () =>
      this.#answer("queue", () => [...this.builds.values()].filter(each => !each.isFinished).map(({ id }) => id)),
    restart: id => this.#act("restart", String(id), () => this.change(id, { isFinished: false })),
    cancel: id => this.#act("cancel", String(id), () => this.change(id, { isFinished: true, status: "cancelled" })),
  };

  async #answer<T>(name: string, value: () => T): Promise<Outcome<T>> {
    this.requests.push(name);
    return this.problem === undefined ? { value: value() } : { problem: this.problem };
  }

  async #act(name: "trigger" | "cancel" | "restart", about: string, act: () => void): Promise<Outcome<null>> {
    this.requests.push(`${name} ${about}`);
    const problem = this.problem ?? this.refused.get(name);
    if (problem !== undefined) return { problem };
    act();
    return { value: null };
  }

  async #never(name: string): Promise<{ readonly problem: Problem }> {
    throw new Error(`${name} was requested`);
  }
}

export const unreachable = errorProblem("hydra-unreachable", "hydra.example.org cannot be reached.");

export function jobsetState(fields: Partial<JobsetState> = {}): JobsetState {
  return {
    name: "eiffel",
    description: "",
    enabled: 1,
    visible: true,
    expressionInput: "network",
    expressionPath: "hydra/eiffel.nix",
    checkInterval: 3600,
    schedulingShares: 100,
    keepEvaluations: 3,
    inputs: {},
    isFlake: false,
    ...fields,
  };
}

/** A queued build of the job `eiffel`. */
export function buildRow(id: number, fields: Partial<HydraBuildRow> = {}): HydraBuildRow {
  return {
    id,
    project: "morph",
    jobset: "eiffel",
    job: "eiffel",
    system: "aarch64-linux",
    drvPath: drv("nixos-system-eiffel"),
    outPath: storePath("nixos-system-eiffel"),
    isFinished: false,
    queuedAt: 0,
    evaluations: [1],
    ...fields,
  };
}

/** A step that builds a derivation on Hydra's own machine. */
export function step(nr: number, name: string, fields: Partial<HydraStep> = {}): HydraStep {
  const paths = { drvPath: drv(name), outPath: storePath(name) };
  return { nr, kind: "build", ...paths, machine: "localhost", state: "running", hasLog: true, ...fields };
}
