import { roughDurationText } from "./duration.ts";
import type { Localiser } from "./localiser.ts";

/** The parts of a build's summary that the text of a machine's last result needs. */
export interface LastBuild {
  readonly state:
    | "evaluating"
    | "queued"
    | "building"
    | "reconnecting"
    | "checking"
    | "succeeded"
    | "failed"
    | "cancelled"
    | "lost";
  /** ISO 8601. */
  readonly stoppedAt?: string | undefined;
  /** It was fetched from the binary caches, not built. */
  readonly fromCache?: boolean | undefined;
  /** Absent: it was not evaluated. */
  readonly drvPath?: string | undefined;
  /** It ran on Hydra, which evaluates by itself. */
  readonly hydra?: object | undefined;
  readonly progress: { readonly done: number; readonly expected: number };
  /** `remaining` in ms. */
  readonly estimate?: { readonly remaining: number } | undefined;
  readonly failure?: { readonly subject?: string | undefined } | undefined;
  readonly signatures?: SignatureCounts | undefined;
  /** The text has changed since it was evaluated. */
  readonly outdated?: boolean | undefined;
}

/** The counts of a closure's signatures that a text about them needs. */
export interface SignatureCounts {
  readonly total: number;
  readonly trusted: number;
  /** They need no signature. */
  readonly contentAddressed?: number | undefined;
  readonly invalid?: number | undefined;
  /** A cache that could have them did not answer. */
  readonly unreachable?: number | undefined;
}

/** Whether it is unknown how many paths are signed: the closure could not be read, or a cache did not answer for some of them. */
export function isUnchecked({ total, unreachable = 0 }: Pick<SignatureCounts, "total" | "unreachable">): boolean {
  return total === 0 || unreachable > 0;
}

/** A machine's last result in parts, the most important first. */
export interface LastResult {
  /** One character for the state: `✓`, `✗`, `●` running, `○` to be built again, `⊘` cancelled. */
  readonly mark: string;
  /** `built 2 min ago`, `failed: openssl`, `building 4/12`, `text changed since` */
  readonly state: string;
  /** The state next to its mark, if that is shorter: `2 min ago` */
  readonly marked?: string;
  /** `signed 9/9`, `about 3 min left` */
  readonly details: readonly string[];
}

/** A machine's last result, next to other facts: `✓ 2 min ago · signed 9/9`, `✗ failed: openssl`. `now` in ms. */
export function lastResultText(build: LastBuild, now: number, l10n: Localiser): string {
  const { mark, state, marked = state, details } = lastResult(build, now, l10n);
  return [`${mark} ${marked}`, ...details].join(" · ");
}

/** The parts of the text. `now` in ms. */
export function lastResult(build: LastBuild, now: number, l10n: Localiser): LastResult {
  const { stoppedAt } = build;
  const ago = stoppedAt === undefined ? undefined : agoText(now - Date.parse(stoppedAt), l10n);
  const when = ago === undefined ? [] : [ago];
  const changed = build.outdated === true ? [l10n.t("text changed since")] : [];
  switch (build.state) {
    case "succeeded":
      return succeeded(build, ago, l10n);
    case "failed":
      return { mark: "✗", state: failedText(build, l10n), details: [...changed, ...when] };
    case "lost":
      return { mark: "✗", state: l10n.t("interrupted"), details: [...changed, ...when] };
    case "cancelled":
      return { mark: "⊘", state: l10n.t("cancelled"), details: [...changed, ...when] };
    default:
      return { mark: "●", state: runningText(build, l10n), details: [...remaining(build, l10n), ...changed] };
  }
}

function succeeded(build: LastBuild, ago: string | undefined, l10n: Localiser): LastResult {
  const { outdated, signatures } = build;
  const built = doneText(build, ago, l10n);
  if (outdated === true) return { mark: "○", state: l10n.t("text changed since"), details: [built] };
  return { mark: "✓", state: built, ...(ago !== undefined && { marked: ago }), details: signed(signatures, l10n) };
}

/** `signed 1,250/1,250`. An invalid signature is shown even if some paths could not be checked. */
function signed(signatures: SignatureCounts = { total: 0, trusted: 0 }, l10n: Localiser): string[] {
  const { total, trusted, contentAddressed = 0, invalid = 0 } = signatures;
  const needed = total - contentAddressed;
  const bad = invalid === 0 ? [] : [l10n.t("{0} invalid", countText(invalid))];
  if (isUnchecked(signatures)) return [l10n.t("signatures not checked"), ...bad];
  if (needed === 0) return [l10n.t("no signatures needed")];
  return [l10n.t("signed {0}/{1}", countText(trusted), countText(needed)), ...bad];
}

/** A number with the separators of the user's system: `1,250` */
export function countText(count: number): string {
  return count.toLocaleString();
}

/** `built 2 min ago`, `fetched 2 min ago` */
function doneText({ fromCache }: LastBuild, ago: string | undefined, l10n: Localiser): string {
  if (fromCache === true) return ago === undefined ? l10n.t("fetched") : l10n.t("fetched {0}", ago);
  return ago === undefined ? l10n.t("built") : l10n.t("built {0}", ago);
}

/** `failed: openssl`, `evaluation failed`, `failed on Hydra` */
function failedText({ failure, drvPath, hydra }: LastBuild, l10n: Localiser): string {
  if (failure?.subject !== undefined) return l10n.t("failed: {0}", failure.subject);
  if (hydra !== undefined) return l10n.t("failed on Hydra");
  return drvPath === undefined ? l10n.t("evaluation failed") : l10n.t("failed");
}

function runningText({ state, progress, fromCache }: LastBuild, l10n: Localiser): string {
  switch (state) {
    case "evaluating":
      return l10n.t("evaluating");
    case "queued":
      return l10n.t("queued");
    case "reconnecting":
      return l10n.t("reconnecting");
    case "checking":
      return l10n.t("checking signatures");
    default:
      if (fromCache === true) return l10n.t("fetching");
      if (progress.expected === 0) return l10n.t("starting");
      return l10n.t("building {0}/{1}", progress.done, progress.expected);
  }
}

function remaining({ state, estimate }: LastBuild, l10n: Localiser): string[] {
  if (state !== "building" || estimate === undefined || estimate.remaining <= 0) return [];
  return [l10n.t("about {0} left", roughDurationText(estimate.remaining, l10n))];
}

/** How long the text of a result stays as it is (ms); undefined if time does not change it. `now` in ms. */
export function untilNextText({ stoppedAt }: Pick<LastBuild, "stoppedAt">, now: number): number | undefined {
  const milliseconds = Math.max(0, now - Date.parse(stoppedAt ?? ""));
  if (Number.isNaN(milliseconds)) return undefined;
  const step = milliseconds < hour ? minute : milliseconds < 2 * day ? hour : day;
  return step - (milliseconds % step);
}

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** How long ago something was, in steps of at least a minute: `just now`, `2 min ago`, `3 h ago`, `5 days ago`. Undefined for NaN. */
export function agoText(milliseconds: number, l10n: Localiser): string | undefined {
  if (Number.isNaN(milliseconds)) return undefined;
  // Clocks of two machines may differ, so it may seem to be in the future.
  if (milliseconds < minute) return l10n.t("just now");
  if (milliseconds < hour) return l10n.t("{0} min ago", Math.floor(milliseconds / minute));
  if (milliseconds < 2 * day) return l10n.t("{0} h ago", Math.floor(milliseconds / hour));
  return l10n.t("{0} days ago", Math.floor(milliseconds / day));
}
