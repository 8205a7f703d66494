import * as l10n from "@vscode/l10n";
import { lastResultText } from "../common/lastResult.ts";
import { Throttle, type Timers } from "../common/throttle.ts";
import type { BuildDelta, BuildState } from "../protocol.ts";
import { LensClock } from "./lensClock.ts";

/** Editors debounce refresh requests, so with ten of them a second they would keep showing outdated lenses (ms). */
const period = 1000;

/** After a refresh, an editor requests all lenses of a document: progress is shown less often where these are many (ms per machine). */
const progressPeriodPerMachine = 30;

/** Progress is shown at least this often (ms). */
const longestProgressPeriod = 10_000;

/** Decides when the client is asked to request lenses again. */
export class LensRefresh<Timer = unknown> {
  readonly #lenses: Throttle<Timer>;
  readonly #progress: Throttle<Timer>;
  readonly #clock: LensClock<Timer>;
  /** Build -> what a lens shows of it. */
  readonly #shown = new Map<string, { readonly text: string; readonly state: BuildState }>();

  /**
   * @param refresh asks the client.
   * @param machines the number of machines in the networks that are open.
   */
  constructor(refresh: () => void, machines: () => number, timers: Timers<Timer>) {
    const progressPeriod = () =>
      Math.min(Math.max(period, machines() * progressPeriodPerMachine), longestProgressPeriod);
    this.#lenses = new Throttle(period, refresh, timers);
    this.#progress = new Throttle(progressPeriod, () => this.request(), timers);
    this.#clock = new LensClock(() => this.request(), timers);
  }

  /** Lenses have changed. */
  request(): void {
    this.#lenses.request();
  }

  /** A lens was shown whose text changes after `milliseconds`. */
  didShow(milliseconds: number): void {
    this.#clock.didShow(milliseconds);
  }

  /** A build has changed, and perhaps what a lens shows of it. */
  buildDidChange({ id, summary, removed }: BuildDelta): void {
    const { state } = summary;
    // Without the time, which passes for all builds.
    const text = removed === true ? "" : lastResultText({ ...summary, stoppedAt: undefined }, 0, l10n);
    const shown = this.#shown.get(id);
    if (text === shown?.text) return;
    if (removed === true) this.#shown.delete(id);
    else this.#shown.set(id, { text, state });
    if (state === shown?.state) this.#progress.request();
    else this.request();
  }

  dispose(): void {
    for (const part of [this.#lenses, this.#progress, this.#clock]) part.dispose();
  }
}
