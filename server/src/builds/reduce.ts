import { activity, level, type NixEvent, resultType } from "../nix/events.ts";
import {
  derivationIn,
  type EventState,
  type FollowedDerivation,
  type FollowedTransfer,
  keepNewest,
  maxMessages,
  maxTail,
} from "./eventState.ts";
import { nameOfStorePath } from "./storePath.ts";

/**
 * Takes one event into the state. A `stop` does not say how a build ended: it has failed when the error message before it said
 * so, and it was cancelled when Nix's own count of built derivations, which it sends before the stop, has not grown. Events that
 * we do not know change nothing.
 *
 * @param at epoch milliseconds
 */
export function applyEvent(state: EventState, event: NixEvent, at: number): void {
  switch (event.action) {
    case "start":
      return started(state, event, at);
    case "stop":
      return stopped(state, event.id, at);
    case "result":
      return reported(state, event);
    case "message":
      return said(state, event, at);
    case "text":
      return keepNewest(state.texts, event.text, maxMessages);
    case "unknown":
      return;
  }
}

type Event<Action> = Extract<NixEvent, { action: Action }>;

function started(state: EventState, { id, type, fields, text }: Event<"start">, at: number): void {
  const [first, second, third] = fields;
  const path = typeof first === "string" ? first : undefined;
  switch (type) {
    case activity.build:
      return path === undefined ? undefined : buildStarted(state, id, path, String(second ?? ""), at);
    case activity.builds:
    case activity.copyPaths:
      return totalsStarted(state, id, type === activity.builds ? "builds" : "fetches");
    case activity.substitute:
      if (path !== undefined) state.fetching.add(`${path} ${second ?? ""}`);
      return;
    case activity.copyPath:
      return path === undefined ? undefined : copyStarted(state, id, path, String(second ?? ""), String(third ?? ""));
    case activity.postBuildHook:
      // Nix runs it once the outputs are registered.
      if (path !== undefined) derivationIn(state, path).registered = true;
      return;
    case activity.buildWaiting:
      return waitingStarted(state, id, withoutColours(text));
  }
}

/** A remote's daemon sends totals of its own later, and so does what copies many paths: only the first are ours. */
function totalsStarted(state: EventState, id: string, of: "builds" | "fetches"): void {
  if (of === "builds" ? state.builtByNix !== undefined : state.fetchedByNix !== undefined) return;
  if (of === "builds") state.builtByNix = 0;
  else state.fetchedByNix = { done: 0, failed: 0 };
  state.activities.set(id, { kind: "totals", of });
}

function copyStarted(state: EventState, id: string, path: string, from: string, to: string): void {
  const transfer: FollowedTransfer = { path, from, to, done: 0, state: "running" };
  state.transfers.set(`${from} ${to} ${path}`, transfer);
  state.activities.set(id, { kind: "copy", transfer });
}

/** It has no fields: what is waited for stands in the text. */
function waitingStarted(state: EventState, id: string, text: string): void {
  const drvPath = /'([^']*\.drv)[^']*'/.exec(text)?.[1];
  const locked = /waiting for lock on '([^']+)'/.exec(text)?.[1];
  const derivation = drvPath === undefined ? plannedOutput(state, locked) : derivationIn(state, drvPath);
  if (derivation === undefined) return;
  if (drvPath === undefined) derivation.awaited = true;
  state.activities.set(id, { kind: "waiting", drvPath: derivation.drvPath });
  if (derivation.state === "planned") change(state, derivation, { state: "waiting" });
}

/** The planned derivation whose output is at a path, as far as the names tell: an output has that of its derivation. */
function plannedOutput({ derivations }: EventState, output: string | undefined): FollowedDerivation | undefined {
  if (output === undefined) return undefined;
  const name = nameOfStorePath(output);
  const planned = [...derivations.values()].filter(({ state }) => state === "planned" || state === "waiting");
  const named = (of: string) => planned.find(({ drvPath }) => nameOfStorePath(drvPath) === of);
  return named(name) ?? named(name.replace(/-[^-]*$/, ""));
}

function buildStarted(state: EventState, id: string, drvPath: string, machine: string, at: number): void {
  const derivation = derivationIn(state, drvPath);
  const again = derivation.activities.size === 0;
  derivation.activities.add(id);
  state.activities.set(id, { kind: "build", drvPath });
  change(state, derivation, {
    state: "building",
    attempt: again ? derivation.attempt + 1 : derivation.attempt,
    builder: machine === "" ? derivation.builder : machine,
    startedAt: again ? at : derivation.startedAt,
    stoppedAt: undefined,
  });
}

function stopped(state: EventState, id: string, at: number): void {
  const ended = state.activities.get(id);
  state.activities.delete(id);
  if (ended?.kind === "copy") copyStopped(state, ended.transfer);
  if (ended?.kind === "waiting") {
    const derivation = derivationIn(state, ended.drvPath);
    if (derivation.state === "waiting") change(state, derivation, { state: "planned" });
  }
  if (ended?.kind !== "build") return;
  const derivation = derivationIn(state, ended.drvPath);
  derivation.activities.delete(id);
  if (derivation.activities.size > 0 || derivation.state !== "building") return;
  const isCounted = state.builtByNix === undefined || state.built < state.builtByNix;
  if (isCounted) state.built++;
  const end = isCounted || derivation.registered === true ? "built" : hasUnnamedFailure(state) ? "failed" : "cancelled";
  takeKeptFolder(state, derivation);
  change(state, derivation, { state: end, stoppedAt: at });
}

/** Nix tells of a folder that it keeps right before it ends the derivation, and from 2.30 on the path does not name it. */
function takeKeptFolder(state: EventState, derivation: FollowedDerivation): void {
  if (state.keptFolder === undefined) return;
  derivation.keptFolder = state.keptFolder;
  state.keptFolder = undefined;
}

/** Whether Nix has counted more failures than its messages have named: of a timeout it says little. */
function hasUnnamedFailure({ derivations, failedByNix }: EventState): boolean {
  const named = [...derivations.values()].filter(({ state }) => state === "failed" || state === "dependency-failed");
  return failedByNix > named.length;
}

/** Whether a fetch was well is told only by Nix's counts, a little later. */
function copyStopped({ fetching, unconfirmed }: EventState, transfer: FollowedTransfer): void {
  if (transfer.state !== "running") return;
  transfer.state = "done";
  if (fetching.has(`${transfer.path} ${transfer.from}`)) unconfirmed.push(transfer);
}

function fetchesReported(state: EventState, done: number, failed: number): void {
  const before = state.fetchedByNix ?? { done: 0, failed: 0 };
  state.fetchedByNix = { done, failed };
  for (let count = before.failed; count < failed; count++) {
    const transfer = state.unconfirmed.pop();
    if (transfer !== undefined) transfer.state = "failed";
  }
  state.unconfirmed.splice(0, done - before.done);
}

function reported(state: EventState, { id, type, fields }: Event<"result">): void {
  const about = state.activities.get(id);
  const [first, second, , fourth] = fields;
  if (about?.kind === "build") {
    const derivation = derivationIn(state, about.drvPath);
    if (type === resultType.setPhase) change(state, derivation, { phase: String(first ?? "") });
    else if (type === resultType.buildLogLine) {
      keepNewest(derivation.tail, withoutColours(String(first ?? "")), maxTail);
      change(state, derivation, {});
    }
  } else if (type !== resultType.progress || typeof first !== "number") return;
  else if (about?.kind === "totals") {
    const failed = typeof fourth === "number" ? fourth : 0;
    if (about.of === "fetches") return fetchesReported(state, first, failed);
    state.builtByNix = first;
    state.failedByNix = failed;
  } else if (about?.kind === "copy") {
    about.transfer.done = first;
    if (typeof second === "number") about.transfer.expected = second;
  }
}

/** What will be built is listed as indented messages, one a derivation. */
const planned = /^ {2}(\/\S+\.drv)$/;

/** Of `--keep-failed`, not an error for all its level. */
const keptFolder = /^note: keeping build directory (['"])(.+)\1$/;

/** Every version's way to say that a derivation's own builder failed. */
const failedBuild = [
  /builder for '([^']+\.drv)'/,
  /build of '([^']+\.drv)' on '[^']*' failed/,
  /Cannot build '([^']+\.drv)'/,
  /hash mismatch in fixed-output derivation '([^']+\.drv)'/,
  /is required to build '([^']+\.drv)'/,
  // Up to 2.33; later Nix does not say of which.
  /building of '([^'!^*]+\.drv)[^']*'[^\n]* timed out after/,
];

const failedDependency = [
  /dependencies of derivation '([^']+\.drv)' failed/,
  /cannot build derivation '([^']+\.drv)': \d+ dependencies/,
  /Cannot build '([^']+\.drv)'\.\s*Reason: \d+ dependenc/,
];

/** Warnings that tell why the build fails later, which the error then does not. */
const telling =
  /^Failed to find a machine|restricted setting and you are not a trusted user|ignoring untrusted substituter|not signed by any of the keys|does not have a valid signature/i;

function said(state: EventState, { level: severity, text, error }: Event<"message">, at: number): void {
  const plan = planned.exec(text)?.[1];
  if (plan !== undefined) return change(state, derivationIn(state, plan), {});
  // Not every message of this level ends the build, so it is only kept here; the exit code decides.
  if (severity !== level.error && !(severity === level.warning && telling.test(text))) return;
  const folder = keptFolder.exec(text)?.[2];
  if (folder !== undefined) {
    state.keptFolder = folder;
    return;
  }
  const dependency = firstMatch(failedDependency, text);
  const failed = dependency ?? firstMatch(failedBuild, text);
  const unplaced = severity === level.warning ? /derivation: (\S+\.drv)/.exec(text)?.[1] : undefined;
  if (unplaced !== undefined) notePlaceless(state, unplaced);
  keepNewest(
    state.errors,
    { text: error === undefined ? text : text.replace(/^error:\s*/, ""), drvPath: failed },
    maxMessages,
  );
  if (failed === undefined) return;
  const derivation = derivationIn(state, failed);
  if (dependency === undefined) takeKeptFolder(state, derivation);
  if (derivation.state === "failed" || derivation.state === "dependency-failed") return;
  change(state, derivation, { state: dependency === undefined ? "failed" : "dependency-failed", stoppedAt: at });
}

/** @param name of the derivation's file, without the store. */
function notePlaceless({ derivations }: EventState, name: string): void {
  for (const derivation of derivations.values()) if (derivation.drvPath.endsWith(name)) derivation.unplaced = true;
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Changes a derivation and notes that it has changed. */
export function change(state: EventState, derivation: FollowedDerivation, to: Partial<FollowedDerivation>): void {
  Object.assign(derivation, to);
  state.changed.add(derivation.drvPath);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const colours = /\u001b\[[0-9;]*m/g;

function withoutColours(text: string): string {
  return text.includes("\u001b") ? text.replaceAll(colours, "") : text;
}
