import { isDeepStrictEqual } from "node:util";
import type { Timers } from "../../common/throttle.ts";
import { StatusReader } from "../../hydra/status/statusReader.ts";
import type { HydraMachine, HydraStatus, Network } from "../../protocol.ts";
import { pauseAfter } from "../../util/backoff.ts";
import type { CurrentHydra } from "./hydraServers.ts";

/** While a client watches, the status is read this often (ms). */
const period = 60_000;

/** The same while something is evaluated, queued or built (ms). */
const busyPeriod = 15_000;

/** The same while the server cannot be reached, or refuses (ms). */
const failing = { first: period, longest: 10 * period };

/** What the status of machines on Hydra is determined from. */
export interface StatusPorts {
  readonly current: () => CurrentHydra | undefined;
  readonly networks: () => Promise<readonly Network[]>;
  readonly didChange: (status: HydraStatus) => void;
}

/** What Hydra knows about the machines of the workspace. It is read only when a client asks, or while one watches. */
export class HydraMachines<Timer = unknown> {
  readonly #ports: StatusPorts;
  readonly #timers: Timers<Timer>;
  #status: HydraStatus = { machines: {} };
  #reader: { readonly current: CurrentHydra; readonly reader: StatusReader } | undefined;
  #reading: Promise<void> | undefined;
  #abort = new AbortController();
  #isWatched = false;
  #timer: Timer | undefined;
  /** Attempts in a row that failed. */
  #failures = 0;

  constructor(ports: StatusPorts, timers: Timers<Timer>) {
    this.#ports = ports;
    this.#timers = timers;
  }

  /** The last status that was read. */
  get status(): HydraStatus {
    return this.#status;
  }

  /** What Hydra knows about a machine. */
  machine(uri: string, name: string): HydraMachine | undefined {
    return this.#status.machines[uri]?.find(({ machine }) => machine === name);
  }

  /** Starts or stops reading the status again and again. */
  watch(on: boolean): void {
    if (this.#isWatched === on) return;
    this.#isWatched = on;
    this.#stopTimer();
    if (on) void this.refresh();
  }

  /** Reads the status now. Never rejects. */
  async refresh(): Promise<HydraStatus> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#startTimer();
    });
    await this.#reading;
    return this.#status;
  }

  /** The settings, trust or the login have changed: what was read may be that of another server. */
  didConfigure(): void {
    this.#failures = 0;
    const current = this.#ports.current();
    if (!isSame(current, this.#reader?.current)) {
      this.#abort.abort();
      this.#abort = new AbortController();
      this.#reader = undefined;
      this.#publish(
        current === undefined ? { machines: {} } : { url: current.api.url, project: current.project, machines: {} },
      );
    }
    if (!this.#isWatched) return;
    // What is being read now may be from before the change.
    const before = this.#reading ?? Promise.resolve();
    void before.then(() => this.refresh());
  }

  async #read(): Promise<void> {
    this.#stopTimer();
    const current = this.#ports.current();
    if (current === undefined) return this.#publish({ machines: {} });
    const known = isSame(current, this.#reader?.current) ? this.#reader : undefined;
    const { reader } = known ?? { reader: new StatusReader(current.api, current.project) };
    this.#reader = { current, reader };
    const { signal } = this.#abort;
    const networks = await this.#ports.networks();
    const names = new Set(networks.flatMap(({ machines }) => machines.map(({ name }) => name)));
    const outcome = await reader.read([...names], signal);
    if (signal.aborted) return;
    const about = { url: current.api.url, project: current.project };
    if ("problem" in outcome) {
      this.#failures++;
      return this.#publish({ ...this.#status, ...about, problem: outcome.problem });
    }
    this.#failures = 0;
    const machines = networks.map(({ uri, machines: all }) => {
      const known = all.flatMap(({ name }) => outcome.value.get(name) ?? []);
      return [uri, known] as const;
    });
    const at = new Date(this.#timers.now()).toISOString();
    this.#publish({ ...about, at, machines: Object.fromEntries(machines.filter(([, known]) => known.length > 0)) });
  }

  #publish(status: HydraStatus): void {
    const before = this.#status;
    this.#status = status;
    // The time alone is not worth a message.
    if (!isDeepStrictEqual({ ...before, at: undefined }, { ...status, at: undefined })) this.#ports.didChange(status);
  }

  #startTimer(): void {
    this.#stopTimer();
    if (!this.#isWatched || this.#ports.current() === undefined) return;
    const isBusy = Object.values(this.#status.machines).flat().some(isChanging);
    const normal = isBusy ? busyPeriod : period;
    const pause = this.#failures > 0 ? pauseAfter(this.#failures, failing) : normal;
    this.#timer = this.#timers.start(() => void this.refresh(), pause);
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#timers.stop(this.#timer);
    this.#timer = undefined;
  }

  dispose(): void {
    this.#isWatched = false;
    this.#stopTimer();
    this.#abort.abort();
  }
}

function isSame(one: CurrentHydra | undefined, other: CurrentHydra | undefined): boolean {
  return one?.api.url === other?.api.url && one?.project === other?.project;
}

function isChanging({ isEvaluating, build }: HydraMachine): boolean {
  return isEvaluating === true || build?.state === "queued" || build?.state === "building";
}
