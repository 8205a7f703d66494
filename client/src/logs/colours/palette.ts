/** One of the terminal's sixteen colours, which the theme defines, or a fixed one (`#rrggbb`). */
export type Colour = number | `#${string}`;

/** The levels of xterm's 6 × 6 × 6 colour cube. */
const steps = [0, 95, 135, 175, 215, 255] as const;

/** One of xterm's 256 colours: 16 of the theme, a colour cube, 24 greys. Undefined if out of range. */
export function paletteColour(index: number | undefined): Colour | undefined {
  if (!isByte(index)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return trueColour([0, 0, 0].fill(8 + 10 * (index - 232)));
  const place = index - 16;
  return trueColour([place / 36, (place / 6) % 6, place % 6].map(step => steps[Math.floor(step)] ?? 0));
}

/** Red, green and blue, each from 0 to 255. Undefined if invalid. */
export function trueColour(values: readonly number[]): Colour | undefined {
  if (values.length !== 3 || !values.every(isByte)) return undefined;
  return `#${values.map(value => value.toString(16).padStart(2, "0")).join("")}`;
}

function isByte(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
}
