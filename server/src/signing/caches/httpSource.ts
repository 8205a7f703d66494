import { addressOf as netAddress } from "../../net/address.ts";
import type { PipelinedAnswer } from "../../net/answerReader.ts";
import type { Connections } from "../../net/connections.ts";
import type { FetchFailure } from "../../net/failure.ts";
import { type FetchedText, type FetchOptions, fetchText } from "../../net/fetchText.ts";
import { pipelined } from "../../net/pipeline.ts";
import type { Target } from "../../net/redirect.ts";
import { type Backoff, pauseAfter } from "../../util/backoff.ts";
import { pause } from "../../util/pause.ts";
import {
  baseOf,
  type CacheFile,
  type CacheLimits,
  type CacheSource,
  type FailureCause,
  maxNarinfo,
  usualLimits,
} from "./source.ts";

/** How requests to caches are made. */
export interface HttpAccess extends Pick<FetchOptions, "loginFor"> {
  readonly connections: Connections;
  readonly limits?: CacheLimits | undefined;
}

/** As many attempts are made for a file, with these pauses (ms). Nix makes five (setting `download-attempts`). */
const attempts = 3;
const pauses: Backoff = { first: 250, longest: 1000 };

/** The longest pause that a server may ask for (ms). */
const longestPause = 5000;

/** The limit for asking whether a file is there (ms). */
const headTimeout = 5000;

/** Fewer files are asked for one by one. */
const fewFiles = 32;

/** The longest body of a plain answer (bytes), and how long a server may be silent that is asked for many files (ms). */
const maxPlain = 64 * 1024;
const silence = 1000;

/** Statuses after which Nix does not ask again (`src/libstore/filetransfer.cc`), besides those below 500. */
const final: ReadonlySet<number> = new Set([501, 505, 511]);

/** A binary cache behind http or https. */
export function httpSource(url: string, { limits = usualLimits, ...access }: HttpAccess): CacheSource {
  const base = baseOf(url);
  const addressOf = (name: string) => (/^https?:\/\//.test(name) ? name : `${base}/${name}`);
  return {
    kind: "http",
    read: async (name, signal) => {
      const options = {
        ...access,
        signal,
        firstByte: limits.firstByte,
        timeout: limits.whole,
        maxBytes: maxNarinfo,
      };
      for (let failures = 1; ; failures++) {
        const answer = await fetchText(addressOf(name), options);
        const wait = failures < attempts ? pauseBefore(answer, failures) : undefined;
        if (wait === undefined || signal.aborted) return fileOf(answer);
        await pause(wait, signal);
      }
    },
    ahead: async (method, names, didAnswer, signal) => {
      const target = targetOf(base, access);
      if (target === undefined || names.length < fewFiles) return;
      const own = names.flatMap(name => {
        const url = new URL(addressOf(name));
        return url.origin === target.url.origin ? [{ name, path: url.pathname + url.search }] : [];
      });
      const requests = {
        method,
        target,
        paths: own.map(({ path }) => path),
        maxBytes: maxPlain,
        silence: Math.min(silence, limits.firstByte / 4),
        signal,
        didAnswer: (index: number, { status, text }: PipelinedAnswer) => {
          const name = own[index]?.name;
          if (name === undefined) return;
          if (status === 200) didAnswer(name, { kind: "text", text });
          else if (isAbsent(status)) didAnswer(name, { kind: "absent" });
        },
      };
      await pipelined(requests, access.connections);
    },
    has: async (name, signal) => {
      if (/^[a-z]+:\/\//.test(name) && !/^https?:/.test(name)) return undefined;
      const options = {
        ...access,
        signal,
        method: "HEAD",
        timeout: Math.min(headTimeout, limits.whole),
        maxBytes: 0,
      } as const;
      const answer = await fetchText(addressOf(name), options);
      if (answer.kind === "text") return true;
      return answer.kind === "status" && isAbsent(answer.status) ? false : undefined;
    },
  };
}

/** Where many requests go; undefined: not to a server. */
function targetOf(base: string, { loginFor }: Pick<HttpAccess, "loginFor">): Target | undefined {
  const address = netAddress(base);
  if (address === undefined) return undefined;
  const login = address.password === undefined ? loginFor?.(address.url.hostname, address.user) : undefined;
  return { ...address, ...login, headers: { "user-agent": "morph" } };
}

/** The pause before the next attempt (ms); undefined if there is no point in one. */
function pauseBefore(answer: FetchedText, failures: number): number | undefined {
  const usual = pauseAfter(failures, pauses);
  if (answer.kind === "failed") return answer.reason === "unreachable" ? usual : undefined;
  if (answer.kind === "text") return undefined;
  const { status, retryAfter = 0 } = answer;
  const isTransient = status === 408 || status === 429 || (status >= 500 && !final.has(status));
  return isTransient ? Math.min(Math.max(usual, retryAfter), longestPause) : undefined;
}

const causes: Partial<Record<FetchFailure, FailureCause>> = { "timed-out": "late", "too-large": "too-large" };

function fileOf(answer: FetchedText): CacheFile {
  if (answer.kind === "text") return answer;
  if (answer.kind === "failed") return { kind: "failed", why: answer.detail, cause: causes[answer.reason] };
  const { status } = answer;
  if (isAbsent(status)) return { kind: "absent" };
  return { kind: "failed", why: `HTTP ${status}`, cause: status === 401 || status === 407 ? "login" : undefined };
}

/** An S3 bucket that may not be listed responds with 403 for missing files, and Nix treats it as missing. */
function isAbsent(status: number): boolean {
  return status === 404 || status === 410 || status === 403;
}
