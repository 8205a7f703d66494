import type {
  HydraApi,
  HydraBuildRow,
  HydraEvaluationRow,
  HydraStep,
  JobsetState,
} from "../../server/src/hydra/api.ts";
import { errorProblem, type Outcome } from "../../server/src/outcome.ts";
import type { Problem } from "../../server/src/protocol.ts";

/** What a made Hydra server has. It can be changed between requests. */
export interface HydraContent {
  jobsets: JobsetState[];
  /** Jobset -> its evaluations, newest first. */
  evaluations: Record<string, HydraEvaluationRow[]>;
  builds: HydraBuildRow[];
  /** Jobset -> Hydra's text. */
  errors?: Record<string, string>;
  /** Ids of builds that have begun. */
  begun?: number[];
  /** Why every request fails. */
  problem?: Problem;
}

/** A jobset that is on, with an hourly check. */
export function madeJobset(name: string, more: Partial<JobsetState> = {}): JobsetState {
  return {
    name,
    description: "",
    enabled: 1,
    visible: true,
    expressionInput: "network",
    expressionPath: `hydra/${name}.nix`,
    checkInterval: 3600,
    schedulingShares: 100,
    keepEvaluations: 3,
    inputs: {},
    lastCheckedAt: 1_800_000_000_000,
    isFlake: false,
    ...more,
  };
}

export function madeEvaluation(id: number, ...builds: number[]): HydraEvaluationRow {
  return { id, at: 1_800_000_000_000, builds, inputs: {} };
}

/** A build that succeeded. */
export function madeBuild(id: number, more: Partial<HydraBuildRow> = {}): HydraBuildRow {
  return {
    id,
    project: "morph",
    jobset: "eiffel",
    job: "eiffel",
    system: "aarch64-linux",
    drvPath: `/nix/store/${String(id).padStart(32, "0")}-nixos-system-eiffel-26.05pre-git.drv`,
    outPath: `/nix/store/${String(id).padStart(32, "1")}-nixos-system-eiffel-26.05pre-git`,
    isFinished: true,
    status: "succeeded",
    queuedAt: 1_800_000_000_000,
    startedAt: 1_800_000_001_000,
    stoppedAt: 1_800_000_100_000,
    evaluations: [1],
    ...more,
  };
}

/** A Hydra server in memory, with the requests that it got. */
export function madeHydra(content: HydraContent): HydraApi & { readonly requests: string[] } {
  const requests: string[] = [];
  const answer = <T>(request: string, value: () => T): Promise<Outcome<T>> => {
    requests.push(request);
    return Promise.resolve(content.problem === undefined ? { value: value() } : { problem: content.problem });
  };
  const refused = (request: string) => {
    requests.push(request);
    return Promise.resolve({ problem: errorProblem("hydra-refused", "not made") });
  };
  const steps: HydraStep[] = [];
  return {
    requests,
    url: "https://hydra.example.org",
    page: path => `https://hydra.example.org${path}`,
    connect: () => refused("connect"),
    jobsets: project =>
      answer(`jobsets ${project}`, () => (project === "morph" ? content.jobsets.map(({ name }) => name) : undefined)),
    createProject: () => refused("createProject"),
    jobset: (_, name) => answer(`jobset ${name}`, () => content.jobsets.find(each => each.name === name)),
    putJobset: () => refused("putJobset"),
    trigger: () => refused("trigger"),
    evaluationErrors: (_, name) => answer(`errors ${name}`, () => content.errors?.[name] ?? ""),
    evaluations: (_, name) => answer(`evaluations ${name}`, () => content.evaluations[name] ?? []),
    evaluation: id =>
      answer(`evaluation ${id}`, () =>
        Object.values(content.evaluations)
          .flat()
          .find(each => each.id === id),
      ),
    build: id => answer(`build ${id}`, () => content.builds.find(each => each.id === id)),
    latestBuilds: ({ jobset, job }, count) =>
      answer(`latest ${jobset} ${job}`, () =>
        content.builds
          .filter(each => each.isFinished && each.jobset === jobset && each.job === job)
          .toSorted((one, other) => other.id - one.id)
          .slice(0, count),
      ),
    steps: id => answer(`steps ${id}`, () => steps),
    hasStep: (id, nr) => answer(`step ${id} ${nr}`, () => content.begun?.includes(id) ?? false),
    log: () => answer("log", () => undefined),
    logTail: () => answer("logTail", () => undefined),
    queue: count =>
      answer("queue", () =>
        content.builds
          .filter(({ isFinished }) => !isFinished)
          .map(({ id }) => id)
          .slice(0, count),
      ),
    restart: () => refused("restart"),
    cancel: () => refused("cancel"),
  };
}
