import type { Timeline } from "./timeline.ts";

// What the extension and the page of a timeline send each other.

/** The translated texts of the page. */
export interface TimelineTexts {
  readonly chart: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly save: string;
  readonly derivation: string;
  readonly builder: string;
  readonly start: string;
  readonly duration: string;
  readonly state: string;
  readonly states: Readonly<Record<"running" | "built" | "failed" | "cancelled", string>>;
  readonly emulated: string;
  readonly critical: string;
  /** Instead of a chart. */
  readonly nothing: string;
}

/** To the page. */
export interface ShowTimeline {
  /** Undefined: nothing has started. */
  readonly timeline: Timeline | undefined;
  /** Above the chart. */
  readonly summary: string;
  /** Store URI -> name; the empty one is this machine. */
  readonly builderNames: Readonly<Record<string, string>>;
  readonly texts: TimelineTexts;
}

/** From the page. */
export type FromTimelinePage =
  | { readonly kind: "ready" }
  /** The log of a derivation. */
  | { readonly kind: "open"; readonly build: string; readonly drvPath: string }
  | { readonly kind: "save" };
