import fs from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { LogReader } from "../../server/src/builds/log/reader.ts";
import { BuildFollower } from "../../server/src/builds/sources/follower.ts";
import type { EventState } from "../../server/src/builds/stream/eventState.ts";
import { derivationState, transferStates } from "../../server/src/builds/stream/toProtocol.ts";
import { type RecordedStream, recordedStreams, stateOfStream, summaryOfRun } from "../support/goldenState.ts";
import { mutateLines } from "./mutateLines.ts";
import { Random } from "./random.ts";
import type { StreamsMessage, StreamsTask } from "./streams.ts";

// A separate thread, so that an endless loop in it can be terminated from outside.

/** Maximum number of pages of a log. */
const maxPages = 1000;

const { seed, trials, first, folder } = workerData as StreamsTask;
const post = (message: StreamsMessage) => parentPort?.postMessage(message);
const recorded = recordedStreams() as [RecordedStream, ...RecordedStream[]];
const random = new Random(seed);

let done = 0;
for (let index = 0; done < trials; index++) {
  const choices = random.fork(index);
  const { version, situation, stream, run } = choices.pick(recorded);
  const keepsTicks = choices.isOneIn(2);
  const { bytes, count } = mutateLines(stream, choices, trials - done, keepsTicks);
  done += count;
  if (index < first) continue;
  const name = `stream ${index} (${version} ${situation})`;
  post({ kind: "begin", stream: index, what: name });
  try {
    await follow(bytes, run.plan, choices, keepsTicks ? name : undefined);
    const { closed } = stateOfStream(run, [bytes]);
    JSON.stringify(summaryOfRun(run, closed));
    for (const derivation of [undefined, ...[...closed.derivations.keys()].slice(0, 3)])
      await readLog(derivation, choices, name);
  } catch (error) {
    post({ kind: "fault", fault: "crashes", what: `${name}: ${error instanceof Error ? error.stack : error}` });
  }
}

/**
 * Follows the stream as it grows, and as a whole. With a name both must lead to the same state: not where ticks were mutated, since of
 * ticks that are read together only the last one counts.
 */
async function follow(bytes: Buffer, planned: readonly string[], choices: Random, name?: string): Promise<void> {
  const [events, clock] = [path.join(folder, "events"), path.join(folder, "clock")];
  fs.writeFileSync(events, "");
  fs.writeFileSync(clock, "");
  const growing = new BuildFollower(events, clock, planned);
  for (let start = 0; start < bytes.length; ) {
    const end = Math.min(bytes.length, start + 1 + choices.below(20_000));
    fs.appendFileSync(events, bytes.subarray(start, end));
    fs.appendFileSync(clock, choices.isOneIn(10) ? "nonsense 1e99\n-5" : `${Date.now()} ${end}\n`);
    await growing.poll();
    start = end;
  }
  const whole = new BuildFollower(events, clock, planned);
  await whole.poll();
  const [grown, read] = [comparable(growing.state), comparable(whole.state)];
  if (name !== undefined && !isDeepStrictEqual(grown, read))
    post({ kind: "fault", fault: "lost", what: `${name}: in pieces ${differences(grown, read)}` });
}

/** A state without times and without the progress of transfers, which a glued tick may change. */
function comparable(state: EventState): readonly unknown[] {
  const { errors, texts } = state;
  const derivations = [...state.derivations.values()].map(each => {
    const { startedAt: _, stoppedAt: __, ...rest } = derivationState(each);
    return rest;
  });
  const transfers = transferStates(state).map(({ done: _, expected: __, ...rest }) => rest);
  return [...derivations, ...transfers, { errors, texts }];
}

function differences(grown: readonly unknown[], read: readonly unknown[]): string {
  const index = grown.findIndex((each, place) => !isDeepStrictEqual(each, read[place]));
  return `${JSON.stringify(grown[index])}, at once ${JSON.stringify(read[index])}`.slice(0, 2000);
}

/** Reads a log to its end page by page, with colours and without. */
async function readLog(derivation: string | undefined, choices: Random, name: string): Promise<void> {
  const reader = new LogReader(path.join(folder, "events"), derivation, choices.isOneIn(2));
  let offset = 0;
  for (let page = 0; page < maxPages; page++) {
    const { nextOffset, done: isDone } = await reader.page(offset, true);
    if (isDone) return;
    offset = nextOffset;
  }
  post({ kind: "fault", fault: "stuck", what: `${name}: the log of ${derivation ?? "the build"} has no end` });
}
