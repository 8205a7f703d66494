import { createQueue, type Queue } from "../util/queue.ts";

/** Polls: calls a function repeatedly, with a pause after each call and never concurrently. */
export class Rounds {
  readonly #look: (round: number) => Promise<void>;
  readonly #didFail: (error: unknown) => void;
  readonly #pause: number;
  #timer: NodeJS.Timeout | undefined;
  #round = 0;
  #isStopped = false;
  /** Runs work between two rounds. */
  readonly between: Queue = createQueue();

  /**
   * @param pause between two calls (ms).
   * @param look called with the number of the round, starting at 1.
   */
  constructor(pause: number, look: (round: number) => Promise<void>, didFail: (error: unknown) => void) {
    this.#pause = pause;
    this.#look = look;
    this.#didFail = didFail;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(async () => {
      this.#round++;
      await this.between(() => this.#look(this.#round)).catch(this.#didFail);
      this.start();
    }, this.#pause);
    this.#timer.unref();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }
}
