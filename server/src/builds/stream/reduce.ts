import path from "node:path";
import { nameOfStorePath } from "../../common/storePath.ts";
import { transferKey } from "../../common/transferKey.ts";
import { causeIn, withoutPrefix } from "../../nix/events/cause.ts";
import { activity, level, type NixEvent, resultType } from "../../nix/events/events.ts";
import { withoutEscapes } from "../../nix/events/printed.ts";
import { isClue } from "./clues.ts";
import { failureIn, type NamedFailure, withoutLogLines } from "./errorText.ts";
import {
  type Activity,
  change,
  countIn,
  cut,
  derivationIn,
  type EventState,
  type FollowedDerivation,
  type FollowedTransfer,
  isPending,
  keepNewest,
  maxFollowed,
  maxLine,
  maxMessages,
  maxPath,
  maxTail,
  maxText,
} from "./eventState.ts";
import { noteSignsOfLife, reachedBuilder } from "./signsOfLife.ts";

/**
 * Applies one event to the state. A `stop` does not contain the result of a build: it failed if an earlier error message said so,
 * and it was cancelled if Nix's own count of built derivations, which precedes the stop, has not increased. Unknown events change
 * nothing. For any stream, the state stays within the limits of `eventState.ts`, the time per event does not depend on numbers in
 * it, and counts never decrease.
 *
 * @param at epoch milliseconds; not used for results.
 * @param offset in the stream, after the event (bytes).
 */
export function applyEvent(state: EventState, event: NixEvent, at: number, offset = 0): void {
  noteSignsOfLife(state, event, offset);
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
      return keepNewest(state.texts, cut(event.text, maxLine), maxMessages);
    case "unknown":
      return;
  }
}

type Event<Action> = Extract<NixEvent, { action: Action }>;

function started(state: EventState, { id, type, fields, text }: Event<"start">, at: number): void {
  const [first, second = "", third = ""] = fields.slice(0, 3).map(pathIn);
  // If an id is reused, the earlier activity has ended.
  if (state.activities.has(id)) stopped(state, id, at);
  switch (type) {
    case activity.build:
      return first === undefined ? undefined : buildStarted(state, id, first, second, at);
    case activity.builds:
    case activity.copyPaths:
      return totalsStarted(state, id, type === activity.builds ? "builds" : "fetches");
    case activity.substitute:
      if (first !== undefined && state.fetching.size < maxFollowed) state.fetching.add(`${first} ${second}`);
      return;
    case activity.copyPath:
      return first === undefined ? undefined : copyStarted(state, id, first, second, third);
    case activity.postBuildHook: {
      // Nix runs the hook after it has registered the outputs.
      const derivation = first === undefined ? undefined : derivationIn(state, first);
      if (derivation !== undefined) derivation.registered = true;
      return;
    }
    case activity.buildWaiting:
      return waitingStarted(state, id, cut(withoutEscapes(text), maxLine), at);
    case activity.unknown: {
      const builder = text.length <= maxPath ? reachedBuilder(text) : undefined;
      if (builder !== undefined) remember(state, id, { kind: "reaching", builder, at });
    }
  }
}

/** A path or address in a field; undefined for anything else. */
function pathIn(field: unknown): string | undefined {
  return typeof field === "string" && field.length <= maxPath ? field : undefined;
}

/** Remembers an activity that has started. False if there are too many. */
function remember({ activities }: EventState, id: string, activity: Activity): boolean {
  if (activities.size >= maxFollowed) return false;
  activities.set(id, activity);
  return true;
}

/** Remote daemons and copies of many paths send their own totals later: only the first totals are ours. */
function totalsStarted(state: EventState, id: string, of: "builds" | "fetches"): void {
  if (of === "builds" ? state.builtByNix !== undefined : state.fetchedByNix !== undefined) return;
  if (of === "builds") state.builtByNix = 0;
  else state.fetchedByNix = { done: 0, failed: 0 };
  remember(state, id, { kind: "totals", of });
}

function copyStarted(state: EventState, id: string, path: string, from: string, to: string): void {
  const key = transferKey({ from, to, path });
  if (state.transfers.size >= maxFollowed && !state.transfers.has(key)) return;
  const transfer: FollowedTransfer = { path, from, to, done: 0, state: "running" };
  if (remember(state, id, { kind: "copy", transfer })) state.transfers.set(key, transfer);
}

/** The event has no fields: the text says what is waited for. */
function waitingStarted(state: EventState, id: string, text: string, at: number): void {
  const quoted = /'([^']*)'/.exec(text)?.[1] ?? "";
  const derivationEnd = quoted.lastIndexOf(".drv");
  const isLock = text.includes("waiting for lock on '");
  const derivation =
    derivationEnd === -1
      ? plannedOutput(state, isLock ? quoted : undefined)
      : derivationIn(state, quoted.slice(0, derivationEnd + ".drv".length));
  if (derivation === undefined && isLock && derivationEnd === -1) return waitingThere(state, id, quoted, at);
  if (derivation === undefined || !remember(state, id, { kind: "waiting", drvPath: derivation.drvPath })) return;
  if (derivationEnd === -1) derivation.awaited = true;
  if (derivation.state === "planned") {
    // Nix asks again every few seconds, each time with a new activity.
    change(state, derivation, { state: "waiting", waitsSince: derivation.waitsSince ?? at });
  }
}

/** The Nix of a builder waits for another one there, for example for what is left of a build whose connection was lost. */
function waitingThere(state: EventState, id: string, output: string, at: number): void {
  const isThere = (each: FollowedDerivation) => each.state === "building" && each.builder !== undefined;
  const builder = byOutput(state, output, isThere)?.builder;
  if (builder !== undefined) remember(state, id, { kind: "reaching", builder, at });
}

/** The planned derivation whose output has a path. */
function plannedOutput(state: EventState, output: string | undefined): FollowedDerivation | undefined {
  return output === undefined ? undefined : byOutput(state, output, isPending);
}

/** A derivation whose output has a path, judging by the name: an output has the name of its derivation. */
function byOutput(
  { byName }: EventState,
  output: string,
  isWanted: (derivation: FollowedDerivation) => boolean,
): FollowedDerivation | undefined {
  const name = nameOfStorePath(output);
  const named = (of: string) => byName.get(of)?.find(isWanted);
  return named(name) ?? named(name.replace(/-[^-]*$/, ""));
}

function buildStarted(state: EventState, id: string, drvPath: string, machine: string, at: number): void {
  const derivation = derivationIn(state, drvPath);
  if (derivation === undefined || !remember(state, id, { kind: "build", drvPath })) return;
  const isNewAttempt = derivation.activities.size === 0;
  derivation.activities.add(id);
  change(state, derivation, {
    state: "building",
    attempt: isNewAttempt ? derivation.attempt + 1 : derivation.attempt,
    // With ssh-ng, the remote's own activity does not name a machine.
    builder: machine !== "" ? machine : isNewAttempt ? state.home : derivation.builder,
    startedAt: isNewAttempt ? at : derivation.startedAt,
    stoppedAt: undefined,
    ...(derivation.waitsSince !== undefined && { waitsSince: undefined }),
  });
}

function stopped(state: EventState, id: string, at: number): void {
  const ended = state.activities.get(id);
  state.activities.delete(id);
  if (ended?.kind === "copy") copyStopped(state, ended.transfer);
  if (ended?.kind === "waiting") {
    const derivation = state.derivations.get(ended.drvPath);
    if (derivation?.state === "waiting") change(state, derivation, { state: "planned" });
  }
  if (ended?.kind !== "build") return;
  const derivation = state.derivations.get(ended.drvPath);
  derivation?.activities.delete(id);
  if (derivation === undefined || derivation.activities.size > 0 || derivation.state !== "building") return;
  const isCounted = state.builtByNix === undefined || state.built < state.builtByNix;
  if (isCounted) state.built++;
  const end = isCounted || derivation.registered === true ? "built" : hasUnnamedFailure(state) ? "failed" : "cancelled";
  takeKeptFolder(state, derivation);
  change(state, derivation, { state: end, stoppedAt: at });
}

/** Nix reports a kept build directory right before the derivation ends. Since 2.30, the path does not contain its name. */
function takeKeptFolder(state: EventState, derivation: FollowedDerivation): void {
  if (state.keptFolder === undefined) return;
  derivation.keptFolder = state.keptFolder;
  state.keptFolder = undefined;
}

/** Whether Nix has counted more failures than its messages have named, as with a timeout. */
function hasUnnamedFailure({ failed, failedByNix }: EventState): boolean {
  return failedByNix > failed;
}

/** Only Nix's counts show, a little later, whether a download succeeded. */
function copyStopped({ fetching, unconfirmed }: EventState, transfer: FollowedTransfer): void {
  if (transfer.state !== "running") return;
  transfer.state = "done";
  if (fetching.has(`${transfer.path} ${transfer.from}`)) keepNewest(unconfirmed, transfer, maxMessages);
}

/** Settles unconfirmed downloads: the newest have failed, the oldest have succeeded. */
function fetchesReported(state: EventState, done: number, failed: number): void {
  const before = state.fetchedByNix ?? { done: 0, failed: 0 };
  const now = { done: Math.max(done, before.done), failed: Math.max(failed, before.failed) };
  state.fetchedByNix = now;
  const { unconfirmed } = state;
  const lost = Math.min(now.failed - before.failed, unconfirmed.length);
  for (const transfer of unconfirmed.splice(unconfirmed.length - lost)) transfer.state = "failed";
  unconfirmed.splice(0, now.done - before.done);
}

function reported(state: EventState, { id, type, fields }: Event<"result">): void {
  const about = state.activities.get(id);
  if (about === undefined) return;
  if (about.kind === "build") {
    const derivation = state.derivations.get(about.drvPath);
    if (derivation !== undefined) return printed(state, derivation, type, String(fields[0] ?? ""));
  }
  if (type === resultType.progress) progressed(state, about, fields.slice(0, 4).map(countIn));
}

/** A build has printed a line or started a phase. */
function printed(state: EventState, derivation: FollowedDerivation, type: number, text: string): void {
  if (type === resultType.setPhase) derivation.phase = cut(withoutEscapes(text), maxLine);
  else if (type === resultType.buildLogLine) {
    const line = cut(withoutEscapes(text), maxLine);
    keepNewest(derivation.tail, line, maxTail);
    if (isClue(line)) keepNewest(derivation.clues, line, maxTail);
  } else return;
  state.changed.add(derivation.drvPath);
}

function progressed(state: EventState, about: Activity, counts: readonly (number | undefined)[]): void {
  const [done, expected, , failed = 0] = counts;
  if (done === undefined) return;
  if (about.kind === "totals" && about.of === "fetches") fetchesReported(state, done, failed);
  else if (about.kind === "totals") {
    state.builtByNix = Math.max(done, state.builtByNix ?? 0);
    state.failedByNix = Math.max(failed, state.failedByNix);
  } else if (about.kind === "copy") {
    const { transfer } = about;
    transfer.done = Math.max(done, transfer.done);
    if (expected !== undefined) transfer.expected = expected;
  }
}

/** Before building, Nix lists what it will build: one indented message per derivation. */
const planned = /^ {2}(\/\S+\.drv)$/;

/** A message of `--keep-failed`, which is not an error despite its level. */
const keptFolder = /^note: keeping build directory (['"])(.+)\1$/;

/** Messages with the level of errors that are not errors. */
const noError = /^(?:note: |\(use '--show-trace')/;

/** Warnings worth keeping: they explain a later failure whose own error does not. */
const telling =
  /^Failed to find a machine|restricted setting and you are not a trusted user|ignoring untrusted substituter|not signed by any of the keys|does not have a valid signature|unable to download '[^']*\/nix-cache-info'/i;

/** Only the start of a message up to this length is used (characters). */
const maxMessage = 1024 * 1024;

function said(state: EventState, { level: severity, text, error }: Event<"message">, at: number): void {
  if (severity === level.error) return failed(state, cut(text, maxMessage), cut(error?.message ?? "", maxMessage), at);
  if (severity === level.warning) return warned(state, cut(text, maxText), error !== undefined);
  const plan = state.builtByNix === undefined && text.length <= maxPath ? planned.exec(text)?.[1] : undefined;
  const derivation = plan === undefined ? undefined : derivationIn(state, plan);
  if (derivation !== undefined) state.changed.add(derivation.drvPath);
}

function warned(state: EventState, text: string, isOwn: boolean): void {
  if (!telling.test(text)) return;
  const unplaced = /derivation: (\S+\.drv)/.exec(text)?.[1];
  const derivation = unplaced === undefined ? undefined : state.byFile.get(path.posix.basename(unplaced));
  if (derivation !== undefined) derivation.unplaced = true;
  keepNewest(state.errors, { text, shown: text, isOwn, isWarning: true }, maxMessages);
}

/** The derivation that a message is about; undefined if it is not in this build, or did not run although the message says so. */
function derivationOf(
  state: EventState,
  { drvPath, hasRun }: NamedFailure,
  isOwn: boolean,
): FollowedDerivation | undefined {
  if (isOwn) return derivationIn(state, drvPath);
  const known = state.derivations.get(drvPath);
  const isRefuted = hasRun && (known?.attempt === 0 || known?.state === "built");
  return isRefuted ? undefined : known;
}

/**
 * Applies an error message. Not every message of this level ends the build, so it is only remembered; the exit code decides. Errors
 * that Nix itself raises have a `raw_msg`. All others were passed on, by the daemon, by a builder's Nix, or by a derivation that
 * prints lines in this format, as a Nix inside it does: they can only be about known derivations.
 *
 * @param raw the `raw_msg`; empty if there is none.
 */
function failed(state: EventState, text: string, raw: string, at: number): void {
  if (noError.test(text)) {
    state.keptFolder = keptFolder.exec(text)?.[2] ?? state.keptFolder;
    return;
  }
  const isOwn = raw !== "";
  const said = withoutLogLines(withoutPrefix(text));
  const words = cut((isOwn ? withoutLogLines(raw).text : causeIn(said.text)).trim(), maxText);
  const named = failureIn(words);
  const derivation = named === undefined ? undefined : derivationOf(state, named, isOwn);
  const drvPath = derivation?.drvPath;
  keepNewest(
    state.errors,
    { text: words, shown: cut(said.text, maxText), drvPath, isOwn, isWarning: false },
    maxMessages,
  );
  if (derivation === undefined || named === undefined) return;
  // With a daemon, some lines only arrive like this.
  if (derivation.tail.length === 0) {
    const lines = said.logLines.slice(-maxTail).map(line => cut(line, maxLine));
    derivation.tail.push(...lines);
    derivation.clues.push(...lines.filter(isClue));
  }
  if (!named.isDependent) takeKeptFolder(state, derivation);
  if (derivation.state === "failed" || derivation.state === "dependency-failed") return;
  change(state, derivation, { state: named.isDependent ? "dependency-failed" : "failed", stoppedAt: at });
}
