import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { removeTree, tempFolder } from "../support/temp.ts";
import type { Attack, Fault } from "./attack.ts";
import { patience } from "./server.ts";

/** What the worker is to do. */
export interface StreamsTask {
  readonly seed: number;
  /** Mutated lines. */
  readonly trials: number;
  /** The streams before this one are done: their choices are made, and nothing else. */
  readonly first: number;
  /** Where its files are. */
  readonly folder: string;
}

/** What the worker says: what it found, and that a stream is done. */
export type StreamsMessage =
  | { readonly kind: "fault"; readonly fault: Fault; readonly what: string }
  | { readonly kind: "begin"; readonly stream: number; readonly what: string };

/** Stops after this many streams that never end. */
const enough = 5;

/** Mutated lines of recorded streams through the real follower, reducer, summary and log, which take any of them. */
export const streams: Attack = {
  name: "streams",
  trials: 200_000,
  run: async ({ trials, random, faults }) => {
    const [seed, folder] = [random.below(2 ** 31), tempFolder("streams")];
    let first = 0;
    while (faults.counts.stuck < enough) {
      const task: StreamsTask = { seed, trials, first, folder };
      const worker = new Worker(new URL("./streamsWorker.ts", import.meta.url), { workerData: task });
      let [stream, what] = [first, "the worker does not begin"];
      let timer: NodeJS.Timeout | undefined;
      const stuck = new Promise<"stuck">(resolve => {
        const watch = () => {
          clearTimeout(timer);
          timer = setTimeout(resolve, patience, "stuck");
        };
        watch();
        worker.on("message", (message: StreamsMessage) => {
          watch();
          if (message.kind === "fault") faults.add(message.fault, message.what);
          else [stream, what] = [message.stream, message.what];
        });
      });
      const end = await Promise.race([stuck, once(worker, "exit")]);
      clearTimeout(timer);
      if (end !== "stuck") break;
      faults.add("stuck", what);
      await worker.terminate();
      first = stream + 1;
    }
    await removeTree(folder);
  },
};
