import fs from "node:fs";
import path from "node:path";
import type { RecordFacts } from "../../server/src/builds/record/facts.ts";
import { closeState } from "../../server/src/builds/stream/closeState.ts";
import { type EventState, emptyState } from "../../server/src/builds/stream/eventState.ts";
import { applyEvent } from "../../server/src/builds/stream/reduce.ts";
import { derivationState, transferStates } from "../../server/src/builds/stream/toProtocol.ts";
import { summaryOf } from "../../server/src/builds/summary/summary.ts";
import { nameOfStorePath } from "../../server/src/common/storePath.ts";
import { EventStream } from "../../server/src/nix/events/stream.ts";
import type { BuildSummary, DerivationState } from "../../server/src/protocol.ts";
import { nothingRuns } from "../../server/src/records/processes/liveness.ts";
import { readTrustedKeys } from "../../server/src/signing/keys.ts";
import { signatureReport } from "../../server/src/signing/report.ts";
import { builder } from "./builders.ts";
import { fixturesDir } from "./fixtures.ts";

/** How a recorded run of Nix ended, and what was true before and after it. */
export interface RecordedRun {
  /** The command line, for readers. */
  readonly command: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether the user cancelled it. */
  readonly cancelled?: boolean | undefined;
  /** The derivations that the dry run said would be built. */
  readonly plan: readonly string[];
  /** The requested derivations whose outputs were in the store afterwards. */
  readonly realised: readonly string[];
}

/** A stream that a real Nix has written. */
export interface RecordedStream {
  readonly version: string;
  readonly situation: string;
  readonly stream: Buffer;
  readonly run: RecordedRun;
  /** The file of its digest. */
  readonly digestFile: string;
}

const streamsDir = path.join(fixturesDir, "streams");

/** Every stream that `scripts/record-streams.mjs` has recorded. */
export function recordedStreams(): RecordedStream[] {
  const versions = fs.readdirSync(streamsDir).filter(name => fs.statSync(path.join(streamsDir, name)).isDirectory());
  return versions.flatMap(version => {
    const folder = path.join(streamsDir, version);
    const runs: Record<string, RecordedRun> = JSON.parse(fs.readFileSync(path.join(folder, "runs.json"), "utf8"));
    return Object.entries(runs).map(([situation, run]) => ({
      version,
      situation,
      stream: fs.readFileSync(path.join(folder, `${situation}.events`)),
      run,
      digestFile: path.join(folder, `${situation}.json`),
    }));
  });
}

/** The digests of a stream that arrives in these chunks, while Nix is running and after it has ended. */
export function stateOfStream(
  { plan, code }: RecordedRun,
  chunks: Iterable<Buffer>,
): { open: EventState; closed: EventState } {
  const state = emptyState(plan);
  const stream = new EventStream();
  for (const chunk of chunks) stream.push(chunk, event => applyEvent(state, event, 0));
  const open = structuredClone(state);
  closeState(state, 0, code === 0);
  return { open, closed: state };
}

/** What the extension shows for a build with this stream. */
export function summaryOfRun(
  { command, code, signal, cancelled = false }: RecordedRun,
  state: EventState,
): BuildSummary {
  const at = "2026-01-01T00:00:00.000Z";
  const owner = { pid: 1, startTime: 0, bootId: "" };
  const facts: RecordFacts = {
    request: {
      id: "recorded",
      uri: "file:///network.nix",
      machine: "recorded",
      keepFailed: command.includes("--keep-failed") ? true : undefined,
      place: { kind: "schedule" },
      startedAt: at,
      owner,
      environment: [],
    },
    ownerAlive: false,
    pinned: false,
    supervised: { supervisor: owner, command: undefined },
    liveness: nothingRuns,
    result: { code, signal, at },
    cancelled,
    output: code === 0 ? "/lab/store/output" : undefined,
    signatures: signatureReport([], [], readTrustedKeys([]), at),
  };
  return summaryOf(facts, state, [builder("local", { "x86_64-linux": "native" })], 0, 0);
}

/** A readable state: names instead of store paths, and nothing that differs between recordings. */
export function digestOf(run: RecordedRun, state: EventState) {
  const { state: buildState, progress, failure } = summaryOfRun(run, state);
  const derivations = [...state.derivations.values()].map(each => derivationState(each));
  return {
    end: run.signal ?? run.code,
    state: buildState,
    derivations: Object.fromEntries(
      derivations.map(each => [
        each.name,
        [each.state, each.attempt, each.builder ?? null, each.phase ?? null, short(each.lastLine ?? null)],
      ]),
    ),
    transfers: countEach(
      transferStates(state).map(({ path: file, from, to, state: end }) =>
        withoutPort([nameOfStorePath(file), from, to, end].join(" ")),
      ),
    ),
    progress,
    errors: state.errors.map(({ text }) => withoutPort(named(text).split("\n")[0] ?? "")),
    texts: state.texts.map(withoutPort),
    ...keptFolders(derivations),
    failure: failure === undefined ? null : [failure.code, withoutPort(named(failure.message))],
  };
}

/** The kept build directories: since 2.30, their names differ each time. */
function keptFolders(derivations: readonly DerivationState[]): { kept?: Record<string, string> } {
  const kept = derivations.flatMap(({ name, keptFolder }) =>
    keptFolder === undefined ? [] : [[name, keptFolder.replaceAll(/-\d{2,}/g, "-N")]],
  );
  return kept.length === 0 ? {} : { kept: Object.fromEntries(kept) };
}

/** A log's line may be very long. */
function short(line: string | null): string | null {
  return line !== null && line.length > 80 ? `${line.slice(0, 80)}… (${line.length})` : line;
}

function countEach(items: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items.toSorted()) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

/** Hashes and ports differ from one recording to the next. */
function named(text: string): string {
  return text.replaceAll(/\/lab\/store\/[0-9a-z]{32}-/g, "");
}

function withoutPort(text: string): string {
  return text.replaceAll(/(127\.0\.0\.1:|port )\d+/g, "$1PORT");
}
