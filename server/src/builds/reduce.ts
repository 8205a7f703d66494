import { activity, level, type NixEvent, resultType } from "../nix/events.ts";
import {
  derivationIn,
  type EventState,
  type FollowedDerivation,
  keepNewest,
  maxMessages,
  maxTail,
} from "./eventState.ts";

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
  if (type === activity.build && typeof first === "string") buildStarted(state, id, first, String(second ?? ""), at);
  else if (type === activity.builds && state.builtByNix === undefined) {
    // A remote's daemon sends totals of its own later: only the first are ours.
    state.builtByNix = 0;
    state.activities.set(id, { kind: "totals" });
  } else if (type === activity.copyPath && typeof first === "string") {
    const transfer = {
      path: first,
      from: String(second ?? ""),
      to: String(third ?? ""),
      done: 0,
      state: "running" as const,
    };
    state.transfers.set(`${transfer.from} ${transfer.to} ${first}`, transfer);
    state.activities.set(id, { kind: "copy", transfer });
  } else if (type === activity.buildWaiting) {
    // It has no fields: the derivation stands in the text.
    const drvPath = /'([^']*\.drv)[^']*'/.exec(withoutColours(text))?.[1];
    if (drvPath === undefined) return;
    state.activities.set(id, { kind: "waiting", drvPath });
    const derivation = derivationIn(state, drvPath);
    if (derivation.state === "planned") change(state, derivation, { state: "waiting" });
  }
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
  if (ended?.kind === "copy" && ended.transfer.state === "running") ended.transfer.state = "done";
  if (ended?.kind === "waiting") {
    const derivation = derivationIn(state, ended.drvPath);
    if (derivation.state === "waiting") change(state, derivation, { state: "planned" });
  }
  if (ended?.kind !== "build") return;
  const derivation = derivationIn(state, ended.drvPath);
  derivation.activities.delete(id);
  if (derivation.activities.size > 0 || derivation.state !== "building") return;
  const isBuilt = state.builtByNix === undefined || state.built < state.builtByNix;
  if (isBuilt) state.built++;
  change(state, derivation, { state: isBuilt ? "built" : "cancelled", stoppedAt: at });
}

function reported(state: EventState, { id, type, fields }: Event<"result">): void {
  const about = state.activities.get(id);
  const [first, second] = fields;
  if (about?.kind === "build") {
    const derivation = derivationIn(state, about.drvPath);
    if (type === resultType.setPhase) change(state, derivation, { phase: String(first ?? "") });
    else if (type === resultType.buildLogLine) {
      keepNewest(derivation.tail, withoutColours(String(first ?? "")), maxTail);
      change(state, derivation, {});
    }
  } else if (type !== resultType.progress || typeof first !== "number") return;
  else if (about?.kind === "totals") state.builtByNix = first;
  else if (about?.kind === "copy") {
    about.transfer.done = first;
    if (typeof second === "number") about.transfer.expected = second;
  }
}

/** What will be built is listed as indented messages, one a derivation. */
const planned = /^ {2}(\/\S+\.drv)$/;

/** Every version's way to say that a derivation's own builder failed. */
const failedBuild = [
  /builder for '([^']+\.drv)'/,
  /build of '([^']+\.drv)' on '[^']*' failed/,
  /Cannot build '([^']+\.drv)'/,
  /hash mismatch in fixed-output derivation '([^']+\.drv)'/,
  /is required to build '([^']+\.drv)'/,
];

const failedDependency = [
  /dependencies of derivation '([^']+\.drv)' failed/,
  /cannot build derivation '([^']+\.drv)': \d+ dependencies/,
  /Cannot build '([^']+\.drv)'\.\s*Reason: \d+ dependenc/,
];

/** A warning that tells why the build fails a moment later, which the error then does not. */
const nobodyFound = /^Failed to find a machine/;

function said(state: EventState, { level: severity, text, error }: Event<"message">, at: number): void {
  const plan = planned.exec(text)?.[1];
  if (plan !== undefined) return change(state, derivationIn(state, plan), {});
  // Not every message of this level ends the build, so it is only kept here; the exit code decides.
  if (severity !== level.error && !(severity === level.warning && nobodyFound.test(text))) return;
  const dependency = firstMatch(failedDependency, text);
  const failed = dependency ?? firstMatch(failedBuild, text);
  keepNewest(
    state.errors,
    { text: error === undefined ? text : text.replace(/^error:\s*/, ""), drvPath: failed },
    maxMessages,
  );
  if (failed === undefined) return;
  const derivation = derivationIn(state, failed);
  if (derivation.state === "failed" || derivation.state === "dependency-failed") return;
  change(state, derivation, { state: dependency === undefined ? "failed" : "dependency-failed", stoppedAt: at });
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

function change(state: EventState, derivation: FollowedDerivation, to: Partial<FollowedDerivation>): void {
  Object.assign(derivation, to);
  state.changed.add(derivation.drvPath);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const colours = /\u001b\[[0-9;]*m/g;

function withoutColours(text: string): string {
  return text.includes("\u001b") ? text.replaceAll(colours, "") : text;
}

/** What is left open when Nix has ended: a build that it did not finish was cancelled. */
export function closeState(state: EventState, at: number): void {
  for (const derivation of state.derivations.values()) {
    if (derivation.state !== "building" && derivation.state !== "waiting") continue;
    derivation.activities.clear();
    change(
      state,
      derivation,
      derivation.state === "building" ? { state: "cancelled", stoppedAt: at } : { state: "planned" },
    );
  }
  for (const transfer of state.transfers.values()) if (transfer.state === "running") transfer.state = "failed";
  state.activities.clear();
}
