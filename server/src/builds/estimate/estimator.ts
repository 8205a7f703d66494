import path from "node:path";
import { slotsAt } from "../../builders/choice.ts";
import { type Log, silentLog } from "../../logging/log.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needsOf } from "../../nix/derivations/needs.ts";
import type { Builder, Place } from "../../protocol.ts";
import { readWhole, writeWhole } from "../../storage/wholeFile.ts";
import type { EventState } from "../stream/eventState.ts";
import { type Duration, type Durations, durationKey, durationsSchema, withDurations } from "./durations.ts";
import { type Estimate, estimate } from "./estimate.ts";

/** How often an estimate is made anew (ms). */
const period = 2000;

/** The file in the storage folder that keeps what was measured. */
const fileName = "durations.json";

/** Estimates how long builds will still take, and learns from each that ends. */
export class Estimator {
  readonly #folder: string;
  #durations: Durations = {};
  /** Build -> its last estimate and when it was made. */
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

  /** How long derivations took. */
  async durations(): Promise<Durations> {
    await this.load();
    return this.#durations;
  }

  /** @param graph what the build has to build. @param builders those that Nix knows. */
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

  /** A build has ended: how long its derivations took is kept. That it cannot be written is no harm. */
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
      this.#log.warning("How long derivations took is not kept", error),
    );
  }
}

function flat(durations: Durations): [string, Duration][] {
  return Object.entries(durations).flatMap(([key, list]) => list.map((each): [string, Duration] => [key, each]));
}
