import { type Colour, paletteColour, trueColour } from "./palette.ts";

/** How a terminal shows a span of text. Absent properties have their defaults. */
export interface Style {
  readonly foreground?: Colour | undefined;
  readonly background?: Colour | undefined;
  readonly bold?: boolean | undefined;
  readonly dim?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly struck?: boolean | undefined;
  /** Foreground and background are swapped. */
  readonly inverse?: boolean | undefined;
}

export const usual: Style = {};

/** Equal for styles that look the same; empty for the default style. */
export function styleKey(style: Style): string {
  const { foreground, background, bold, dim, italic, underline, struck, inverse } = style;
  const flags = [bold, dim, italic, underline, struck, inverse].map(flag => (flag === true ? "1" : "0")).join("");
  const key = `${foreground ?? ""} ${background ?? ""} ${flags}`;
  return key === "  000000" ? "" : key;
}

/** The effect of SGR parameters without arguments (ECMA-48, section 8.3.117). */
const changes: Readonly<Record<number, Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { struck: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { struck: false },
  39: { foreground: undefined },
  49: { background: undefined },
};

/** The parameters that a colour follows. The underline colour is ignored. */
const coloured: Readonly<Record<number, (colour: Colour | undefined) => Style>> = {
  38: foreground => ({ foreground }),
  48: background => ({ background }),
  58: () => usual,
};

/** The style after an SGR sequence with these parameters, such as `1;38;5;208`. Unknown ones are ignored. */
export function restyled(style: Style, parameters: string): Style {
  const parts = parameters.split(";").map(part => part.split(":").map(Number));
  let next = style;
  while (parts.length > 0) {
    const [code = 0, ...more] = parts.shift() ?? [];
    const set = coloured[code];
    if (set !== undefined) {
      const colour = more.length > 0 ? colourOf(more) : colourOf(takeColour(parts));
      if (colour !== undefined) next = { ...next, ...set(colour) };
    } else if (code === 0) next = usual;
    else if (code === 4 && more[0] === 0) next = { ...next, underline: false };
    else next = { ...next, ...(changes[code] ?? sixteen(code)) };
  }
  return next;
}

/** One of the terminal's sixteen colours. */
function sixteen(code: number): Style {
  if (code >= 30 && code <= 37) return { foreground: code - 30 };
  if (code >= 40 && code <= 47) return { background: code - 40 };
  if (code >= 90 && code <= 97) return { foreground: code - 82 };
  if (code >= 100 && code <= 107) return { background: code - 92 };
  return usual;
}

/** Removes and returns the parameters of a colour: `5;n` or `2;r;g;b`. */
function takeColour(parts: number[][]): number[] {
  const kind = parts[0]?.[0];
  const count = kind === 5 ? 2 : kind === 2 ? 4 : 0;
  return parts.splice(0, count).map(([value = 0]) => value);
}

/** `5:n`, `2:r:g:b`, or with a colour space `2::r:g:b`. */
function colourOf([kind, ...values]: readonly number[]): Colour | undefined {
  if (kind === 5) return paletteColour(values[0]);
  if (kind === 2) return trueColour(values.length > 3 ? values.slice(1, 4) : values);
  return undefined;
}
