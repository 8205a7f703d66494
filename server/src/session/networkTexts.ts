import { Throttle, type Timers } from "../common/throttle.ts";

/** Minimum time between two comparisons of texts with those of builds (ms). */
const period = 300;

/** What reporting texts needs. */
export interface NetworkTextsPorts {
  /** Resolves when a network and its imports have been read. */
  settled(uri: string): Promise<void>;
  /** The stamp of a network's text; undefined if it is not a network. */
  stamp(uri: string): string | undefined;
  /** Called with the stamp of a network that was read. */
  report(uri: string, stamp: string | undefined): void;
}

/** Reports the stamp of each network that was read, once its imports were read, too: before that, it would seem to have changed. */
export class NetworkTexts<Timer = unknown> {
  readonly #ports: NetworkTextsPorts;
  readonly #read = new Set<string>();
  readonly #throttle: Throttle<Timer>;

  constructor(ports: NetworkTextsPorts, timers: Timers<Timer>) {
    this.#ports = ports;
    this.#throttle = new Throttle(period, () => this.#reportAll(), timers);
  }

  didRead(uri: string): void {
    this.#read.add(uri);
    this.#throttle.request();
  }

  dispose(): void {
    this.#throttle.dispose();
  }

  #reportAll(): void {
    const uris = [...this.#read];
    this.#read.clear();
    for (const uri of uris) void this.#ports.settled(uri).then(() => this.#ports.report(uri, this.#ports.stamp(uri)));
  }
}
