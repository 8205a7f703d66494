import type { Localiser } from "./localiser.ts";

/** A duration as text: `12 s`, `1 min 5 s`, `2 h 10 min`. */
export function durationText(milliseconds: number, l10n: Localiser): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return l10n.t("{0} s", seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return l10n.t("{0} min {1} s", minutes, seconds % 60);
  return l10n.t("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

/** An estimated duration: `5 s`, `40 s`, `6 min`, `2 h 10 min`. */
export function roughDurationText(milliseconds: number, l10n: Localiser): string {
  const seconds = milliseconds <= 5000 ? 5 : Math.ceil(milliseconds / 10_000) * 10;
  if (seconds < 60) return l10n.t("{0} s", seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return l10n.t("{0} min", minutes);
  return l10n.t("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

/** An elapsed time, in coarse steps so that its display does not flicker: `25 s`, `4 min`, `2 h 10 min`. */
export function steppedDurationText(milliseconds: number, l10n: Localiser): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 5000) * 5);
  if (seconds < 60) return l10n.t("{0} s", seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return l10n.t("{0} min", minutes);
  return l10n.t("{0} h {1} min", Math.floor(minutes / 60), minutes % 60);
}

/** How long something usually takes, in round numbers: `40 min`, `1.5 h`, `6 h`. */
export function usualDurationText(milliseconds: number, l10n: Localiser): string {
  const minutes = milliseconds / 60_000;
  if (minutes < 55) return l10n.t("{0} min", Math.round(minutes / 5) * 5);
  const hours = minutes / 60;
  return l10n.t("{0} h", hours < 4 ? Math.round(hours * 2) / 2 : Math.round(hours));
}

/** How long something took or has been running; undefined before its start. `now` in ms. */
export function elapsed(
  { startedAt, stoppedAt }: { readonly startedAt?: string | undefined; readonly stoppedAt?: string | undefined },
  now: number,
): number | undefined {
  if (startedAt === undefined) return undefined;
  return (stoppedAt === undefined ? now : Date.parse(stoppedAt)) - Date.parse(startedAt);
}
