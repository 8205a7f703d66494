import { randomUUID } from "node:crypto";
import * as l10n from "@vscode/l10n";
import { type Log, silentLog } from "../logging/log.ts";
import { errorProblem, type Outcome } from "../outcome.ts";
import {
  type Build,
  type BuildDelta,
  type Builder,
  type BuilderId,
  type BuildSummary,
  finalStates,
  type LogPage,
  type OutdatedBuilds,
  type Place,
  type RebuildReasons,
  type Requests,
  type SignatureReport,
} from "../protocol.ts";
import { createQueue } from "../util/queue.ts";
import { Estimator } from "./estimate/estimator.ts";
import type { Expected } from "./estimate/expected.ts";
import { BuildHosts, type FindHost } from "./hosts/hosts.ts";
import type { HydraRequest } from "./hosts/hydra/files.ts";
import { localHost } from "./hosts/local.ts";
import type { LogRequest } from "./log/pages.ts";
import { rebuildReasons } from "./rebuildReasons.ts";
import { BuildFacts } from "./record/facts.ts";
import { BuildRecords } from "./record/record.ts";
import { notRecorded } from "./start/notRecorded.ts";
import type { BuildPorts } from "./start/ports.ts";
import { defaultPlace, placeKey } from "./start/realisation.ts";
import { BuildRunner, type NewBuild } from "./start/runner.ts";
import { BuildStore } from "./store.ts";

/** How many builds of a machine are searched for a plan that built something. */
const mostPlans = 10;

/** How several machines are built together. */
interface BatchParams extends Omit<Requests["morph/buildMany"]["params"], "uri" | "machines" | "place"> {
  /** Where each machine is built, and what to follow on Hydra if that is there. Default: Nix chooses. */
  readonly placeOf?: ((machine: string) => BuildAt) | undefined;
}

/** Where a machine is built. */
export interface BuildAt {
  readonly place: Place;
  readonly hydra?: HydraRequest | undefined;
}

/** What a request started together. */
type StartedTogether = Requests["morph/buildMany"]["result"];

/** The builds of a storage folder and everything that a client can request. The problem of an unknown id is `unknown-build`. */
export class Builds {
  readonly #records: BuildRecords;
  readonly #estimator: Estimator;
  readonly #facts: BuildFacts;
  readonly #hosts: BuildHosts;
  readonly #runner: BuildRunner;
  readonly #store: BuildStore;
  /** Serialises starting, so that the second half of a double click finds the build of the first. */
  readonly #starting = createQueue();

  /**
   * @param publish called with each change.
   * @param hostsOn finds the hosts other than this machine.
   */
  constructor(
    storageDir: string,
    ports: BuildPorts,
    publish: (delta: BuildDelta) => void,
    log: Log = silentLog,
    hostsOn: (records: BuildRecords) => FindHost = () => () => undefined,
  ) {
    const records = new BuildRecords(storageDir, log);
    this.#hosts = new BuildHosts(localHost(records, ports.launch), hostsOn(records));
    const facts = new BuildFacts(records, this.#hosts);
    const estimator = new Estimator(storageDir, log);
    const parts = { records, facts, ports, estimator };
    this.#records = records;
    this.#estimator = estimator;
    this.#facts = facts;
    this.#runner = new BuildRunner(parts, id => void this.#store.reload(id));
    this.#store = new BuildStore(parts, this.#runner, publish);
  }

  /** Finds the builds of earlier sessions and other windows, and follows the running ones. */
  open(): Promise<void> {
    return this.#store.open();
  }

  /** Prunes records that exceed the limits and packs the others. This is repeated periodically. */
  tidy(): Promise<void> {
    return this.#store.tidy();
  }

  /** Stops following builds. Running builds are not affected. */
  close(): void {
    this.#store.close();
    this.#hosts.close();
  }

  /** Newest first. */
  list(): BuildSummary[] {
    return this.#store.list();
  }

  /** The newest build of a machine that has not ended. */
  running(uri: string, machine: string): BuildSummary | undefined {
    return this.#store
      .list()
      .find(build => build.uri === uri && build.machine === machine && !finalStates.has(build.state));
  }

  /** The newest build of a machine's system, running or ended. */
  newest(uri: string, machine: string): BuildSummary | undefined {
    return this.#store.newest(uri, machine);
  }

  /**
   * How long the derivations of the last plan of a machine's system take on each builder, from earlier builds. Without the builders
   * for which too little is known.
   */
  async expectedOn(
    uri: string,
    machine: string,
    builders: readonly Builder[],
  ): Promise<ReadonlyMap<BuilderId, Expected>> {
    const earlier = this.#store
      .list()
      .filter(build => build.uri === uri && build.machine === machine && build.attribute === undefined);
    for (const { id } of earlier.slice(0, mostPlans)) {
      const graph = await this.#records.read(id, "graph");
      if (graph !== undefined && graph.length > 0) return this.#estimator.expectedOn(builders, graph);
    }
    return new Map();
  }

  /** A network was read. Returns which of its builds are outdated now, and which no longer are (`BuildSummaries.setText`). */
  setText(uri: string, stamp: string | undefined): OutdatedBuilds | undefined {
    return this.#store.setText(uri, stamp);
  }

  /** Starts a build, or returns a running one of the same output at the same place. Problem: `not-recorded`. */
  start(params: NewBuild): Promise<Outcome<BuildSummary>> {
    return this.#starting(async () => {
      const same = this.#same(params);
      if (same !== undefined) return { value: same };
      const started = await this.#runner.start(params);
      if ("problem" in started) return started;
      await this.#store.add(started.value.id);
      return this.#known(started.value.id);
    });
  }

  /**
   * The same for several machines of a network, which are evaluated together. At least two new builds are a batch. Returns the ids
   * of all builds, in the order of the machines, and of the batch.
   */
  startTogether(
    uri: string,
    machines: readonly string[],
    { placeOf, kind = "selection", tag, ...params }: BatchParams = {},
  ): Promise<Outcome<StartedTogether>> {
    return this.#starting(async () => {
      const all = [...new Set(machines)].map(machine => ({ uri, machine, ...params, ...placeOf?.(machine) }));
      const ids = new Map(all.map(each => [each.machine, this.#same(each)?.id]));
      const others = all.filter(({ machine }) => ids.get(machine) === undefined);
      const batch = others.length < 2 ? undefined : { id: randomUUID(), kind, tag, size: others.length };
      const started = await this.#runner.startTogether(
        uri,
        others.map((each, position) => ({ ...each, batch: batch && { ...batch, position } })),
      );
      if ("problem" in started) return started;
      for (const { machine, id } of started.value) {
        ids.set(machine, id);
        await this.#store.add(id);
      }
      return { value: { ids: [...ids.values()].filter(id => id !== undefined), batch: batch?.id } };
    });
  }

  async cancel(id: string): Promise<Outcome<null>> {
    const build = this.#known(id);
    if ("problem" in build) return build;
    if (finalStates.has(build.value.state)) return { value: null };
    this.#runner.abort(id);
    this.#store.stopChecking(id);
    try {
      await (await this.#facts.hostOf(id)).requestCancel(id);
    } catch (error) {
      return { problem: notRecorded(String(error)) };
    }
    return { value: null };
  }

  /** Pins a build, which exempts it from pruning, or unpins it. Problem: `not-recorded`. */
  async keep(id: string, on: boolean): Promise<Outcome<null>> {
    const build = this.#known(id);
    if ("problem" in build) return build;
    try {
      await this.#records.pin(id, on);
      await this.#store.reload(id);
      return { value: null };
    } catch (error) {
      return { problem: notRecorded(String(error)) };
    }
  }

  /**
   * Deletes the record of a finished build and its GC roots; or of a cancelled one whose builder cannot be reached, perhaps never again:
   * it is removed there when it is. Problems: `running`, `not-recorded`.
   */
  async remove(id: string): Promise<Outcome<null>> {
    const build = this.#known(id);
    if ("problem" in build) return build;
    const isGivenUp = build.value.state === "reconnecting" && (await this.#records.isCancelRequested(id));
    if (!isGivenUp && (!finalStates.has(build.value.state) || (await this.#facts.isInUse(id))))
      return {
        problem: errorProblem(
          "running",
          l10n.t("Cancel the running build of {0} before removing it.", build.value.machine),
        ),
      };
    try {
      await this.#facts.release(id);
      await this.#records.remove(id);
    } catch (error) {
      return { problem: notRecorded(String(error)) };
    }
    this.#store.removed(id);
    return { value: null };
  }

  async details(id: string): Promise<Outcome<Build>> {
    const build = await this.#store.details(id);
    return build === undefined ? unknownBuild(id) : { value: build };
  }

  /** Why a build differs from the previous one. Problems: `no-earlier-build`, `not-evaluated`. */
  async rebuildReasons(id: string): Promise<Outcome<RebuildReasons>> {
    const build = this.#known(id);
    return "problem" in build ? build : rebuildReasons(build.value, this.#store.list(), this.#records);
  }

  /** Sets whether deltas of a build include its derivations. */
  watch(id: string, on: boolean): void {
    this.#store.watch(id, on);
  }

  /** A page of a log. */
  async log(id: string, request: LogRequest): Promise<Outcome<LogPage>> {
    const page = await this.#store.log(id, request);
    return page === undefined ? unknownBuild(id) : { value: page };
  }

  /** The signature report of a successful build. Problem: `not-checked` until it exists. */
  async signatures(id: string): Promise<Outcome<SignatureReport>> {
    const build = this.#known(id);
    if ("problem" in build) return build;
    const report = await this.#store.signatures(id);
    if (report !== undefined) return { value: report };
    return { problem: errorProblem("not-checked", l10n.t("The signatures of this build have not been checked.")) };
  }

  /**
   * Checks the signatures of a result on this machine again: its caches may answer by now, or have new signatures. Problems:
   * `not-checked` (there is no such result), `not-recorded`, and those of Nix.
   */
  async checkSignatures(id: string, signal: AbortSignal): Promise<Outcome<SignatureReport>> {
    const build = this.#known(id);
    if ("problem" in build) return build;
    const { machine, state, outPath, stored } = build.value;
    if (state !== "succeeded" || outPath === undefined || stored !== undefined) return noResultHere(machine);
    try {
      return await this.#store.checkAgain(id, outPath, signal);
    } catch (error) {
      return { problem: notRecorded(String(error)) };
    }
  }

  /** A running build of the same output at the same place. */
  #same(params: NewBuild): BuildSummary | undefined {
    return this.#store.list().find(build => !finalStates.has(build.state) && buildsSameOutput(build, params));
  }

  #known(id: string): Outcome<BuildSummary> {
    const summary = this.#store.summary(id);
    return summary === undefined ? unknownBuild(id) : { value: summary };
  }
}

function buildsSameOutput(
  build: BuildSummary,
  { uri, machine, attribute, fromCache, place = defaultPlace, hydra }: NewBuild,
): boolean {
  return (
    build.uri === uri &&
    build.machine === machine &&
    build.attribute === attribute &&
    build.fromCache === fromCache &&
    placeKey(build.place) === placeKey(place) &&
    build.hydra?.url === hydra?.url &&
    (hydra?.build === undefined || build.hydra?.build === hydra.build)
  );
}

function unknownBuild(id: string): { readonly problem: ReturnType<typeof errorProblem> } {
  return { problem: errorProblem("unknown-build", l10n.t("Build '{0}' no longer exists.", id)) };
}

function noResultHere(machine: string): { readonly problem: ReturnType<typeof errorProblem> } {
  const message = l10n.t("{0}: this build has no result on this machine whose signatures could be checked.", machine);
  return { problem: errorProblem("not-checked", message) };
}
