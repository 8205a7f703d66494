import { existsSync } from "node:fs";
import { type NixConfig, readNixConfig } from "../nix/config.ts";
import { readWithInputs } from "../nix/derivations/graph.ts";
import type { BuildableEvaluation } from "../nix/evaluation/evaluation.ts";
import { storeDir } from "../nix/storeDir.ts";
import type { BuildParams, EvaluatedMachine, Plan, PlanSources } from "../protocol.ts";
import { askCache } from "../signing/caches/ask.ts";
import { openAccess } from "../signing/check/access.ts";
import { readTrustedKeys } from "../signing/keys.ts";
import { availabilityOf } from "../signing/plan/availability.ts";
import { Planner, type PlanPorts } from "../signing/plan/signedPlan.ts";
import { planSources } from "../signing/plan/sources.ts";
import type { EvaluationContext } from "./context.ts";

/** How long a build waits for the caches to say which signatures they have (ms). */
const timeLimit = 5000;

/** The most machines of a network whose results are looked up in caches when all of them are evaluated. */
const maxMachines = 1000;

type Context = Pick<EvaluationContext, "toolchain" | "log" | "cached" | "storageDir" | "networkDidChange">;

/**
 * Adds to the plan of an evaluation what Nix's dry run does not say: from which cache each path comes, by whose signature, and what
 * Nix builds although a cache has it. Remembers whether the machine can be fetched instead of built; that is found out in the
 * background if there is nothing to fetch.
 */
export async function withSources(
  context: Context,
  { uri, attribute }: Pick<BuildParams, "uri" | "attribute">,
  evaluation: BuildableEvaluation,
  signal: AbortSignal,
): Promise<BuildableEvaluation> {
  const { machine, plan, revision } = evaluation;
  // Read now: keys and caches may have changed since the start.
  const read = await readNixConfig(context.toolchain.nix, evaluation.nixConfig);
  if ("problem" in read || !usesCaches(read.value)) return evaluation;
  const config = read.value;
  const finding = found(context, machine, async () => {
    const sources = await sourcesOf(context, evaluation, config, limited(signal));
    if (attribute !== undefined) return sources;
    context.cached.remember(uri, machine, sources?.output, revision);
    if (sources?.output !== undefined) context.networkDidChange(uri);
    return sources;
  });
  const sources = plan.fetch.length === 0 ? undefined : await finding;
  const isRemembered = context.toolchain.access?.daemon === true && plan.build.length > 0 && config.negativeTtl > 0;
  return {
    ...evaluation,
    plan: {
      ...plan,
      ...(sources !== undefined && { sources }),
      ...(isRemembered && { missesRememberedFor: config.negativeTtl }),
    },
  };
}

function usesCaches({ substituters, isSubstituting }: NixConfig): boolean {
  return isSubstituting && substituters.length > 0;
}

/** Looks up which of the machines of a network a cache has. Only their output paths: the rest is asked for when one is evaluated. */
export async function rememberCached(
  context: Context,
  uri: string,
  machines: readonly EvaluatedMachine[],
  stamp: string | undefined,
): Promise<void> {
  const { config } = context.toolchain;
  const absent = machines.filter(({ outPath }) => !existsSync(outPath)).slice(0, maxMachines);
  if (config === undefined || !usesCaches(config) || absent.length === 0) return;
  const paths = absent.map(({ outPath }) => outPath);
  const asked = await found(context, uri, () => withCaches(context, config, limited(), ask => ask(paths)));
  for (const { machine, outPath } of absent) {
    const offer = asked?.get(outPath);
    context.cached.remember(uri, machine, offer?.kind === "accepted" ? offer : undefined, stamp);
  }
  context.networkDidChange(uri);
}

/** The caches are asked for information only: whatever goes wrong, the evaluation is valid. */
async function found<T>({ log }: Context, what: string, find: () => Promise<T>): Promise<T | undefined> {
  try {
    return await find();
  } catch (error) {
    log.warning(`What the caches have of ${what} is unknown`, error);
    return undefined;
  }
}

function limited(signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(timeLimit);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

async function sourcesOf(
  context: Context,
  { drvPath, outPath, plan }: BuildableEvaluation,
  config: NixConfig,
  signal: AbortSignal,
): Promise<PlanSources | undefined> {
  if (plan.build.length + plan.fetch.length === 0) return undefined;
  return withCaches(context, config, signal, async ask => {
    const planner = new Planner({ isPresent: existsSync, readDerivation: readWithInputs, ask, signal });
    const output = await planner.planPath(outPath);
    const whole = await wholePlan(planner, drvPath, outPath, plan);
    return whole === undefined || output === undefined || signal.aborted ? undefined : planSources(whole, output);
  });
}

/** Nix asks its caches for the same paths, so if it finds nothing to fetch, there is nothing to check. */
async function wholePlan(
  planner: Planner,
  drvPath: string,
  outPath: string,
  { build, fetch }: Plan,
): ReturnType<Planner["plan"]> {
  if (fetch.length === 0) return { build, fetch: [], refused: [], unknown: [] };
  const outputs = Object.entries((await readWithInputs(drvPath))?.derivation.outputs ?? {});
  const name = outputs.find(([, path]) => path === outPath)?.[0];
  return name === undefined ? undefined : planner.plan(drvPath, name);
}

/** Opens the caches that Nix uses for some questions. */
async function withCaches<T>(
  { toolchain, storageDir }: Context,
  config: NixConfig,
  signal: AbortSignal,
  use: (ask: PlanPorts["ask"]) => Promise<T>,
): Promise<T> {
  const ownStore = storeDir(toolchain.nix.env);
  const access = await openAccess(toolchain.nix, config, ownStore, storageDir);
  const keys = readTrustedKeys(config.trustedPublicKeys);
  try {
    return await use(async paths => {
      const answers = await Promise.all(config.substituters.map(url => askCache(url, paths, access, signal)));
      // In the order in which Nix asks them.
      const ordered = answers.toSorted((a, b) => (a.state.priority ?? 0) - (b.state.priority ?? 0));
      const availability = (path: string) => availabilityOf(path, ownStore, ordered, keys, config.requiresSignatures);
      return new Map(paths.map(path => [path, availability(path)]));
    });
  } finally {
    access.connections.close();
  }
}
