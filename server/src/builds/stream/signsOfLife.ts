import { activity, type NixEvent } from "../../nix/events/events.ts";
import type { BuilderId } from "../../protocol.ts";
import { type EventState, maxFollowed, maxPath } from "./eventState.ts";

/**
 * Notes which remote builders an event shows to be alive. It must be called before the event is applied. Signs of life are events
 * that the builder's own Nix or the connection to it caused:
 *
 * - the start of a build there, for which our Nix has connected to it, and of the activity in it that its own Nix reports,
 * - a line, a phase or any other result of such a build, and its end, however it ended,
 * - the start, progress and end of the transfer of a path to it or from it. The progress of a transfer to it counts what was written
 *   to the connection, and runs ahead of what has arrived by what fits into buffers: a few megabytes.
 *
 * Nothing else is: not the waits for a connection or for a lock, which end in the same way whether it answers or not, and not the
 * counts of our own Nix. Nix's protocol has no sign of life in between, so silence proves nothing: a builder that compiles a large
 * file prints nothing either.
 *
 * @param offset in the stream, after the event (bytes).
 */
export function noteSignsOfLife(state: EventState, event: NixEvent, offset: number): void {
  for (const builder of heardIn(state, event)) {
    if (builder === undefined || builder === "" || builder === "local" || builder.length > maxPath) continue;
    if (state.heard.size < maxFollowed || state.heard.has(builder)) state.heard.set(builder, offset);
  }
}

/** The stores and builders that an event comes from; empty for this machine and `local`. */
function heardIn({ activities, derivations }: EventState, event: NixEvent): readonly (BuilderId | undefined)[] {
  if (event.action === "start") {
    const [about, from, to] = event.fields.map(field => (typeof field === "string" ? field : ""));
    if (event.type === activity.copyPath) return [from, to];
    return event.type === activity.build ? [from === "" ? derivations.get(about ?? "")?.builder : from] : [];
  }
  if (event.action !== "stop" && event.action !== "result") return [];
  const about = activities.get(event.id);
  if (about?.kind === "build") return [derivations.get(about.drvPath)?.builder];
  if (about?.kind !== "copy") return [];
  const { from, to, done } = about.transfer;
  // Nix repeats the progress of what stands still.
  return event.action === "stop" || Number(event.fields[0]) > done ? [from, to] : [];
}

/** How Nix names what it does before a builder has accepted a derivation (`build-remote.cc`). The events have no fields. */
const reaching = /^(?:connecting to|waiting for the upload lock to) '([^']+)'$/;

/** The builder that an activity with this text tries to reach. */
export function reachedBuilder(text: string): BuilderId | undefined {
  return reaching.exec(text)?.[1];
}
