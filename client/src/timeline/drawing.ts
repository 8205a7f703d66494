import type { Bar, BuilderBars, Timeline } from "./timeline.ts";

// Where the parts of a timeline are drawn, on the screen and in a file. Sizes are pixels.

export const sizes = { axis: 26, heading: 22, lane: 18, gap: 8, text: 12 } as const;

/** The part of a timeline that is shown (ms), and how wide it is drawn (pixels). */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly width: number;
}

/** A builder with the top of its heading. */
export interface PlacedBuilder extends BuilderBars {
  readonly top: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The builders below each other, and the height of all. */
export function placeBuilders({ builders }: Timeline): {
  readonly builders: readonly PlacedBuilder[];
  readonly height: number;
} {
  let top: number = sizes.axis;
  const placed = builders.map(each => {
    const own = { ...each, top };
    top += sizes.heading + each.lanes * sizes.lane + sizes.gap;
    return own;
  });
  return { builders: placed, height: top };
}

/** Where a bar is drawn: at least one pixel wide, however short it ran. Undefined: outside of the range. */
export function rectangleOf({ start, end, lane }: Bar, top: number, { from, to, width }: Range): Rectangle | undefined {
  if (end < from || start > to || to <= from) return undefined;
  const scale = width / (to - from);
  const x = Math.max(0, (start - from) * scale);
  const right = Math.min(width, (end - from) * scale);
  const y = top + sizes.heading + lane * sizes.lane;
  return { x, y: y + 1, width: Math.max(1, right - x), height: sizes.lane - 2 };
}

/** Steps between marks on the axis (s). */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** The marks of the axis: at most one for each 80 pixels. */
export function marksOf({ from, to, width }: Range): readonly { readonly x: number; readonly text: string }[] {
  const length = to - from;
  if (!(length > 0) || !(width > 0)) return [];
  const wanted = (length * 80) / width;
  const step = 1000 * (steps.find(each => each * 1000 >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const at = (first + index) * step;
    return { x: ((at - from) * width) / length, text: clockText(at) };
  });
}

/** `0.4 s`, `1:02:03`: how long something took (ms). */
export function lengthText(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : clockText(milliseconds);
}

/** `0:05`, `1:02:03`: time since the start (ms). */
export function clockText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
