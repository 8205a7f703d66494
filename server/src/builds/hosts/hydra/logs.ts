import { mkdir, open, truncate } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { hashOfStorePath } from "../../../common/storePath.ts";
import type { HydraApi } from "../../../hydra/api.ts";
import type { Log } from "../../../logging/log.ts";
import { identify, isProcessAlive, nameOfProcess } from "../../../records/processes/identity.ts";
import { acquire, release } from "../../../records/processes/lock.ts";
import { count, type Parsed } from "../../../schemas/common.ts";
import { readWhole, writeWhole } from "../../../storage/wholeFile.ts";
import type { LogFile } from "../host.ts";
import type { HydraProgress, RecordedStep, RecordedSteps } from "./files.ts";
import type { FollowerClock } from "./follower.ts";
import { pollPause } from "./rhythm.ts";

/** The most of a log that is kept (bytes). */
const maxLog = 64 * 1024 * 1024;

/** What is known of a log, in a file beside it. */
const logNote = v.object({
  /** From where to read on at Hydra (bytes). */
  next: count,
  /** How much of the file is valid (bytes): a server may be killed between writing both. */
  size: count,
  isComplete: v.optional(v.literal(true)),
});

type LogNote = Parsed<typeof logNote>;

/** What logs need of the records. */
export interface LogRecords {
  readonly log: Log;
  fileOf(id: string, name: "logs"): string;
  lockOf(name: string): string;
  read(id: string, name: "hydra"): Promise<HydraProgress | undefined>;
  read(id: string, name: "steps"): Promise<RecordedSteps | undefined>;
}

/** A log that is being read. */
interface Reading {
  /** When it may be requested again (epoch ms). */
  due: number;
  /** How many requests in a row have brought nothing. */
  unchanged: number;
  running: Promise<void> | undefined;
}

/** The logs of the steps of builds on Hydra. They are read when a client wants them, by their growth, and kept in the record. */
export class StepLogs {
  readonly #records: LogRecords;
  readonly #clock: FollowerClock;
  readonly #readings = new Map<string, Reading>();

  constructor(records: LogRecords, clock: FollowerClock) {
    this.#records = records;
    this.#clock = clock;
  }

  /**
   * Reads on in the log of a derivation, at most as often as steps are looked at. Undefined: there is no log yet.
   *
   * @param api undefined: only what is in the record.
   */
  async sync(id: string, derivation: string, api: HydraApi | undefined): Promise<LogFile | undefined> {
    const build = (await this.#records.read(id, "hydra"))?.build;
    const steps = (await this.#records.read(id, "steps")) ?? [];
    const step = steps.findLast(each => each.path === derivation && each.hasLog);
    if (build === undefined || step === undefined) return undefined;
    const file = path.join(this.#records.fileOf(id, "logs"), `${hashOfStorePath(step.path)}-${step.nr}.log`);
    const known = await noteOf(file);
    if (api !== undefined && known?.isComplete !== true) {
      const reading = this.#read(id, file, build.id, step, api);
      // What is already here is shown without waiting.
      if (known === undefined) await reading;
    }
    const note = await noteOf(file);
    return note && { path: file, isComplete: note.isComplete === true };
  }

  #read(id: string, file: string, build: number, step: RecordedStep, api: HydraApi): Promise<void> | undefined {
    const reading = this.#readings.get(file) ?? { due: 0, unchanged: 0, running: undefined };
    this.#readings.set(file, reading);
    if (reading.running !== undefined || this.#clock.now() < reading.due) return reading.running;
    reading.running = this.#append(id, file, build, step, api)
      .then(hasGrown => {
        reading.unchanged = hasGrown ? 0 : reading.unchanged + 1;
      })
      .catch(error => this.#records.log.warning(`Cannot keep the log of ${step.path}`, error))
      .finally(() => {
        reading.running = undefined;
        reading.due = this.#clock.now() + pollPause(reading.unchanged);
      });
    return reading.running;
  }

  /** Of several servers, one appends at a time. Returns whether the log has grown. */
  async #append(id: string, file: string, build: number, step: RecordedStep, api: HydraApi): Promise<boolean> {
    const self = identify(process.pid);
    if (self === undefined) return false;
    const [lock, name] = [this.#records.lockOf(`${id}.${path.basename(file)}`), nameOfProcess(self)];
    if ((await acquire(lock, name, async other => isProcessAlive(other))) !== undefined) return false;
    try {
      const note = (await noteOf(file)) ?? { next: 0, size: 0 };
      if (note.isComplete === true) return false;
      const part = await api.log({ build, step: step.nr, drvPath: step.drvPath }, note.next);
      if ("problem" in part || part.value === undefined) return false;
      const { text, next } = part.value;
      const hasGrown = text !== "";
      const isComplete = !hasGrown && step.state !== "running";
      await this.#write(file, note, text, { next, ...(isComplete && { isComplete }) });
      return hasGrown;
    } finally {
      release(lock, name);
    }
  }

  async #write(file: string, before: LogNote, text: string, note: Omit<LogNote, "size">): Promise<void> {
    const room = maxLog - before.size;
    const bytes = Buffer.from(text);
    const isCut = bytes.length > room;
    const kept = isCut
      ? Buffer.concat([bytes.subarray(0, room), Buffer.from(`\n${l10n.t("(Later output was discarded.)")}\n`)])
      : bytes;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, "a", 0o600);
    await handle.close();
    await truncate(file, before.size);
    const end = await open(file, "a", 0o600);
    try {
      await end.writeFile(kept);
    } finally {
      await end.close();
    }
    const size = before.size + kept.length;
    await writeWhole(noteFile(file), { ...note, size, ...(isCut && { isComplete: true }) });
  }
}

function noteFile(file: string): string {
  return file.replace(/\.log$/, ".json");
}

function noteOf(file: string): Promise<LogNote | undefined> {
  return readWhole(path.dirname(file), path.basename(noteFile(file)), logNote);
}
