/** One of a terminal's sixteen colours, which the theme states, or one that is stated in itself (`#rrggbb`). */
export type Colour = number | `#${string}`;

/** The steps of the cube of 6 × 6 × 6 colours, as xterm has them. */
const steps = [0, 95, 135, 175, 215, 255] as const;

/** A colour of xterm's 256: 16 of the theme, a cube of colours, 24 greys. Undefined when there is none. */
export function paletteColour(index: number | undefined): Colour | undefined {
  if (!isByte(index)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return trueColour([0, 0, 0].fill(8 + 10 * (index - 232)));
  const place = index - 16;
  return trueColour([place / 36, (place / 6) % 6, place % 6].map(step => steps[Math.floor(step)] ?? 0));
}

/** Red, green and blue, each from 0 to 255. Undefined when they are something else. */
export function trueColour(values: readonly number[]): Colour | undefined {
  if (values.length !== 3 || !values.every(isByte)) return undefined;
  return `#${values.map(value => value.toString(16).padStart(2, "0")).join("")}`;
}

function isByte(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
}
