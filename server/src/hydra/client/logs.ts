import path from "node:path";
import type { BodyRest, BodyWish } from "../../net/body.ts";
import type { Answer } from "../../net/request.ts";
import type { Outcome } from "../../outcome.ts";
import type { HydraApi, LogPart, StepLog } from "../api.ts";
import type { HydraAccess } from "./access.ts";
import { readElsewhere } from "./elsewhere.ts";
import { anchorSize, endAfter, growthIn, type LogEnd, linesFor, wholeCharacters } from "./logGrowth.ts";
import { refused } from "./problems.ts";
import { StepPages } from "./stepPages.ts";
import { isRedirect, type Transport } from "./transport.ts";

/** The most that one call returns of a log (bytes). */
const maxPart = 16 * 1024 * 1024;

/** Up to this offset (bytes) a log is read again from its start, which is one request. */
const cheap = 2048;

/** A log is read from its start if that costs at most this many times what has been added. */
const worthwhile = 2;

/** How many of the last lines are asked for if it is unknown by how much a log has grown, and the factor for a second attempt. */
const [firstLines, moreLines] = [100, 20];

/** For the next part of a log whose connection is open (ms). */
const restTimeout = 60_000;

/** The ends of at most this many logs are remembered. */
const maxEnds = 500;

/** Everything that follows the first bytes, in parts. */
const everything = (skip: number) => (): BodyWish => ({ skip, limit: maxPart, keepsRest: true });

const lastLines = (): BodyWish => ({ skip: 0, limit: maxPart });

/** A log that is longer than a part, whose connection is open. */
interface OpenLog {
  readonly name: string;
  /** Where the rest begins (bytes). */
  readonly offset: number;
  /** The beginning of a character, which is before the rest. */
  readonly before: Buffer;
  readonly rest: BodyRest;
}

/**
 * Reads logs by their growth. Hydra serves a log as the file is at the moment, or decompresses an old one, and has no ranges. So the
 * length comes from a HEAD, and what was added from `?tail=LINES`, in which the end of what is known is searched. Where that fails, the
 * log is read again, and what is known is dropped as it comes.
 */
export class Logs implements Pick<HydraApi, "hasStep" | "log" | "logTail"> {
  readonly #transport: Transport;
  readonly #access: HydraAccess;
  readonly #steps: StepPages;
  /** Name of a derivation -> the end of what has been read of its log, the most recent last. */
  readonly #ends = new Map<string, LogEnd>();
  #open: OpenLog | undefined;

  constructor(transport: Transport, access: HydraAccess) {
    this.#transport = transport;
    this.#access = access;
    this.#steps = new StepPages(transport);
    this.hasStep = (build, nr, signal) => this.#steps.has(build, nr, signal);
  }

  readonly hasStep: HydraApi["hasStep"];

  readonly log: HydraApi["log"] = async (of, offset, signal) => {
    const name = await this.#nameOf(of, signal);
    if ("problem" in name || name.value === undefined) return name as Outcome<undefined>;
    const end = this.#ends.get(name.value);
    const part =
      (await this.#continued(name.value, offset, signal)) ?? (await this.#read(name.value, offset, end, signal));
    if ("problem" in part || part.value === undefined) return part as Outcome<undefined>;
    const added = wholeCharacters(part.value.added);
    const next = part.value.offset + added.length;
    this.#keep(name.value, next, part.value, part.value.added.subarray(added.length));
    this.#ends.delete(name.value);
    this.#ends.set(name.value, endAfter(end, next, added));
    for (const old of this.#ends.keys()) if (this.#ends.size > maxEnds) this.#ends.delete(old);
    return { value: { text: added.toString("utf8"), next } satisfies LogPart };
  };

  readonly logTail: HydraApi["logTail"] = async (of, lines, signal) => {
    const name = await this.#nameOf(of, signal);
    if ("problem" in name || name.value === undefined) return name as Outcome<undefined>;
    const answer = await this.#ask(name.value, `?tail=${lines}`, lastLines, signal);
    if ("problem" in answer) return answer;
    if (answer.value.status === 404) return { value: undefined };
    const text = answer.value.body.toString("utf8");
    const all = text.split("\n");
    return { value: all.slice(-lines - (text.endsWith("\n") ? 1 : 0)).join("\n") };
  };

  #read(
    name: string,
    offset: number,
    end: LogEnd | undefined,
    signal?: AbortSignal,
  ): Promise<Outcome<Added | undefined>> {
    const isKnown = offset > cheap && end !== undefined && end.offset === offset;
    return isKnown ? this.#after(name, end, signal) : this.#from(name, offset, signal);
  }

  /** The next part of a log whose connection is open. Undefined: it is not, or it has broken. */
  async #continued(name: string, offset: number, signal?: AbortSignal): Promise<Outcome<Added> | undefined> {
    const open = this.#open;
    if (open === undefined || open.name !== name || open.offset !== offset) return undefined;
    this.#open = undefined;
    try {
      const part = await open.rest.read(maxPart, restTimeout, signal);
      return { value: { offset, added: Buffer.concat([open.before, part.body]), rest: part.rest } };
    } catch {
      return undefined;
    }
  }

  #keep(name: string, offset: number, { rest }: Added, before: Buffer): void {
    if (rest === undefined) return;
    this.#open?.rest.close();
    this.#open = { name, offset, before, rest };
  }

  /** What a log has after its first bytes, read from its start. */
  async #from(name: string, offset: number, signal?: AbortSignal): Promise<Outcome<Added | undefined>> {
    const answer = await this.#ask(name, "", everything(offset), signal, offset);
    if ("problem" in answer) return answer;
    const { status, body: added, rest } = answer.value;
    return { value: status === 404 ? undefined : { offset, added, rest } };
  }

  /** What a log has after the end of what is known. */
  async #after(name: string, end: LogEnd, signal?: AbortSignal): Promise<Outcome<Added | undefined>> {
    const { offset } = end;
    const length = await this.#lengthOf(name, signal);
    if ("problem" in length) return length;
    if (length.value === offset) return { value: { offset, added: Buffer.alloc(0) } };
    // It has begun again, as after a restart.
    if (length.value !== undefined && length.value < offset) return this.#from(name, 0, signal);
    const growth = length.value === undefined ? undefined : length.value - offset;
    if (growth !== undefined && (growth > maxPart / 2 || offset <= growth * worthwhile))
      return this.#from(name, offset, signal);
    const lines = growth === undefined ? firstLines : linesFor(growth + anchorSize, end);
    for (const count of [lines, lines * moreLines]) {
      const answer = await this.#ask(name, `?tail=${count}`, lastLines, signal);
      if ("problem" in answer) return answer;
      if (answer.value.status === 404) return { value: undefined };
      const added = growthIn(answer.value.body, end, growth ?? 0);
      if (added !== undefined) return { value: { offset, added } };
    }
    return this.#from(name, offset, signal);
  }

  /** How long a log is (bytes). Undefined: the server does not say, as of a compressed one. */
  async #lengthOf(name: string, signal?: AbortSignal): Promise<Outcome<number | undefined>> {
    const sent = await this.#transport.send({ method: "HEAD", path: logPath(name), signal });
    if ("problem" in sent) return sent;
    const { status, headers } = sent.value;
    const isLog = status === 200 && /^text\/plain\b/.test(headers["content-type"] ?? "");
    const length = headers["content-length"] ?? "";
    return { value: isLog && /^[1-9]\d{0,14}$/.test(length) ? Number(length) : undefined };
  }

  /** Reads a log, from where the server leads if it keeps old ones elsewhere (`log_prefix`). */
  async #ask(
    name: string,
    query: string,
    wish: () => BodyWish,
    signal: AbortSignal | undefined,
    offset?: number,
  ): Promise<Outcome<Answer>> {
    const sent = await this.#transport.send({ method: "GET", path: `${logPath(name)}${query}`, wish, signal });
    if ("problem" in sent || !isRedirect(sent.value)) return sent;
    const location = sent.value.headers.location ?? "";
    const answer = await readElsewhere(location, this.#transport.url, this.#access, { offset, limit: maxPart, signal });
    if (answer.kind === "answer") return { value: answer };
    return { problem: refused(this.#transport.url, answer.detail) };
  }

  async #nameOf({ build, step, drvPath }: StepLog, signal?: AbortSignal): Promise<Outcome<string | undefined>> {
    return drvPath === undefined
      ? this.#steps.derivationOf(build, step, signal)
      : { value: path.posix.basename(drvPath) };
  }
}

/** What a log has from an offset on. */
interface Added {
  readonly offset: number;
  readonly added: Buffer;
  readonly rest?: BodyRest | undefined;
}

function logPath(name: string): string {
  return `/log/${encodeURIComponent(name)}`;
}
