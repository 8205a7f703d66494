import path from "node:path";
import { slotsAt } from "../../builders/choice.ts";
import { type Log, silentLog } from "../../logging/log.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needsOf } from "../../nix/derivations/needs.ts";
import type { Builder, BuilderId, Place } from "../../protocol.ts";
import { readWhole, writeWhole } from "../../storage/wholeFile.ts";
import type { EventState } from "../stream/eventState.ts";
import { type Duration, type Durations, durationKey, durationsSchema, withDurations } from "./durations.ts";
import { type Estimate, estimate } from "./estimate.ts";
import { type Expected, expectedOn } from "./expected.ts";

/** Minimum time between two estimates of a build (ms). */
const period = 2000;

/** The file in the storage folder that contains the measured durations. */
const fileName = "durations.json";

/** Estimates the remaining time of builds and learns from each finished build. */
export class Estimator {
  readonly #folder: string;
  #durations: Durations = {};
  /** Build -> its last estimate and the time it was made. */
  readonly #last = new Map<string, { readonly at: number; readonly value: Estimate | undefined }>();

  readonly #log: Log;

  constructor(storageDir: string, log: Log = silentLog) {
    this.#folder = storageDir;
    this.#log = log;
  }

  async load(): Promise<void> {
    this.#durations = withDurations(
      (await readWhole(this.#folder, fileName, durationsSchema)) ?? {},
      flat(this.#durations),
    );
  }

  /** The measured durations of derivations. */
  async durations(): Promise<Durations> {
    await this.load();
    return this.#durations;
  }

  /** @param graph the derivations to build. @param builders all builders that Nix knows. */
  estimate(
    id: string,
    graph: readonly PlannedDerivation[],
    { derivations }: EventState,
    { place, builders }: { readonly place: Place; readonly builders: readonly Builder[] },
    now: number,
  ): Estimate | undefined {
    const last = this.#last.get(id);
    if (last !== undefined && now - last.at < period) return last.value;
    const slots = slotsAt(place, builders, needsOf(graph));
    const value = estimate(graph, drvPath => derivations.get(drvPath), this.#durations, slots, now);
    this.#last.set(id, { at: now, value });
    return value;
  }

  /** How long the derivations of a plan take on each builder alone, as far as earlier builds show. */
  async expectedOn(
    builders: readonly Builder[],
    graph: readonly PlannedDerivation[],
  ): Promise<ReadonlyMap<BuilderId, Expected>> {
    return expectedOn(builders, graph, await this.durations());
  }

  /** Records how long the derivations of a finished build took. A failure to write is only logged. */
  async learn(id: string, { derivations }: EventState): Promise<void> {
    this.#last.delete(id);
    const measured = [...derivations.values()].flatMap(
      ({ state, drvPath, builder, startedAt, stoppedAt }): [string, Duration][] =>
        state !== "built" || startedAt === undefined || stoppedAt === undefined
          ? []
          : [[durationKey(builder, drvPath), { build: id, ms: stoppedAt - startedAt }]],
    );
    if (measured.length === 0) return;
    await this.load();
    this.#durations = withDurations(this.#durations, measured);
    await writeWhole(path.join(this.#folder, fileName), this.#durations).catch(error =>
      this.#log.warning("Cannot save how long derivations took", error),
    );
  }
}

function flat(durations: Durations): [string, Duration][] {
  return Object.entries(durations).flatMap(([key, list]) => list.map((each): [string, Duration] => [key, each]));
}
